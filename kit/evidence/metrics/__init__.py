"""The competition's metrics: one score each, and what it is made of."""

from kit.evidence.arrays import Classes as Classes
from kit.evidence.arrays import Floats as Floats
from kit.evidence.metrics.base import Metric as Metric
from kit.evidence.metrics.classes import confusion as confusion
from kit.evidence.metrics.classes import f1_per_class as f1_per_class
from kit.evidence.metrics.names import METRIC_NAMES as METRIC_NAMES
from kit.evidence.metrics.names import METRICS as METRICS
from kit.evidence.metrics.names import has_metric as has_metric
from kit.evidence.metrics.names import metric_named as metric_named
from kit.evidence.metrics.truth import class_numbers as class_numbers
