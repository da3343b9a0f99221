"""What the test set teaches: teachers, thresholds, train-only labels, forecast."""
