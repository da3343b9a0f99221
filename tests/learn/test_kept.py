"""A learner's arrays say what scikit-learn's model says, the same bits from a file, and beside whichever rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import SVC, SVR

from kit.errors import KitError
from kit.learn.classic.kept import speaker
from kit.learn.classic.kept_file import read_kept, write_kept
from kit.learn.classic.learners import Rows, boosting_arguments, calibration_splits
from kit.learn.classic.task import fit_task
from kit.recipes.classic import Boosting, Knn, LearnerSpec, LogReg, Svm

SPECS: dict[str, LearnerSpec] = {
    "logreg": LogReg(name="logreg"),
    "svm": Svm(name="svm"),
    "rbf": Svm(name="svm", C=10, kernel="rbf"),
    "knn": Knn(name="knn", neighbours=7),
    "boosting": Boosting(name="boosting", rounds=10),
}
KINDS = {"softmax": 3, "two": 2, "sigmoid": 3, "identity": 1}


def drawn(kind: str, n_people: int = 36) -> Rows:
    """Two rows of each person, with targets of a kind."""
    rng, n_outputs = np.random.default_rng(0), KINDS[kind]
    labels = np.repeat(np.arange(n_people) % max(2, n_outputs), 2)
    features = (rng.normal(size=(len(labels), 20)) + 1.5 * np.eye(20)[labels]).astype(np.float32)
    people = np.repeat([f"p{i:02d}" for i in range(n_people)], 2).astype(object)
    if kind == "identity":
        targets = (labels[:, None] + rng.normal(0, 0.2, (len(labels), 1))).astype(float)
    elif kind == "sigmoid":
        targets = np.eye(n_outputs)[labels]
        targets[:, 2] = 1  # a label that all rows have
    else:
        targets = np.eye(n_outputs)[labels]
    return Rows(features, targets, rng.uniform(0.5, 1, len(labels)), people)


def learned(name: str, kind: str) -> Any:
    activation: Any = "softmax" if kind == "two" else kind
    return fit_task(SPECS[name], drawn(kind), 3, activation)


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("name", list(SPECS))
def test_a_learner_read_from_its_file_says_the_same_bits_of_any_rows(tmp_path: Path, name: str, kind: str) -> None:
    fitted, rows = learned(name, kind), np.random.default_rng(1).normal(size=(300, 20)).astype(np.float32)
    write_kept(tmp_path / "weights.safetensors", {"task": fitted.kept})
    said, again = fitted.probs(rows), speaker(read_kept(tmp_path / "weights.safetensors")["task"])
    assert said.dtype == np.float32 and said.shape == (300, KINDS[kind])
    assert again(rows).tobytes() == said.tobytes()
    some = np.random.default_rng(2).permutation(300)[:17]
    assert again(rows[some]).tobytes() == said[some].tobytes(), "other rows beside them change nothing"
    assert again(rows[:1]).tobytes() == said[:1].tobytes()


@pytest.mark.parametrize("kind", ["softmax", "two"])
@pytest.mark.parametrize("name", ["logreg", "svm", "rbf", "boosting"])
def test_its_arrays_say_what_scikit_learn_says_of_classes(name: str, kind: str) -> None:
    rows, asked = drawn(kind), np.random.default_rng(1).normal(size=(50, 20)).astype(np.float32)
    mean, std = rows.features.mean(axis=0), rows.features.std(axis=0)
    scaled, labels = (rows.features - mean) / std, rows.targets.argmax(axis=1)
    splits = calibration_splits(rows, np.arange(len(labels)), labels, 3)
    theirs: Any = {
        "logreg": LogisticRegression(C=0.01, max_iter=1000, tol=1e-3, random_state=3),
        "svm": CalibratedClassifierCV(SVC(C=0.001, kernel="linear"), method="sigmoid", cv=splits),
        "rbf": CalibratedClassifierCV(SVC(C=10, kernel="rbf"), method="sigmoid", cv=splits),
        "boosting": HistGradientBoostingClassifier(**boosting_arguments(Boosting(name="boosting", rounds=10), 3)),
    }[name]
    theirs.fit(scaled, labels, sample_weight=rows.weights)
    said = fit_task(SPECS[name], rows, 3).probs(asked)
    np.testing.assert_allclose(said, theirs.predict_proba((asked - mean) / std), atol=2e-6)


@pytest.mark.parametrize("name", ["logreg", "svm", "rbf", "boosting"])
def test_its_arrays_say_what_scikit_learn_says_of_numbers(name: str) -> None:
    rows, asked = drawn("identity"), np.random.default_rng(1).normal(size=(50, 20)).astype(np.float32)
    mean, std = rows.features.mean(axis=0), rows.features.std(axis=0)
    theirs: Any = {
        "logreg": Ridge(alpha=100),
        "svm": SVR(C=0.001, kernel="linear"),
        "rbf": SVR(C=10, kernel="rbf"),
        "boosting": HistGradientBoostingRegressor(**boosting_arguments(Boosting(name="boosting", rounds=10), 3)),
    }[name]
    theirs.fit((rows.features - mean) / std, rows.targets[:, 0], sample_weight=rows.weights)
    said = fit_task(SPECS[name], rows, 3, "identity").probs(asked)
    np.testing.assert_allclose(said[:, 0], theirs.predict((asked - mean) / std), atol=2e-6)


def test_a_damaged_file_is_one_sentence_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    write_kept(path, {"task": learned("boosting", "softmax").kept})
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], whole[: len(whole) // 2], whole.replace(b"boosting", b"b"), b"\0" * 100):
        if damaged != whole:
            path.write_bytes(damaged)
            with pytest.raises(KitError, match="no weights of a classic learner") as told:
                read_kept(path)
            assert told.value.where == path
    path.write_bytes(whole.replace(b"trees", b"bushe"))
    with pytest.raises(KitError, match="there is no learner 'bushe'"):
        read_kept(path)
