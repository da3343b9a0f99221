"""The id of a run, from everything that its models depend on: made before training, and made again to prove it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import fingerprint, read_once
from kit.images.crops import read_crops
from kit.images.decode import DECODER_VERSION
from kit.images.look import open_look
from kit.runs.record import RunRecord, seed_mark
from kit.runs.store import Run
from kit.schema import read_yaml

APART = ("pseudo", "seed")
"""Keys of a recipe that its hash leaves out: how its runs teach others, and the seed, which an id says at its end."""


def run_content(
    workspace: Workspace,
    record: RunRecord,
    recipe: Mapping[str, Any],
    *,
    weights: str | None,
    start_family: str | None,
    with_bins: Iterable[str],
) -> dict[str, object]:
    """What the hash in a run's id is of: the tables, folds and photos that are here now, and what the run says it is.

    recipe: its keys as config.yaml has them. weights: sha256 of the file that the backbone started from. start_family:
    the run whose models it started from. with_bins: the tasks whose heads learn bins. Photos that are not here are
    those of the record.
    """
    competition, basis = workspace.competition, workspace.basis
    own = {key: value for key, value in recipe.items() if key not in APART}
    if own.get("store") in ("raw", "none"):
        del own["store"]  # pixels are the same
    if own.get("images") == "crop":
        own["crops"] = read_crops(workspace.crops_path).fingerprint
    if weights is not None:
        own["weights"] = weights
    content: dict[str, object] = {
        "tasks": list(record.tasks),
        "recipe": own,
        "data": basis.data,
        "pixels": basis.pixels or record.basis.pixels,
        "decoder": DECODER_VERSION,
        "folds": basis.folds,
        "pseudo": record.pseudo,
        "init_from": start_family,
        "all_data": record.all_data,
    }
    content.update(open_look(workspace).run_identity)
    bins = {
        task: competition.tasks[task].model_dump(mode="json", include={"bins", "edges"})
        for task in sorted(with_bins)
        if task in record.tasks and task in competition.tasks
    }
    if bins:
        content["bins"] = bins
    if record.kept:
        content["kept"] = record.kept
    if record.world_size > 1:
        content["world_size"] = record.world_size
    if own.get("early_stopping"):
        content["metric"] = competition.metric  # it chooses the epoch
        if basis.answers is not None:
            content["answers"] = basis.answers
    return content


def id_of(record: RunRecord, content: Mapping[str, object]) -> str:
    """The id of a run of this content: the hash leaves the seed out, and a seed other than 0 is said behind it."""
    round, pooled = f"-r{record.round}" if record.round else "", "-pooled" if record.teachers == "pooled" else ""
    marks = round + pooled + ("-all" if record.all_data else "")
    name = f"{'+'.join(record.tasks)}-{record.recipe}{marks}"
    return f"{name}-{fingerprint(content)[:8]}{seed_mark(record.seed)}"


def kept_recipe(run: Run) -> Mapping[str, Any]:
    """The keys of the recipe that a run was trained with, as config.yaml has them."""
    path = run.path / "config.yaml"
    return read_once(path, "recipe", lambda: read_yaml(path))


def check_id(
    workspace: Workspace, run: Run, recipe: Mapping[str, Any], weights: str | None, with_bins: Iterable[str]
) -> bool:
    """Refuse a run whose id is not that of its content as it is now; False where a record of before cannot tell.

    weights, with_bins: as `run_content` has them, from the records of its folds.
    """
    record = run.record
    if record.id != run.id:
        raise KitError(f"its folder is called {run.id}, and its record is that of {record.id}")
    if recipe.get("seed", 0) != record.seed:
        raise KitError("its config.yaml has another seed than its record")
    start = None
    if record.init_from is not None:
        start = Run(workspace.runs_dir / record.init_from).record.family
    named = weights if recipe.get("weights") is not None else None
    content = run_content(workspace, record, recipe, weights=named, start_family=start, with_bins=with_bins)
    if id_of(record, content) == record.id:
        return True
    if record.basis.pixels is None:  # a record of an older kit, whose ids were made otherwise
        return False
    boxes = ", face boxes" if recipe.get("images") == "crop" else ""
    raise KitError(
        f"its id is not that of what it says it was made of: its config.yaml, record, tables, folds{boxes} or photos"
        " were changed"
    )
