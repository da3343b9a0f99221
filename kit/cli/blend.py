"""kit blend"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from kit.cli.console import Output
from kit.cli.shared import blend_options, in_workspace
from kit.cli.words import blend_content, comparison_content, oof_sentence, print_blend, tell_expected, warn_tainted
from kit.competition.workspace import Workspace
from kit.reporter import Reporter

if TYPE_CHECKING:
    from kit.blend.weights import Mean


@click.command()
@click.argument("spec")
@blend_options
@in_workspace
def blend(workspace: Workspace, out: Output, spec: str, mean: Mean, rule: str) -> None:
    """Show what the blend SPEC would be and score; nothing is written.

    SPEC is bestN, all, weighted, greedy, or run ids joined by commas. What is chosen or fitted on OOF rows (the best
    N runs, weights, temperatures, the decision rule) is scored by fold on people that it was not fitted on.
    """
    from kit.blend.blend import spec_blend
    from kit.blend.members import honest_candidates, is_blend_spec
    from kit.submissions.compare import blend_entry, compare_entries, verdict_sentence

    ids_only = "," in spec or not is_blend_spec(spec)
    pool = honest_candidates(workspace, Reporter() if ids_only else out)
    made = spec_blend(workspace, spec, out, mean=mean, rule=rule, pool=pool)
    metric, score = workspace.metric.name, made.score()
    out.result(spec=spec, **blend_content(made), metric=metric, oof=score, expected=None, against_best1=None)
    warn_tainted(out, made.tainted)
    if score is None:
        print_blend(out, made)
        out.say("no OOF score: a member was trained on everybody, so that only the host can score this blend")
        return
    out.say(oof_sentence(metric, score, made.in_sample))
    print_blend(out, made)
    tell_expected(out, score.value, made.gain_of_averaging())
    if spec != "best1" and any(pool.values()):
        best1 = spec_blend(workspace, "best1", out, mean=mean, rule=rule, pool=pool)
        entries = [blend_entry(workspace, name, one) for name, one in (("best1", best1), (spec, made))]
        against = compare_entries(workspace, entries).by_task[-1].comparisons[0]
        out.say(verdict_sentence("the blend", "best1", against))
        out.result(against_best1=comparison_content(against))
