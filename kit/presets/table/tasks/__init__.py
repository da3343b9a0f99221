"""What is asked of a photo: which columns are labels, and what kind of task each is."""
