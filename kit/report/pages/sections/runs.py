"""The runs: what is trained, how it scores, how it learnt, whether it errs where others do, and what was tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kit.blend.members import Candidate
from kit.errors import KitError
from kit.evidence.bootstrap import Seeds
from kit.report.pages.blocks import Block, Figure, Folded, Section, Table
from kit.report.pages.charts import Curve, Mark, curves, intervals, matrix
from kit.report.pages.material import Material
from kit.report.pages.sections.errors import row_errors
from kit.runs.identity import APART, kept_recipe
from kit.runs.listing import COLUMNS, run_lines
from kit.runs.record import Epoch
from kit.runs.store import Run

MOST_MARKS = 40
"""Runs of a task in a chart, the best of them; the table behind it has all."""
VERDICTS = {"better": "pick", "worse": "bad"}
"""How a verdict is drawn."""
MOST_COMPARED = 40
"""Runs of a task whose difference from the base is drawn on the same resamples."""
MOST_ALIKE = 24
"""Runs of a task, the best, whose errors are set beside one another."""


def runs(material: Material) -> Section | None:
    """Every run, and the OOF scores of the complete ones."""
    if not material.runs:
        return None
    workspace, scored = material.workspace, material.scored
    blocks: list[Block] = []
    for task in {} if scored is None else scored.best():
        assert scored is not None
        mine = [item for item in scored.runs if item.task == task]
        marks = [
            Mark(
                item.run,
                item.report.score.value,
                item.report.score.low,
                item.report.score.high,
                "bad" if item.tainted else "",
            )
            for item in mine
        ]
        rows = [
            {
                "run": item.run,
                "score": item.report.score.value,
                "low": item.report.score.low,
                "high": item.report.score.high,
                "accuracy": None if item.report.accuracy is None else item.report.accuracy.value,
                **{f"fold{fold}": value for fold, value in enumerate(item.report.folds)},
                "honest": "no" if item.tainted else "yes",
            }
            for item in mine
        ]
        metric = workspace.metric_of(task).name
        note = f"The best {MOST_MARKS} of {len(marks)}." if len(marks) > MOST_MARKS else ""
        if any(item.tainted for item in mine):
            note += " Red: its OOF is not honest, labels of the validation side reached it."
        svg = intervals(marks[:MOST_MARKS], f"{metric} out of fold, 90 % interval")
        blocks.append(Figure(f"{task}: runs", svg, Table.of(rows), note.strip()))
    blocks.append(Table.of(run_lines(workspace), COLUMNS, title="every run"))
    done = sum(run.complete for run in material.runs)
    lead = f"{len(material.runs)} runs, {done} of them complete."
    return Section("runs", "Runs", lead, blocks)


def learning(material: Material) -> Section | None:
    """The learning curves of every run that has some, a line for each fold."""
    best = set() if material.scored is None else {item.run for item in material.scored.best().values()}
    blocks: list[Block] = []
    for run in sorted(material.runs, key=lambda run: (run.id not in best, run.id)):
        if (drawn := _curves(run)) is not None:
            blocks.append(Folded(run.id, drawn, opened=run.id in best and len(blocks) < 4))
    if not blocks:
        return None
    lead = f"{len(blocks)} runs with learning curves, the best of each task first."
    return Section("curves", "Learning curves", lead, blocks)


def _curves(run: Run) -> list[Block] | None:
    """The losses and the score by epoch; None where no fold has a curve."""
    records = [run.fold_record(fold) for fold in run.finished_folds]
    folds = {record.fold: record.history for record in records if record.history}
    return curve_blocks(folds, records[-1].metric) if folds else None


def curve_blocks(folds: Mapping[int, Sequence[Epoch]], metric: str) -> list[Block]:
    """The losses and the score by epoch, a line for each fold."""
    losses, scores, rows = [], [], []
    for fold, history in folds.items():
        losses.append(Curve(f"fold {fold}", [(e.epoch + 1, e.train_loss) for e in history], fold, dashed=True))
        valid = [(e.epoch + 1, e.valid_loss) for e in history if e.valid_loss is not None]
        score = [(e.epoch + 1, e.score) for e in history if e.score is not None]
        losses += [Curve(f"fold {fold}", valid, fold)] if valid else []
        scores += [Curve(f"fold {fold}", score, fold)] if score else []
        rows += [
            {
                "fold": fold,
                "epoch": e.epoch + 1,
                "train loss": e.train_loss,
                "valid loss": e.valid_loss,
                metric: e.score,
            }
            for e in history
        ]
    table = Table.of(rows)
    blocks: list[Block] = [
        Figure("loss on the validation side, dashed on the train side", curves(losses, "epoch", "loss"), table)
    ]
    if scores:
        blocks.append(Figure(f"{metric} on the validation side", curves(scores, "epoch", metric), table))
    return blocks


def alike(material: Material) -> Section | None:
    """How far the errors of the runs of a task go together: what a blend can gain from."""
    blocks: list[Block] = []
    told = []
    for task, items in material.candidates.items():
        mine = [item for item in items if item.oof is not None][:MOST_ALIKE]
        if len(mine) < 2:
            continue
        errors = np.stack([row_errors(material.workspace, task, item.oof) for item in mine])  # type: ignore[arg-type]
        with np.errstate(invalid="ignore", divide="ignore"):
            together = np.corrcoef(errors)
        names, numbers = [item.run.id for item in mine], [str(place + 1) for place in range(len(mine))]
        rows = [
            {"run": f"{number} {name}", **dict(zip(numbers, map(float, line), strict=True))}
            for number, name, line in zip(numbers, names, together, strict=True)
        ]
        named = [f"{number} {name}" for number, name in zip(numbers, names, strict=True)]
        svg = matrix(together, named, numbers, counts=False, label=f"correlation of the errors of {task}")
        note = f"The best {MOST_ALIKE} of {len(items)}." if len(items) > MOST_ALIKE else ""
        blocks.append(Figure(f"{task}: correlation of errors", svg, Table.of(rows, ["run", *numbers]), note))
        apart = together[~np.eye(len(mine), dtype=bool)]
        if np.isfinite(apart).any():
            low = float(np.nanmin(apart))
            i, j = divmod(int(np.nanargmin(np.where(np.eye(len(mine), dtype=bool), np.inf, together))), len(mine))
            told.append(f"{task}: {names[i]} and {names[j]} err least alike ({low:.2f})")
    if not blocks:
        return None
    lead = "Runs that err on other photos are worth more together. " + "; ".join(told) + ("." if told else "")
    return Section("alike", "Who errs alike", lead, blocks)


def tried(material: Material) -> Section | None:
    """What was changed from the usual recipe, and what it gave: each family of seeds against the base of its task."""
    blocks: list[Block] = []
    told: list[str] = []
    for task, items in material.candidates.items():
        families: dict[str, list[Candidate]] = {}
        for item in items:
            if item.oof is not None and not item.tainted:
                families.setdefault(item.run.record.family, []).append(item)
        if len(families) < 2:
            continue
        recipes = {name: _flat(mine[0].run) for name, mine in families.items()}
        base = _base(material, families, recipes)
        others = [name for name in families if name != base][: MOST_COMPARED - 1]
        rows = _against_base(material, task, base, others, families, recipes)
        marks = [
            Mark(
                row["run"],
                row["difference"],
                row["low"],
                row["high"],
                VERDICTS.get(row["verdict"], "mute"),
            )
            for row in rows
            if row["difference"] is not None
        ]
        svg = intervals(marks, f"{material.workspace.metric_of(task).name} against {base}, 90 % interval", against=0.0)
        note = f"The base is {base}. Blue: better, red: worse, grey: no difference that this data can show."
        if len(families) - 1 > len(others):
            note += f" The best {len(others)} of {len(families) - 1}."
        blocks.append(Figure(f"{task}: what was tried", svg, Table.of(rows), note))
        for verdict in ("better", "worse"):
            names = [f"{row['changed'] or row['run']}" for row in rows if row["verdict"] == verdict]
            told += [f"{task}, {verdict}: {', '.join(names[:3])}"] if names else []
    if not blocks:
        return None
    lead = "; ".join(told) if told else "No change that was tried makes a difference that this data can show"
    return Section("tried", "What was tried", f"{lead}. The best of many looks better than it is.", blocks)


Recipes = Mapping[str, Mapping[str, Any]]
"""The keys of each family's recipe, as `_flat` has them."""


