"""Whether the test photos look like the train photos to a teacher."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.runs.store import Run
from kit.seed import derive_seed

SEPARABILITY_ROWS = 2000
"""Photos of each side that the separability is measured on."""

Features = Callable[[pd.Series], np.ndarray]
"""Images (n,) -> features (n, n_features) float32."""

Look = Callable[[Run], "tuple[Features, Features] | None"]
"""A run -> features of train photos and of test photos as its fold-0 model sees them; None where that is not here."""


def measure_separability(workspace: Workspace, run: Run, look: Look) -> tuple[float | None, float | None]:
    """How well a fold-0 model's features tell validation from test photos, and two halves of the validation people.

    It was trained on none of them, and the sets are of equal size. None where what makes the features is not here.
    """
    found = look(run)
    if found is None:
        return None, None
    of_train, of_test = found
    generator = np.random.default_rng(derive_seed("separability", run.id))
    train, test = workspace.train, workspace.test["image"]

    def drawn(images: pd.Series, count: int) -> pd.Series:
        return images.iloc[np.sort(generator.permutation(len(images))[:count])]

    valid = train[workspace.folds.valid(0)]
    people = generator.permutation(sorted(set(valid["group"])))
    is_first = valid["group"].isin(set(people[: len(people) // 2]))
    halves = [valid["image"][is_first], valid["image"][~is_first]]
    count = min(SEPARABILITY_ROWS, len(test), *(len(half) for half in halves))
    first, second = (of_train(drawn(half, count)) for half in halves)
    return separability(first, of_test(drawn(test, count)), 0), separability(first, second, 0)


def separability_sentence(between: float | None, alike: float | None) -> str:
    """What the two AUCs say: how far the precision that OOF foretells can be believed."""
    if between is None or alike is None:
        return "whether test looks like train was not measured, for the teacher's weights are not here"
    if between - alike < 0.05:
        belief = "test looks like train, so the OOF precision can be believed"
    elif between - alike < 0.15:
        belief = "test differs somewhat, so expect a few points less than the OOF precision"
    else:
        belief = "test looks different, so the OOF precision says little of it"
    return (
        f"a classifier tells train from test photos with AUC {between:.2f}, and two halves of the train people with"
        f" {alike:.2f}: {belief}"
    )


def separability(first: np.ndarray, second: np.ndarray, seed: int) -> float:
    """AUC of a cross-validated logistic regression that tells one set of features (n, n_features) from another.

    Both must be of photos that the backbone was not trained on, or memory would tell them apart. It also recognises
    people, who stand on one side only: hold it beside the same AUC between two sets of people known to be alike.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = np.concatenate([first, second])
    side = np.r_[np.zeros(len(first)), np.ones(len(second))]
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=200, random_state=seed))
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=seed)
    said = cross_val_predict(model, features, side, cv=folds, method="predict_proba")[:, 1]
    return float(roc_auc_score(side, said))
