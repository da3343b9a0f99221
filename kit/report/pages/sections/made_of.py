"""What was made of what: the members of every submission, and the lineage of all models."""

from __future__ import annotations

from kit.pseudo.record import round_dir
from kit.report.pages.blocks import Block, Figure, Folded, Section, Table
from kit.report.pages.charts import Bar, stacked
from kit.report.pages.descent import Node, descent
from kit.report.pages.material import Material
from kit.submissions.record import SubmissionRecord

MOST_NODES = 90
"""Boxes in the drawing; of more those that a submission or a round stands on come first."""


def blends(material: Material) -> Section | None:
    """The members of every submission with their weights."""
    made = [record for record in material.submissions if record.members]
    if not made:
        return None
    hues = {run: place for place, run in enumerate(dict.fromkeys(_members(made)))}
    blocks: list[Block] = []
    for record in reversed(made):
        bars, rows = [], []
        for task, members in record.members.items():
            total = sum(member.weight for member in members) or 1.0
            bars.append(Bar(task, [(one.run, one.weight / total, hues[one.run]) for one in members]))
            rows += [{"task": task, "run": one.run, "weight": one.weight} for one in members]
        note = f"Blend {record.blend}, rule {record.rule}, made {record.created:%Y-%m-%d %H:%M} UTC."
        if record.oof is not None:
            low, high = record.oof.low, record.oof.high
            within = f" [{low:.4f}, {high:.4f}]" if low is not None and high is not None else ""
            note += f" OOF {record.oof.value:.4f}{within}."
        figure = Figure(record.name, stacked(bars, f"members of {record.name}"), Table.of(rows), note)
        blocks.append(figure if len(blocks) < 6 else Folded(record.name, [figure]))
    return Section(
        "blends", "Blends", f"{len(made)} submissions are blends of runs; a bar is the weight of a run.", blocks
    )


def _members(records: list[SubmissionRecord]) -> list[str]:
    return [member.run for record in records for members in record.members.values() for member in members]


def lineage(material: Material) -> Section | None:
    """Whose labels reached what, as a drawing from the runs of real labels to the submissions."""
    if not material.candidates:
        return None
    workspace = material.workspace
    judged = {item.run.id: item for items in material.candidates.values() for item in items}
    nodes: dict[str, Node] = {}
    edges: list[tuple[str, str]] = []
    last = 2 * max((item.run.record.round for item in judged.values()), default=0) + 1
    for name, item in judged.items():
        record = item.run.record
        kind, told = ("clean", "clean: no label of a validation person reached it")
        if item.unproven:
            kind, told = "open", item.unproven[0]
        elif item.tainted:
            kind, told = "bad", item.tainted[0]
        nodes[name] = Node(name, name, 2 * record.round, kind, f"{name}: {told}")
        if record.init_from:
            edges.append((record.init_from, name))
        for task in record.pseudo:
            edges.append((_labels(record.round, record.teachers, task), name))
    for teachers, round_record in material.rounds:
        folder = round_dir(workspace.pseudo_dir, round_record.round, teachers).name
        for task, part in round_record.tasks.items():
            place = _labels(round_record.round, teachers, task)
            kind = "bad" if teachers == "pooled" else "made"
            nodes[place] = Node(place, f"{folder}: {task}", 2 * round_record.round - 1, kind)
            edges += [(run, place) for run in part.runs]
            last = max(last, 2 * round_record.round + 1)
    for submission in material.submissions:
        place = f"submission {submission.name}"
        kind = "bad" if submission.tainted else "open" if submission.unproven else "made"
        nodes[place] = Node(place, submission.name, last, kind, f"submission {submission.name}")
        members = {member.run for some in submission.members.values() for member in some}
        edges += [(run, place) for run in sorted(members)]
    used = {end for edge in edges for end in edge if end in nodes}
    kept = sorted(nodes.values(), key=lambda node: node.id not in used)[:MOST_NODES]
    ids = {node.id for node in kept}
    lines = [(start, end) for start, end in edges if start in ids and end in ids]
    rows = [
        {
            "run": name,
            "round": item.run.record.round,
            "verdict": item.tainted[0] if item.tainted else item.unproven[0] if item.unproven else "clean",
            "chosen by validation": ", ".join(item.selected),
        }
        for name, item in sorted(judged.items())
    ]
    n_bad = sum(bool(item.tainted) for item in judged.values())
    n_open = sum(bool(item.unproven) for item in judged.values())
    lead = "Every run is clean: no label of a validation person reached the models that are scored on that person."
    if n_bad or n_open:
        lead = f"{len(judged) - n_bad - n_open} of {len(judged)} runs are clean, {n_bad} tainted, {n_open} unproven."
    note = "Green: clean. Red: tainted. Dashed: made outside, unproven. Blue: labels and submissions."
    if len(nodes) > len(kept):
        note += f" {len(nodes) - len(kept)} of {len(nodes)} boxes are left out; the table has all runs."
    figure = Figure("from labels to submissions", descent(kept, lines), Table.of(rows), note)
    return Section("lineage", "Lineage", lead, [figure])


def _labels(round: int, teachers: str, task: str) -> str:
    return f"labels {round} {teachers} {task}"
