"""What is being predicted: the spec, the tables, the tasks, the labels."""