def _base(material: Material, families: dict[str, list[Candidate]], recipes: Recipes) -> str:
    """The family that others are compared with: the usual recipe, of real labels alone, that has most runs beside it
    of whose recipe it differs least; ties go to the first id.
    """
    usual = material.workspace.competition.recipe

    def rank(name: str) -> tuple[bool, int, int, str]:
        record = families[name][0].run.record
        far = sum(len(_changes(recipes[name], other)) for other in recipes.values())
        return record.recipe != usual, record.round, far, name

    return min(families, key=rank)


def _against_base(
    material: Material,
    task: str,
    base: str,
    others: Sequence[str],
    families: dict[str, list[Candidate]],
    recipes: Recipes,
) -> list[dict[str, Any]]:
    scorer = material.workspace.scorer(task)
    names = [base, *others]
    said = [
        Seeds(tuple(item.oof.scored_by(scorer.metric, task) for item in families[name] if item.oof is not None))
        for name in names
    ]
    scores, compared = scorer.scores(said), scorer.compare(said)
    rows: list[dict[str, Any]] = [
        {"run": base, "changed": "the base", "seeds": len(families[base]), "score": scores[0].value}
    ]
    for place, name in enumerate(others):
        one, changed = compared[place], _changes(recipes[base], recipes[name])
        rows.append(
            {
                "run": name,
                "changed": ", ".join(changed),
                "seeds": len(families[name]),
                "score": scores[place + 1].value,
                "difference": one.difference.value,
                "low": one.difference.low,
                "high": one.difference.high,
                "odds": one.odds,
                "verdict": one.verdict,
            }
        )
    known = ("difference", "low", "high", "odds", "verdict")
    return [{**dict.fromkeys(known), **row} for row in rows]


def _flat(run: Run) -> dict[str, Any]:
    """The keys of a run's recipe on one level, and what else makes it."""
    record = run.record
    found: dict[str, Any] = {"tasks": "+".join(record.tasks), "round": record.round, "teachers": record.teachers}
    try:
        recipe = kept_recipe(run)
    except KitError:
        return found

    def lay(content: Mapping[str, Any], above: str) -> None:
        for key, value in content.items():
            if isinstance(value, dict) and value:
                lay(value, f"{above}{key}.")
            elif key not in APART or above:
                found[above + key] = value

    lay(recipe, "")
    return found


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What the second has that the first has not, as KEY=VALUE."""
    keys = [key for key in after if before.get(key) != after[key]]
    return [f"{key}={after[key]}" for key in keys] + [f"without {key}" for key in before if key not in after]
