"""A rule that looks at all rows, settled: each of them alone gets the class that it got among the others."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.blend.decide import EXPECTED_F1, EXPECTED_KAPPA, decided, decided_alone, settle
from kit.evidence.metrics import metric_named
from kit.evidence.metrics.truth import CLASS, LABELS, ORDERED

CASES = [
    (EXPECTED_F1, CLASS, "f1_macro"),
    (EXPECTED_F1, CLASS, "f1_weighted"),
    (EXPECTED_F1, CLASS, "f2_macro"),
    (EXPECTED_KAPPA, ORDERED, "qwk"),
    (EXPECTED_F1, LABELS, "f1_samples"),
    ("argmax", CLASS, "accuracy"),
]


@pytest.mark.parametrize(("rule", "kind", "metric"), CASES)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), n_rows=st.integers(1, 120), n_classes=st.integers(2, 6))
def test_each_row_alone_has_its_class_among_all(
    rule: str, kind: str, metric: str, seed: int, n_rows: int, n_classes: int
) -> None:
    rng = np.random.default_rng(seed)
    probs = rng.dirichlet(np.full(n_classes, 0.4) * rng.uniform(0.2, 3, n_classes), n_rows)
    if kind == LABELS:
        probs = rng.random((n_rows, n_classes))
    judge = metric_named(metric)
    among = decided(rule, probs, kind, judge)
    told = {name: values.tolist() for name, values in settle(rule, probs, kind, judge).items()}
    settled = {name: np.array(values) for name, values in json.loads(json.dumps(told, allow_nan=False)).items()}
    some = rng.permutation(n_rows)[: max(1, n_rows // 3)]
    np.testing.assert_array_equal(decided_alone(rule, probs, kind, judge, settled), among)
    np.testing.assert_array_equal(decided_alone(rule, probs[some], kind, judge, settled), among[some])


def test_a_settled_rule_is_not_argmax() -> None:
    """Where a class is rare the rule says it more often than it is the most probable one, and so it says alone."""
    rng = np.random.default_rng(0)
    probs = np.stack([rng.beta(5, 2, 200), np.zeros(200)], axis=1)
    probs[:, 1] = 1 - probs[:, 0]
    judge = metric_named("f1_macro")
    settled = settle(EXPECTED_F1, probs, CLASS, judge)
    assert (decided_alone(EXPECTED_F1, probs, CLASS, judge, settled) != probs.argmax(axis=1)).any()
