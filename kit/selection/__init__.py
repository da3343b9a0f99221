"""What to trust and what to send next: standings, the posterior, the finals, the next public score."""
