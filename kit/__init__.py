"""kit: from a competition's files to the two final submissions that a team can trust.

`ws = kit.open(".")` gives a workspace with everything that the commands do; docs/python.md tells of it.
"""

from __future__ import annotations

import importlib
from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kit.door import OpenWorkspace as OpenWorkspace
    from kit.errors import KitError as KitError
    from kit.evidence.metrics import Metric as Metric
    from kit.evidence.scorer import Scorer as Scorer
    from kit.reporter import Reporter as Reporter
    from kit.runs.predictions import Predictions as Predictions

__version__ = "0.1.0"

_HOMES = {
    "KitError": "kit.errors",
    "Metric": "kit.evidence.metrics",
    "OpenWorkspace": "kit.door",
    "Predictions": "kit.runs.predictions",
    "Reporter": "kit.reporter",
    "Scorer": "kit.evidence.scorer",
}
"""The module of each public name, imported when the name is first asked for."""

__all__ = ["KitError", "Metric", "OpenWorkspace", "Predictions", "Reporter", "Scorer", "__version__", "open"]


def open(path: str | PathLike[str] = ".", reporter: Reporter | None = None) -> OpenWorkspace:
    """Open the workspace that `path` is or lies in; `reporter` is told of progress and warnings, nobody without it."""
    from kit.door import open_workspace

    return open_workspace(path, reporter)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'kit' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
