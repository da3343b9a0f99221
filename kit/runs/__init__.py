"""The records on disk: runs, their folds, their predictions, and where they come from."""
