"""Attempts to break kit: crash points, kills, faults of the system, corrupt files, forged records."""
