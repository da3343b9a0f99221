"""What was sent: the csv, its record, the leaderboard, the final selection, the hosts."""
