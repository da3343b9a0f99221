"""What a run will be, before anything is trained: its id, from everything that its models depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kit.competition.size import check_size
from kit.competition.spec import Competition
from kit.competition.workspace import Workspace
from kit.errors import KitError, nearest
from kit.files import file_sha256
from kit.images.crops import read_crops
from kit.learn.target import check_heads
from kit.pseudo.record import Teachers, read_round
from kit.recipes.classic import ClassicRecipe
from kit.recipes.load import AnyRecipe
from kit.recipes.network import NUMBER_LOSSES, Recipe
from kit.recipes.weights import recipe_weights
from kit.runs.identity import id_of, run_content
from kit.runs.record import RunRecord
from kit.runs.store import all_runs


@dataclass(frozen=True)
class RunPlan:
    """A run to train: what it will be, by which recipe, and the weights file that its backbone starts from."""

    record: RunRecord
    recipe: AnyRecipe
    weights: Path | None = None

    @property
    def id(self) -> str:
        return self.record.id


def plan_run(
    workspace: Workspace,
    tasks: Sequence[str],
    recipe_name: str,
    recipe: AnyRecipe,
    *,
    round: int = 0,
    teachers: Teachers = "own_fold",
    init_round: int | None = None,
    all_data: bool = False,
    world_size: int = 1,
) -> RunPlan:
    """What these inputs make; equal inputs give an equal id. The recipe's names, weights and boxes are resolved here.

    The hash in an id leaves the seed out, and a seed other than 0 is said behind it: seeds of one recipe are a family.

    `round` is the pseudo-label round to train on (0: real labels alone); `init_round` starts from the weights of this
    recipe's run of that round and seed; `all_data` trains one model on everybody, without a validation side;
    `world_size` processes train each fold together. A weights file counts by its content, and so do the boxes of the
    faces.
    """
    competition = workspace.competition
    if isinstance(recipe, ClassicRecipe) and init_round is not None:
        raise KitError(f"a {recipe.learner.name} starts from no weights", where="--init", todo="leave it out")
    if isinstance(recipe, ClassicRecipe) and world_size > 1:
        told = f"a {recipe.learner.name} is fitted by one process"
        raise KitError(told, where="--devices-per-fold", todo="leave it out: folds are fitted side by side")
    for task in tasks:
        competition.outputs(task)
        if tasks.count(task) > 1:
            raise KitError(f"the task '{task}' is named twice", where="+".join(tasks))
    if isinstance(recipe, Recipe):
        _check_names(competition, recipe, tasks)
    if recipe.model is not None:
        from kit.learn.network.model import check_model

        check_model(recipe.model)  # before the photos are read
    tasks = sorted(tasks, key=competition.task_names.index)  # mask+gender and gender+mask are one model
    check_size(workspace, tuple(tasks))
    if not round and init_round is None:
        teachers = "own_fold"  # without a round there is nobody to pool
    pseudo = _labels_to_eat(workspace, tasks, round, teachers) if round else {}
    weights = recipe_weights(recipe, workspace.root)
    start = _run_of_round(workspace, tasks, recipe_name, recipe.seed, init_round, all_data, teachers, world_size)
    if recipe.images == "crop":
        _check_boxes(workspace)
    record = RunRecord(
        id="unnamed",  # until its content is known
        tasks=tuple(tasks),
        recipe=recipe_name,
        classes={task: competition.outputs(task) for task in tasks},
        kinds=competition.kinds(tasks),
        kept=competition.kept(tasks),
        basis=workspace.basis.of_photos,
        n_folds=workspace.folds.n_folds,
        seed=recipe.seed,
        round=round,
        teachers=teachers,
        pseudo=pseudo,
        init_from=start.id if start is not None else None,
        all_data=all_data,
        world_size=world_size,
    )
    content = run_content(
        workspace,
        record,
        recipe.model_dump(mode="json"),
        weights=None if weights is None else file_sha256(weights),
        start_family=start.family if start is not None else None,
        with_bins=[task for task, spec in recipe.heads.items() if spec.has_bins] if isinstance(recipe, Recipe) else [],
    )
    record = record.model_copy(update={"id": id_of(record, content)})
    return RunPlan(record, recipe, weights)


def _check_names(competition: Competition, recipe: Recipe, tasks: Sequence[str]) -> None:
    """Refuse tasks and classes that a network's recipe names and that the competition does not have."""
    for task in (recipe.mix.tasks or ()) if recipe.mix else ():
        competition.outputs(task)
    check_heads(competition, recipe.heads, tasks)
    for of_numbers in (False, True):
        named = [name for name in recipe.loss if (name in NUMBER_LOSSES) == of_numbers]
        others = any((competition.task(task).activation == "identity") == of_numbers for task in tasks)
        if named and not others and (of_numbers or named != ["ce"]):
            kind = "numbers" if of_numbers else "classes, labels and shares"
            raise KitError(f"'{named[0]}' is a loss of {kind}, and no task is one", where="loss", todo="leave it out")
    for task, times in recipe.oversample.items():
        if competition.task(task).kind in ("number", "shares"):
            told = f"classes are shown more often, and '{task}' is of the kind {competition.task(task).kind}"
            raise KitError(told, where=f"oversample.{task}", todo="leave it out")
        for name in times:
            if name not in competition.outputs(task):
                todo = nearest(name, competition.outputs(task))
                raise KitError(f"'{task}' has no class '{name}'", where=f"oversample.{task}", todo=todo)


def _check_boxes(workspace: Workspace) -> None:
    """Refuse photos without a face box, and tell of boxes that were made for others."""
    crops = read_crops(workspace.crops_path)
    crops.regions([*workspace.train["image"], *workspace.test["image"]])
    if crops.record.photos != workspace.pixels.fingerprint:
        workspace.reporter.warn("the boxes in runs/crops.csv were made for other photos; 'kit crop' looks again")


def _labels_to_eat(workspace: Workspace, tasks: Sequence[str], round: int, teachers: Teachers) -> dict[str, str]:
    """The fingerprint of a round's labels for each task."""
    record = read_round(workspace.pseudo_dir, round, teachers)
    where = f"round {round}"
    reason = workspace.why_apart(record.basis)
    if reason is not None:
        raise KitError(reason, where=where, todo="make it again")
    for task in tasks:
        if task not in record.tasks:
            raise KitError(
                f"it has no labels of the task '{task}'", where=where, todo=f"run 'kit pseudo --round {round}'"
            )
    return {task: record.tasks[task].fingerprint for task in tasks}


def _run_of_round(
    workspace: Workspace,
    tasks: Sequence[str],
    recipe_name: str,
    seed: int,
    round: int | None,
    all_data: bool,
    teachers: Teachers,
    world_size: int,
) -> RunRecord | None:
    """The complete run of this recipe, seed and round, whose weights another one starts from."""
    if round is None:
        return None
    for run in all_runs(workspace):
        record = run.record
        same = (record.tasks, record.recipe, record.seed, record.round) == (tuple(tasks), recipe_name, seed, round)
        same = same and (record.all_data, record.world_size) == (all_data, world_size)
        same = same and (teachers == "pooled" or record.teachers == "own_fold")
        if same and run.complete and workspace.why_apart(record.basis) is None:
            return record
    of_seed = (f" with the seed {seed}" if seed else "") + (f" on {world_size} devices" if world_size > 1 else "")
    raise KitError(
        f"no complete run of '{recipe_name}' for {'+'.join(tasks)}{of_seed} is of round {round}", where="--init"
    )
