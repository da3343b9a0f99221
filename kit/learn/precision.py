"""In which precision a run is trained: what `precision: auto` finds out, and what is told of the other one."""

from __future__ import annotations

from typing import Literal

from kit import __version__
from kit.claim import claimed
from kit.competition.workspace import Workspace
from kit.cores import cpu_name, usable_cores
from kit.errors import KitError
from kit.files import fingerprint, read_record, write_record
from kit.recipes.load import AnyRecipe
from kit.recipes.network import Recipe
from kit.reporter import Reporter
from kit.runs.precision import PrecisionRecord, precision_path, read_precision
from kit.runs.record import RunRecord
from kit.runs.store import Run

WORTH = 1.05
"""bfloat16 is taken where it is so many times as fast; less is noise, and not worth results that repeat elsewhere."""
LONG = 400
"""Steps of a training beside which timing both precisions costs next to nothing: about a hundredth."""


def settled(workspace: Workspace, run: Run, recipe: AnyRecipe, reporter: Reporter) -> AnyRecipe:
    """The recipe with the precision that all folds of the run have: of `auto` the quicker one, found out once."""
    if not isinstance(recipe, Recipe) or recipe.precision != "auto":
        return recipe
    path = precision_path(run)
    with claimed(path, reporter):
        found = read_precision(run)
        if found is None:
            if run.finished_folds:
                raise KitError(
                    "the precision of its finished folds is not written down any more",
                    where=path,
                    todo="bring the file back, or delete the run to train it anew",
                )
            found = _timed(workspace, recipe, run.record, reporter)
            write_record(path, found)
            reporter.info(f"{run.id}: trains in {_words(found)}")
    return recipe.model_copy(update={"precision": found.precision})


def tell_precision(
    workspace: Workspace, record: RunRecord, recipe: AnyRecipe, n_folds: int, reporter: Reporter
) -> None:
    """Say what bfloat16 would give a CPU that has units for it and trains in float32 for long."""
    if not isinstance(recipe, Recipe) or recipe.precision is not None:
        return
    share = 1.0 if record.all_data else (record.n_folds - 1) / record.n_folds
    steps = n_folds * recipe.epochs * share * len(workspace.train) / recipe.batch_size
    if steps < LONG:
        return
    found = _timed(workspace, recipe, record, reporter)
    if found.device == "cpu":
        reporter.info(
            f"{record.id}: --set precision=bf16 would train at {_ratio(found):.2f} times the speed, as a run of its own"
        )


def _timed(workspace: Workspace, recipe: Recipe, record: RunRecord, reporter: Reporter) -> PrecisionRecord:
    """The speeds of both precisions here, timed once for each model, size and batch, and kept in the cache folder."""
    import torch

    from kit.learn.network.speed import training_speeds

    channels = workspace.competition.photos.channels
    n_outputs = {task: len(names) for task, names in record.classes.items()}
    content = [recipe.model, recipe.size, recipe.batch_size, recipe.amp, channels, sorted(n_outputs.items())]
    here = [
        __version__,
        torch.__version__,
        torch.cuda.get_device_name() if torch.cuda.is_available() else cpu_name(),
        usable_cores(),
    ]
    path = workspace.cache_dir / f"precision-{fingerprint([content, here])[:16]}.json"
    try:
        return read_record(path, PrecisionRecord)
    except KitError:  # it is not there, or damaged
        pass
    reporter.info(f"{record.id}: timing a few steps of both precisions")
    device, speeds = training_speeds(recipe, n_outputs, channels)
    quick: Literal["fp32", "bf16"] = "bf16" if speeds["bf16"] > WORTH * speeds["fp32"] else "fp32"
    found = PrecisionRecord(precision=quick, speeds=speeds, device=device)
    write_record(path, found)
    return found


def _ratio(found: PrecisionRecord) -> float:
    return found.speeds["bf16"] / found.speeds["fp32"]


def _words(found: PrecisionRecord) -> str:
    return (
        f"{found.precision}: {', '.join(f'{name} {speed:.3g} photos a second' for name, speed in found.speeds.items())}"
    )
