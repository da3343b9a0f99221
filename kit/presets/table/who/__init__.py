"""Who or what is on several photos, and has to stay in one fold."""
