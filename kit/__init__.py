"""kit: from a competition's files to the two final submissions that a team can trust."""

__version__ = "0.1.0"
