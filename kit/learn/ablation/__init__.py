"""Grids of recipes on the same folds, and what the changes are worth."""
