"""What may be asked of a photo: one module for each kind of target."""
