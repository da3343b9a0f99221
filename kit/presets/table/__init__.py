"""Any table of photos, or a folder for each class: a competition.yaml inferred from the files, saying how."""

from kit.presets.table.asking import Findings, Guide, Question, TableOptions
from kit.presets.table.gone import NAME as FIXES
from kit.presets.table.infer import Inferred, infer
from kit.presets.table.told import table_rows

__all__ = ["FIXES", "Findings", "Guide", "Inferred", "Question", "TableOptions", "infer", "table_rows"]
