"""The page of `kit audit`: each task's most contradicted labels with their photos, and the groups in doubt twice."""

from __future__ import annotations

from collections.abc import Sequence

from kit.report.audit import Doubt, TaskAudit
from kit.report.audit_fixes import Draft, by_group
from kit.report.pages.blocks import Block, Card, Folded, Gallery, Section, Table, Words
from kit.report.pages.material import Material
from kit.report.pages.page import Drawn
from kit.wording import counted

MOST_CARDS = 100
"""Photos of a task in the page."""
METHOD = (
    "Confident learning (Northcutt, Jiang and Chuang 2021, JAIR 70): a label is suspected where a model that never"
    " saw it is as sure of another class as it usually is of photos that have that class. Ranked by how much more"
    " probable the other class is."
)
OF_NUMBERS = (
    "Confident learning is of classes; numbers and shares are ranked by their distance from what is said out of fold,"
    " in standard deviations of photos of the same range."
)
IS_NO_PROOF = "A suspicion is no error: hard photos are among them. Look, and decide line by line."


def audit_sections(material: Material, audits: Sequence[TaskAudit], draft: Draft) -> Drawn:
    """A section for each task, and one for groups with several suspected labels."""
    sections = [section for audit in audits for section in [_of_task(material, audit)]]
    several = by_group(audits)
    if several:
        rows = [
            {
                "group": group,
                "labels in doubt": len(doubts),
                "tasks": ", ".join(dict.fromkeys(doubt.task for doubt in doubts)),
                "what": "; ".join(f"{doubt.task} {doubt.label} → {doubt.said}" for doubt in doubts),
            }
            for group, doubts in several
        ]
        lead = f"{counted(len(several), 'group')} with more than one suspected label: a whole person may be another."
        sections.append(Section("groups", "Several in one group", lead, [Table.of(rows)]))
    sections.append(Section("decide", "What to do", "", [Words(_what_to_do(material, draft))]))
    facts = [
        (audit.task, f"{audit.n_suspects:,} suspected", f"of {audit.n_labels:,} {audit.of}")
        for audit in audits
        if not audit.why_not
    ]
    facts.append(("lines suggested", f"{draft.new:,}", draft.path.name))
    return Drawn(sections, facts)


def _of_task(material: Material, audit: TaskAudit) -> Section:
    id, title = f"task-{audit.task}", audit.task
    if audit.why_not:
        return Section(id, title, "", [Words([f"Not audited: {audit.why_not}."])])
    kind = material.workspace.competition.tasks[audit.task].kind
    of_classes = kind not in ("number", "shares")
    lead = f"{audit.n_suspects:,} of {audit.n_labels:,} {audit.of} are suspected, by {', '.join(audit.runs)}."
    shown = audit.doubts[:MOST_CARDS]
    cards = [_card(material, doubt) for doubt in shown]
    rows = [doubt_row(doubt) for doubt in audit.doubts]
    blocks: list[Block] = [
        Gallery(f"the {len(cards)} most contradicted", cards, f"{METHOD if of_classes else OF_NUMBERS} {IS_NO_PROOF}"),
        Folded("as a table", [Table.of(rows)]),
    ]
    return Section(id, title, lead, blocks)


def _card(material: Material, doubt: Doubt) -> Card:
    lines: list[tuple[str, float, str]] = []
    if doubt.label_share is not None and doubt.said_share is not None:
        lines = [(doubt.said, doubt.said_share, "wrong"), (doubt.label, doubt.label_share, "true")]
    more = f", {len(doubt.images)} photos" if len(doubt.images) > 1 else ""
    far = f", {doubt.score:.1f} sd" if doubt.label_share is None else ""
    note = f"{'suspected' if doubt.suspect else 'not suspected'}{far}, group {doubt.group}{more}, fold {doubt.fold}"
    return Card(material.photo(doubt.images[0]), doubt.images[0], doubt.label, doubt.said, lines, note)


def doubt_row(doubt: Doubt) -> dict[str, object]:
    """A doubt as a line of a table."""
    return {
        "task": doubt.task,
        "rank": doubt.rank,
        "group": doubt.group,
        "image": doubt.images[0],
        "photos": len(doubt.images),
        "label": doubt.label,
        "said": doubt.said,
        "p_label": doubt.label_share,
        "p_said": doubt.said_share,
        "score": doubt.score,
        "suspect": doubt.suspect,
        "fold": doubt.fold,
    }


def _what_to_do(material: Material, draft: Draft) -> list[str]:
    name = draft.path.name
    told = [
        f"Every suspected label that is shown has a line of the tier suggested in {name}: it is applied by nobody but"
        " you. 'kit watch' shows each with its photos, to be accepted, rejected or given another value; or change the"
        " word in the column tier by hand.",
        "A line without a column drops the photos (value: drop), counts them less (weight 0.5), or puts them into"
        " another group (group NAME).",
        "Labels that are mended are other data: runs that were trained before are not set beside later ones.",
    ]
    if material.workspace.competition.fixes is None:
        told.append(f"competition.yaml does not read {name} yet: write 'fixes: {{}}' into it.")
    return told + [f"No line: {one}." for one in draft.without]
