"""The competition's metric: kit's own, or one that metrics.py beside competition.yaml registers in a list METRICS."""

from __future__ import annotations

import runpy
import traceback
from functools import lru_cache
from pathlib import Path

from kit.errors import KitError, nearest, one_line
from kit.evidence.metrics import METRIC_NAMES, Metric, has_metric, metric_named

FILE_NAME = "metrics.py"


def find_metric(name: str, spec_path: Path) -> Metric:
    """The metric that competition.yaml names; metrics.py beside it is run only where kit knows none of that name."""
    if has_metric(name):
        return metric_named(name)
    path = spec_path.with_name(FILE_NAME)
    own = _registered(path, path.stat().st_mtime_ns) if path.exists() else {}
    if name not in own:
        raise KitError(
            f"'metric': there is no metric '{name}'", where=spec_path, todo=nearest(name, [*METRIC_NAMES, *own])
        )
    return own[name]


@lru_cache(maxsize=16)
def _registered(path: Path, changed: int) -> dict[str, Metric]:
    """The metrics of a metrics.py by name; the same file is run once."""
    try:
        found = runpy.run_path(str(path)).get("METRICS")
    except KitError as error:
        raise KitError(error.what, where=f"{path}:{_line(error, path)}", todo=error.todo) from error
    except (Exception, SystemExit) as error:
        told = f"{type(error).__name__}: {one_line(error)}"
        raise KitError(f"it cannot be run ({told})", where=f"{path}:{_line(error, path)}", todo="mend it") from error
    if not isinstance(found, list) or not all(isinstance(metric, Metric) for metric in found):
        raise KitError(
            "it has no list METRICS of metrics", where=path, todo="write METRICS = [Metric.plain(NAME, FUNCTION, ...)]"
        )
    for metric in found:
        if has_metric(metric.name):
            raise KitError(f"kit has a metric '{metric.name}' of its own", where=path, todo="take another name")
    return {metric.name: metric for metric in found}


def _line(error: BaseException, path: Path) -> int:
    """The line of the file that an error came from."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return (lines[-1] if lines else None) or 1
