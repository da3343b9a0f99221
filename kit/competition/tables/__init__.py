"""The tables of a competition, in whatever form they lie there."""

from kit.competition.tables.reading import read_csv, read_table
from kit.competition.tables.tables import WITHOUT_TEST, Tables, read_tables, read_test_side, without_train

__all__ = ["WITHOUT_TEST", "Tables", "read_csv", "read_table", "read_tables", "read_test_side", "without_train"]
