"""Classic learners on frozen features, by scikit-learn."""
