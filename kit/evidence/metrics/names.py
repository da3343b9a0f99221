"""Every metric of kit's own by its name; some names hold numbers, such as map@5 and f2_samples."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from kit.errors import KitError, nearest
from kit.evidence.metrics import areas, classes, numbers, probabilities, rankings
from kit.evidence.metrics.areas import partial_auc, weighted_auc
from kit.evidence.metrics.base import Metric
from kit.evidence.metrics.classes import AVERAGES, f_beta
from kit.evidence.metrics.probabilities import weighted_log_loss
from kit.evidence.metrics.rankings import mean_average_precision, top_accuracy

METRICS = {
    metric.name: metric for module in (classes, probabilities, areas, rankings, numbers) for metric in module.METRICS
}
"""The metrics that a name alone tells, and one of each that need numbers."""

NUMBER = r"\d+(?:\.\d+)?"
FORMS: dict[str, tuple[str, Callable[..., Metric]]] = {
    "map@K": (r"map@([1-9]\d*)", lambda k: mean_average_precision(int(k))),
    "top@K": (r"top@([1-9]\d*)", lambda k: top_accuracy(int(k))),
    "fB_macro": (rf"f({NUMBER})(?:_({'|'.join(AVERAGES)}))?", lambda beta, average: f_beta(_beta(beta), average or "")),
    "weighted_log_loss@W,W": (
        rf"(weighted_log_loss@({NUMBER}(?:,{NUMBER})*))",
        lambda name, weights: weighted_log_loss(name, _numbers(weights)),
    ),
    "weighted_auc@FROM,W,FROM,W": (
        rf"(weighted_auc@({NUMBER}(?:,{NUMBER})*))",
        lambda name, bands: weighted_auc(name, _numbers(bands)),
    ),
    "partial_auc@FROM": (rf"(partial_auc@({NUMBER}))", lambda name, number: partial_auc(name, float(number))),
}
"""How names with numbers are written, and what is made of them."""


METRIC_NAMES = (*(name for name in METRICS if "@" not in name), *FORMS)
"""How every metric of kit's own is written."""


def metric_named(name: str | Metric) -> Metric:
    """The metric of a name; KitError with the nearest one if there is none."""
    if isinstance(name, Metric):
        return name
    found = METRICS.get(name) or _with_numbers(name)
    if found is None:
        raise KitError(f"there is no metric '{name}'", todo=nearest(name, METRIC_NAMES))
    return found


def has_metric(name: str) -> bool:
    """Whether kit has a metric of this name of its own."""
    return name in METRICS or _with_numbers(name) is not None


@lru_cache(maxsize=64)
def _with_numbers(name: str) -> Metric | None:
    for pattern, make in FORMS.values():
        match = re.fullmatch(pattern, name)
        if match is not None:
            return make(*match.groups())
    return None


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(number) for number in text.split(","))


def _beta(text: str) -> float:
    if float(text) <= 0:
        raise KitError(f"F{text} weighs recall 0 times", todo="write a number above 0, such as f2_macro")
    return float(text)
