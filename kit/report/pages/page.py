"""The report as one HTML file: the sections that the workspace has something for, in a template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from kit import __version__
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import write_text
from kit.keys import hidden
from kit.report.pages.blocks import Section, Words
from kit.report.pages.material import Material
from kit.report.pages.render import environment, script_hash, template_file
from kit.report.pages.sections import errors, made_of, rounds, runs, standing
from kit.reporter import Reporter

SECTIONS: dict[str, Callable[[Material], Section | None]] = {
    "Final picks": standing.finals,
    "Leaderboard": standing.leaderboard,
    "Runs": runs.runs,
    "Right and wrong": errors.tasks,
    "Worst errors": errors.worst,
    "Learning curves": runs.learning,
    "Who errs alike": runs.alike,
    "What was tried": runs.tried,
    "Pseudo labels": rounds.pseudo,
    "Blends": made_of.blends,
    "Lineage": made_of.lineage,
}
"""What draws each section, in the order of the page."""
NAME, AUDIT, EDA = "report.html", "audit.html", "eda.html"
PAGES = {"report": NAME, "audit": AUDIT, "data": EDA}
"""The pages of a workspace by what they are called; those that lie in one folder link one another."""


def write_report(workspace: Workspace, path: Path, reporter: Reporter) -> list[str]:
    """Write the report of a workspace to `path`; returns the names of its sections."""
    made = draw_sections(Material(workspace, reporter), reporter)
    if not made.sections:
        raise KitError("there is nothing to report yet", where=workspace.root, todo="start with 'kit train'")
    write_page(workspace, path, "report", made)
    return [section.title for section in made.sections]


@dataclass(frozen=True)
class Drawn:
    """The sections of a page, and the facts at its head as (name, value, more)."""

    sections: list[Section]
    facts: list[tuple[str, str, str]]


def draw_sections(material: Material, reporter: Reporter) -> Drawn:
    """Every section that there is something for; what cannot be drawn says why in its place."""
    found = []
    with reporter.progress("report", len(SECTIONS)) as progress:
        for title, draw in SECTIONS.items():
            try:
                section = draw(material)
            except KitError as error:
                section = Section(
                    title.lower().replace(" ", "-"), title, "", [Words([f"This could not be drawn: {error}."])]
                )
            if section is not None:
                found.append(section)
            progress.advance(1, title)
    return Drawn(found, _facts(material) if found else [])


def _facts(material: Material) -> list[tuple[str, str, str]]:
    """What is told first: (name, value, more)."""
    workspace, facts = material.workspace, []
    metric = workspace.metric
    joined = None if material.scored is None else material.scored.joined
    if joined is not None:
        score = joined.report.score
        within = f"[{score.low:.4f}, {score.high:.4f}]" if score.has_interval else ""
        facts.append((f"OOF {metric.name}", f"{score.value:.4f}", f"best runs joined {within}".strip()))
    public = [(one.public, one.name) for one in material.submissions if one.public is not None]
    if public:
        value, name = (max if metric.higher_is_better else min)(public)
        facts.append(("best public score", f"{value:.4f}", name))
    private = [(one.private, one.name) for one in material.submissions if one.private is not None]
    if private:
        value, name = (max if metric.higher_is_better else min)(private)
        facts.append(("best private score", f"{value:.4f}", name))
    done = sum(run.complete for run in material.runs)
    facts.append(("runs", f"{len(material.runs)}", f"{done} complete"))
    if material.submissions:
        sent = sum(one.public is not None or one.sent is not None for one in material.submissions)
        facts.append(("submissions", f"{len(material.submissions)}", f"{sent} sent"))
    if material.rounds:
        facts.append(("pseudo rounds", f"{len(material.rounds)}", ""))
    return facts


def write_page(workspace: Workspace, path: Path, kind: str, made: Drawn) -> None:
    """Write sections as one HTML file, with links to the other pages that lie beside it; kind: what it is called."""
    script = template_file("page.js")
    competition = workspace.competition
    people = workspace.judged["group"].nunique()
    others = {name: file for name, file in PAGES.items() if name != kind and (path.parent / file).is_file()}
    text = (
        environment()
        .get_template("page.html")
        .render(
            title=competition.name,
            page=kind,
            links=list(others.items()),
            subtitle=f"{len(workspace.train):,} train photos of {people:,} groups, {len(workspace.test):,} test photos,"
            f" {len(competition.target_classes)} outputs, scored by {workspace.metric.name}",
            facts=made.facts,
            sections=made.sections,
            style=Markup(template_file("style.css")),
            script=Markup(script),
            script_hash=script_hash(script),
            version=__version__,
            made=datetime.now().astimezone().strftime("%Y-%m-%d %H:%M"),
        )
    )
    write_text(path, hidden(text))
