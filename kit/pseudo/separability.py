"""Whether the test photos look like the train photos to a teacher."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.pseudo.forecast import separability
from kit.reporter import Reporter
from kit.runs.store import Run
from kit.seed import derive_seed

SEPARABILITY_ROWS = 2000
"""Photos of each side that the separability is measured on."""

Features = Callable[[pd.Series], np.ndarray]
"""Images (n,) -> features (n, n_features) float32."""


def measure_separability(workspace: Workspace, run: Run, reporter: Reporter) -> tuple[float | None, float | None]:
    """How well features of a fold-0 model tell validation photos from test photos, and two halves of the validation

    people from one another. It was trained on none of them, and the sets are of equal size. None where what makes the
    features is not here.
    """
    found = _look(workspace, run, reporter)
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


def _look(workspace: Workspace, run: Run, reporter: Reporter) -> tuple[Features, Features] | None:
    """Features of train photos, and of test photos, as the run's fold-0 model sees them."""
    from kit.learn.classic.extract import build_extractor, open_features
    from kit.learn.network.features import backbone_features, load_model
    from kit.learn.train import open_caches
    from kit.recipes.classic import ClassicRecipe
    from kit.recipes.load import run_recipe

    kept = run.fold_record(0).weights
    if kept is not None and not (run.fold_dir(0) / "weights.safetensors").exists():
        return None  # weights stay out of git; the labels need predictions alone
    recipe = run_recipe(run)
    if isinstance(recipe, ClassicRecipe):
        try:
            extractor = build_extractor(recipe, workspace.root)
        except KitError as error:
            reporter.warn(f"{error}; without it nothing tells whether test looks like train")
            return None
        caches = open_caches(workspace, recipe, reporter)
        first, second = (open_features(extractor, cache, reporter) for cache in caches)
        return first.photos, second.photos
    model, batch_size = load_model(run, 0), 2 * recipe.batch_size
    train, test = open_caches(workspace, recipe, reporter)
    return (
        lambda images: backbone_features(model, train.array, train.rows(images), batch_size),
        lambda images: backbone_features(model, test.array, test.rows(images), batch_size),
    )
