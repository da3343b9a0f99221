"""Who is compared with whom: grouped, stratified, frozen folds."""
