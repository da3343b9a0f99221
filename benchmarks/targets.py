"""The examples of docs/targets.md, and which metrics each of their forms may have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kit.competition.forms import check_forms
from kit.competition.spec import Competition
from kit.errors import KitError
from kit.evidence.metrics import METRICS, metric_named

PAGE = Path(__file__).parent.parent / "docs/targets.md"
EXAMPLE = re.compile(r"^### (?P<name>[^\n]+)\n\n```yaml\n(?P<yaml>.*?)```", flags=re.MULTILINE | re.DOTALL)
METRIC_EXAMPLES = (
    *METRICS,
    "f2_samples",
    "f0.5_macro",
    "map@2",
    "map@3",
    "top@3",
    "weighted_log_loss@2,1,1",
    "partial_auc@0.8",
)
"""Every metric of kit's own, and of those with numbers in their names a few."""


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Each example of the page as the content of a whole competition.yaml, by its heading."""
    text = PAGE.read_text(encoding="utf-8")
    head = yaml.safe_load(re.findall(r"```yaml\n(name:.*?)```", text, flags=re.DOTALL)[0])
    return {found["name"]: {**head, **yaml.safe_load(found["yaml"])} for found in EXAMPLE.finditer(text)}


def scored_forms() -> dict[str, list[str]]:
    """For each example the metrics that its form may have."""
    return {
        name: [metric for metric in METRIC_EXAMPLES if why_not(content, metric) is None]
        for name, content in examples().items()
    }


def why_not(content: Mapping[str, Any], metric: str) -> str | None:
    """What kit says where an example's form cannot have a metric; None where it can."""
    competition = Competition.model_validate({**content, "metric": metric})
    try:
        check_forms(competition.submission, competition.asked(metric_named), "competition.yaml")
        competition.judged_by("target", metric_named)
    except KitError as error:
        return str(error)
    return None


def forms_table() -> list[str]:
    """The page's table."""
    lines = ["| example | it may have the metrics |", "|---|---|"]
    for name, metrics in scored_forms().items():
        lines.append(f"| {name} | {', '.join(f'`{metric}`' for metric in metrics)} |")
    return lines
