"""The drawn competition: people who do not exist, in the reference competition's layout."""
