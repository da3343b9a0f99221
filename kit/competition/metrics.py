"""The competition's metric: kit's own, or one that metrics.py beside competition.yaml registers in a list METRICS."""

from __future__ import annotations

from pathlib import Path

from kit.competition.own_code import registered
from kit.errors import KitError, nearest
from kit.evidence.metrics import METRIC_NAMES, Metric, has_metric, metric_named

FILE_NAME = "metrics.py"


def find_metric(name: str, spec_path: Path) -> Metric:
    """The metric that competition.yaml names; metrics.py beside it is run only where kit knows none of that name."""
    if has_metric(name):
        return metric_named(name)
    path = spec_path.with_name(FILE_NAME)
    own = _registered(path) if path.exists() else {}
    if name not in own:
        raise KitError(
            f"'metric': there is no metric '{name}'", where=spec_path, todo=nearest(name, [*METRIC_NAMES, *own])
        )
    return own[name]


def _registered(path: Path) -> dict[str, Metric]:
    """The metrics of a metrics.py by name."""
    found = registered(path, "METRICS")
    if not isinstance(found, list) or not all(isinstance(metric, Metric) for metric in found):
        raise KitError(
            "it has no list METRICS of metrics", where=path, todo="write METRICS = [Metric.plain(NAME, FUNCTION, ...)]"
        )
    for metric in found:
        if has_metric(metric.name):
            raise KitError(f"kit has a metric '{metric.name}' of its own", where=path, todo="take another name")
    return {metric.name: metric for metric in found}
