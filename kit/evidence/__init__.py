"""What a prediction is worth: metrics, bootstrap, comparison, calibration. Pure maths on arrays."""
