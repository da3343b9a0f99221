"""Competitions that kit knows: each writes a competition.yaml, some also make their data."""
