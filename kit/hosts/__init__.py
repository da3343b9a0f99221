"""Who scores: by hand, from answers that were kept aside, or Kaggle."""
