"""What pseudo labels are worth before they are used: precision and yield from OOF at the very same thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kit.evidence.bootstrap import LEVEL, group_codes, resamples
from kit.pseudo.record import ClassForecast

N_REPLICATES = 1000


def forecast(
    truth: np.ndarray,
    oof: np.ndarray,
    thresholds: np.ndarray,
    groups: np.ndarray,
    names: Sequence[str],
    taken: np.ndarray,
    seed: int = 0,
) -> tuple[ClassForecast, ...]:
    """Expected precision of each class's labels, with a bootstrap interval over groups.

    truth (n_rows,); oof (n_rows, n_classes) of the same teachers on their validation sides; thresholds
    (n_rows, n_classes), those of each row's fold; taken (n_classes,) test rows per class. Right where the test
    photos are like the train photos: hold it beside the separability. Mean confidence is no substitute: it overstates.
    """
    labels = oof.argmax(axis=1)
    passed = oof[np.arange(len(oof)), labels] >= thresholds[np.arange(len(oof)), labels]
    codes, n_groups = group_codes(groups, len(truth))
    n_classes = len(names)
    cells = codes[passed] * n_classes + labels[passed]
    right = (labels == truth)[passed]
    all_rows = np.bincount(cells, minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    right_rows = np.bincount(cells[right], minlength=n_groups * n_classes).reshape(n_groups, n_classes)
    drawn = np.concatenate(
        [np.stack([w @ right_rows, w @ all_rows], axis=1) for w in resamples(n_groups, N_REPLICATES, seed)]
    )
    lines = []
    for label, name in enumerate(names):
        n_passed, n_right = int(all_rows[:, label].sum()), int(right_rows[:, label].sum())
        replicates = drawn[:, 0, label] / np.maximum(1, drawn[:, 1, label])
        replicates = replicates[drawn[:, 1, label] > 0]
        low, high = np.quantile(replicates, [(1 - LEVEL) / 2, (1 + LEVEL) / 2]) if len(replicates) else (None, None)
        lines.append(
            ClassForecast(
                label=name,
                taken=round(float(taken[label])),
                precision=n_right / n_passed if n_passed else None,
                low=None if low is None else float(low),
                high=None if high is None else float(high),
                oof_share=n_passed / len(truth),
            )
        )
    return tuple(lines)


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
