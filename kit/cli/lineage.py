"""kit lineage"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import ConsoleReporter, listing_options, print_listing, say
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

if TYPE_CHECKING:
    from kit.pseudo.lineage import Trace


@click.command()
@click.argument("name")
@listing_options
@in_workspace
def lineage(workspace: Workspace, reporter: ConsoleReporter, name: str, as_json: bool, as_csv: bool) -> None:
    """Walk back everything that reached NAME: a run, a submission, or a blend such as best1.

    For every fold of every run the people whose labels reached the model are counted, and the fold is called clean or
    the step is named by which a validation person's label came in. Exit code 1 when something is not clean.
    """
    from kit.errors import CheckFailed, KitError
    from kit.pseudo.lineage import Lineage
    from kit.submissions.runs_of import runs_behind

    chain = Lineage(workspace)
    lines, dirty = [], 0
    for run in runs_behind(workspace, name, reporter):
        for fold in run.finished_folds:
            verdict = chain.verdict(run, fold)
            dirty += not verdict.clean
            lines.append(
                {
                    "run": run.id,
                    "fold": fold,
                    "through": ", ".join(_ancestors(verdict.trace)) or "real labels only",
                    "people": verdict.trace.n_seen,
                    "of": len(chain.groups),
                    "leaked": verdict.leaked,
                    "verdict": "clean" if verdict.clean else verdict.step,
                    "chosen by validation": ", ".join(sorted(verdict.trace.selected)),
                }
            )
    if not lines:
        raise KitError("no fold of it is trained yet", where=name, todo="run 'kit train' first")
    print_listing(lines, list(lines[0]), as_json=as_json, as_csv=as_csv)
    if dirty:
        raise CheckFailed(f"{dirty} of {len(lines)} fold models are not clean", where=name)
    if not (as_json or as_csv):
        say(f"{name}: clean, all {len(lines)} fold models: no validation person's label reached them")


def _ancestors(trace: Trace) -> list[str]:
    """The names of everything behind a trace, nearest first, each once."""
    names: dict[str, None] = {}
    level = list(trace.parents)
    while level:
        names |= dict.fromkeys(parent.name for parent in level)
        level = [grandparent for parent in level for grandparent in parent.parents]
    return list(names)
