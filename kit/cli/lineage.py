"""kit lineage"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.pseudo.lineage import Verdict


@click.command()
@click.argument("name")
@csv_option
@in_workspace
def lineage(workspace: Workspace, out: Output, name: str) -> None:
    """Walk back everything that reached NAME: a run, a submission, or a blend such as best1.

    For every fold of every run the people whose labels reached the model are counted, and the fold is called clean or
    the step is named by which a validation person's label came in. Exit code 1 when something is not clean.
    """
    from kit.errors import CheckFailed, KitError
    from kit.pseudo.lineage import Lineage
    from kit.submissions.runs_of import runs_behind

    chain = Lineage(workspace)
    lines, dirty, unproven = [], 0, 0
    for run in runs_behind(workspace, name, out):
        for fold in run.finished_folds:
            verdict = chain.verdict(run, fold)
            dirty += not verdict.clean and not verdict.unproven
            unproven += verdict.unproven
            lines.append(
                {
                    "run": run.id,
                    "fold": fold,
                    "through": ", ".join(verdict.trace.ancestors()) or "real labels only",
                    "people": verdict.trace.n_seen,
                    "of": len(chain.groups),
                    "leaked": verdict.leaked,
                    "verdict": _words(verdict),
                    "chosen by validation": ", ".join(sorted(verdict.trace.selected)),
                }
            )
    if not lines:
        raise KitError("no fold of it is trained yet", where=name, todo="run 'kit train' first")
    out.listing(lines)
    out.result(clean=not (dirty or unproven), unproven=unproven)
    if dirty:
        raise CheckFailed(f"{dirty} of {len(lines)} fold models are not clean", where=name)
    if unproven:
        told = f"{unproven} of {len(lines)} fold models were made outside, and nothing proves what they saw"
        raise CheckFailed(told, where=name, todo="trust whoever made them, or leave them out")
    out.say(f"{name}: clean, all {len(lines)} fold models: no validation person's label reached them")


def _words(verdict: Verdict) -> str:
    if verdict.unproven:
        return f"outside, unproven: {verdict.step}"
    return verdict.step or "clean"
