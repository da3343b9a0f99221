"""The photos to learn from and those to predict: their tables, joins and folders, and the sample submission."""
