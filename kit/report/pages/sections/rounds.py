"""The rounds of pseudo labels: what was forecast of them, and photos of what was taken and what was not."""

from __future__ import annotations

from kit.errors import KitError
from kit.pseudo.label import mean_probs
from kit.pseudo.record import RoundRecord, TaskRound, Teachers
from kit.pseudo.reviewed import decisions_sentence
from kit.pseudo.separability import separability_sentence
from kit.pseudo.show import to_show
from kit.report.pages.blocks import Block, Card, Figure, Folded, Gallery, Section, Table, Words
from kit.report.pages.charts import Mark, intervals
from kit.report.pages.material import Material
from kit.targets.classes import ClassesTask

MOST_CLASSES = 40
"""Classes in the chart of a forecast and in a gallery; the table behind it has all."""
N_EACH = 2
"""Photos of each kind of each class."""
OPENED = 64
"""Photos up to which a gallery is open."""
FEW = 12
"""Classes up to which a gallery has twice as many of each."""


def pseudo(material: Material) -> Section | None:
    """Every round with its forecast and its gallery."""
    if not material.rounds:
        return None
    blocks: list[Block] = []
    for teachers, record in material.rounds:
        inside: list[Block] = []
        reason = material.workspace.why_apart(record.basis)
        if reason is not None:
            inside.append(Words([f"This round is not comparable: {reason}."]))
        for task, part in record.tasks.items():
            inside += _forecast(task, part)
            if reason is None:
                inside += _gallery(material, teachers, record, task)
        tainted = " (pooled teachers: tainted)" if teachers == "pooled" else ""
        blocks.append(Folded(f"round {record.round}{tainted}", inside, opened=True))
    lead = (
        f"{len(blocks)} {'round' if len(blocks) == 1 else 'rounds'}. The precision to expect comes of out-of-fold rows"
        " at the very same thresholds."
    )
    return Section("pseudo", "Pseudo labels", lead, blocks)


def _forecast(task: str, part: TaskRound) -> list[Block]:
    said = separability_sentence(part.separability, part.separability_alike, part.separability_sd, part.separability_by)
    settings = part.settings
    taken = sum(file.rows for file in part.files) / max(1, len(part.files))
    words = [
        f"{settings.policy}, {settings.labels} labels of weight {settings.weight:g}; {taken:,.0f} test photos are"
        f" taken, on the mean over folds; taught by {', '.join(part.runs)}.",
        said,
        *([f"{decisions_sentence(part.reviewed).capitalize()}."] if part.reviewed else []),
        *([part.caveat] if part.caveat else []),
    ]
    blocks: list[Block] = [Words(words, title=task)]
    if not part.forecast:
        return blocks
    rows = [
        {
            "class": one.label,
            "taken": one.taken,
            "precision": one.precision,
            "low": one.low,
            "high": one.high,
            "share of OOF": one.oof_share,
        }
        for one in part.forecast
    ]
    known = [one for one in part.forecast if one.precision is not None]
    marks = [
        Mark(f"{one.label} ({one.taken})", one.precision or 0.0, one.low, one.high) for one in known[:MOST_CLASSES]
    ]
    note = "In brackets how many test photos are taken of the class."
    if len(known) > MOST_CLASSES:
        note += f" The first {MOST_CLASSES} of {len(known)}."
    svg = intervals(marks, "share of the labels that is right, 90 % interval")
    blocks.append(Figure(f"{task}: precision to expect", svg, Table.of(rows), note))
    return blocks


def _gallery(material: Material, teachers: Teachers, record: RoundRecord, task: str) -> list[Block]:
    """Photos of each class: the surest, the median and the least sure that are taken, and the surest that are not."""
    workspace = material.workspace
    spec = workspace.competition.task(task)
    n_each = N_EACH * 2 if len(spec.outputs) <= FEW else N_EACH
    try:
        shown = to_show(workspace, record, teachers, task, n_each)[:MOST_CLASSES]
        probs = mean_probs(workspace, record.tasks[task].file(0).teachers, task, workspace.test["image"], "test")
    except KitError as error:
        return [Words([f"No photos: {error}."])]
    images, cards = workspace.test["image"], []
    for _, name, photos in shown:
        for row, kind, strength in photos:
            said = f"{spec.named(spec.said(probs[row : row + 1]))[0]}"
            mark = "" if kind == "not taken" else "true"
            lines = [(name, float(strength), mark)] if isinstance(spec, ClassesTask) or spec.kind == "labels" else []
            cards.append(
                Card(material.photo(images[row]), str(images[row]), name, "" if said == name else said, lines, kind)
            )
    note = "By the teachers of fold 0; no truth is known of these."
    title = f"{task}: what fold 0 is taught"
    return [Folded(f"{title}, {len(cards)} photos", [Gallery(title, cards, note)], opened=len(cards) <= OPENED)]
