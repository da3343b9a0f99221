"""kit lineage"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_workspace
from kit.competition.workspace import Workspace

RANK = ["run", "fold", "verdict", "leaked", "people", "of", "proof", "through"]

if TYPE_CHECKING:
    from kit.learn.again import Again
    from kit.pseudo.lineage import Lineage
    from kit.pseudo.trace import Verdict


@click.command()
@click.argument("name")
@click.option("--recompute", is_flag=True, help="Run every model again and compare its predictions with the files'.")
@click.option("--seed", default=0, show_default=True, help="With --recompute: which rows networks predict again.")
@csv_option
@in_workspace
def lineage(workspace: Workspace, out: Output, name: str, recompute: bool, seed: int) -> None:
    """Walk back everything that reached NAME: a run, a submission, or a blend such as best1.

    For every fold of every run the people whose labels reached the model are counted, and the fold is called clean or
    the step is named by which a validation person's label came in; `proof` says what is taken on trust. With
    --recompute the models behind it are run again on the photos: kept networks on a sample of their rows, classic
    learners from the start. Exit code 1 when something is not clean, or with --recompute not proved.
    """
    from kit.errors import CheckFailed, KitError
    from kit.pseudo.lineage import Lineage
    from kit.submissions.runs_of import runs_behind

    with ExitStack() as closing:
        chain = Lineage(workspace, closing.enter_context(_again(workspace, seed, out)) if recompute else None)
        verdicts = [
            (run.id, fold, chain.verdict(run, fold))
            for run in runs_behind(workspace, name, out)
            for fold in run.finished_folds
        ]
    if not verdicts:
        raise KitError("no fold of it is trained yet", where=name, todo="run 'kit train' first")
    each = [verdict for _, _, verdict in verdicts]
    unproven = sum(verdict.unproven for verdict in each)
    dirty = sum(not verdict.clean for verdict in each) - unproven
    on_trust = sum(bool(verdict.trace.not_proved) for verdict in each)
    told = f"{dirty} of {len(each)} fold models are not clean" if dirty else f"{unproven} are unproven"
    clean = f"clean, all {len(each)} fold models: no validation person's label reached them"
    out.say(f"{name}: {told if dirty or unproven else clean}")
    out.listing([_line(chain, *verdict) for verdict in verdicts], rank=RANK)
    out.result(clean=not (dirty or unproven), unproven=unproven, on_trust=on_trust, recomputed=recompute)
    if dirty:
        raise CheckFailed(f"{dirty} of {len(each)} fold models are not clean", where=name)
    if unproven:
        told = f"{unproven} of {len(each)} fold models were made outside, and nothing proves what they saw"
        raise CheckFailed(told, where=name, todo="trust whoever made them, or leave them out")
    if recompute and on_trust:
        told = f"{on_trust} of {len(each)} fold models are clean by their records, and not proved"
        raise CheckFailed(told, where=name, todo="bring what the column 'proof' names")


def _again(workspace: Workspace, seed: int, out: Output) -> Again:
    from kit.learn.again import Again

    return Again(workspace, seed, out)


def _line(chain: Lineage, run: str, fold: int, verdict: Verdict) -> dict[str, object]:
    return {
        "run": run,
        "fold": fold,
        "through": ", ".join(verdict.trace.ancestors()) or "real labels only",
        "people": verdict.trace.n_seen,
        "of": len(chain.groups),
        "leaked": verdict.leaked,
        "verdict": _words(verdict),
        "proof": verdict.trace.proof if verdict.clean else "",
        "chosen by validation": ", ".join(sorted(verdict.trace.selected)),
    }


def _words(verdict: Verdict) -> str:
    if verdict.unproven:
        return f"outside, unproven: {verdict.step}"
    return verdict.step or "clean"
