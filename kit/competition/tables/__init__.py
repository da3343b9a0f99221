"""The tables of a competition, in whatever form they lie there."""

from kit.competition.tables.reading import read_csv, read_table
from kit.competition.tables.tables import Tables, read_tables, read_test_side

__all__ = ["Tables", "read_csv", "read_table", "read_tables", "read_test_side"]
