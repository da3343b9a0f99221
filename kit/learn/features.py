"""What a finished run's fold model sees in photos, as numbers: to ask whether two sets of photos look alike."""

from __future__ import annotations

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.learn.train import open_caches
from kit.pseudo.separability import Features
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import run_recipe
from kit.recipes.weights import recipe_weights
from kit.reporter import Reporter
from kit.runs.store import Run


def photo_features(workspace: Workspace, run: Run, reporter: Reporter) -> tuple[Features, Features] | None:
    """Features of train photos, and of test photos, as the run's fold-0 model sees them.

    None where its weights, or what made its features, are not here.
    """
    from kit.learn.classic.extract import build_extractor, open_features
    from kit.learn.network.features import backbone_features, load_model

    kept = run.fold_record(0).weights
    if kept is not None and not (run.fold_dir(0) / "weights.safetensors").exists():
        return None  # weights stay out of git; the labels need predictions alone
    recipe = run_recipe(run)
    if isinstance(recipe, ClassicRecipe):
        try:
            extractor = build_extractor(recipe, recipe_weights(recipe, workspace.root))
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
