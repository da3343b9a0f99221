"""How runs join: per task, then into the target class."""
