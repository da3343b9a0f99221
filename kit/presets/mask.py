"""The reference competition: masks, gender and age, in its real file layout; the demo wears the same clothes."""

from __future__ import annotations

from kit.competition.workspace import SPEC_NAME
from kit.presets import HERE, template, yaml_text

FIXES_NAME = "fixes.csv"

_MANUAL = "host: manual                            # note its scores: kit leaderboard log NAME --public 0.729"
_FIXES = """
fixes:
  file: fixes.csv                       # known wrong labels, mended when the tables are read
  tiers: [core]
"""
_ANSWERS = "host: answers                           # scored with the answers that were kept aside\nanswers: "


def mask_files(data: str) -> dict[str, str]:
    """The texts of a workspace for the real competition, with the publicly known label fixes."""
    spec = template("mask.yaml", name="mask", data=yaml_text(data), host=_MANUAL, recipe="default", fixes=_FIXES)
    return {SPEC_NAME: spec, FIXES_NAME: (HERE / "mask_fixes.csv").read_text(encoding="utf-8")}


def demo_files(data: str, answers: str) -> dict[str, str]:
    """The texts of a workspace for the drawn competition: nothing to fix, and answers that score it."""
    host = _ANSWERS + yaml_text(answers)
    return {SPEC_NAME: template("mask.yaml", name="demo", data=yaml_text(data), host=host, recipe="demo", fixes="")}
