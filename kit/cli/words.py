"""What several commands say in the same words, to people and to programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from kit.blend.averaging import Gain
    from kit.blend.blend import Blend
    from kit.cli.console import Output
    from kit.evidence.bootstrap import Score
    from kit.evidence.compare import Comparison
    from kit.reporter import Reporter
    from kit.selection.standings import Standings
    from kit.submissions.record import ExpectedGain, OofScore


MOST_ROWS = 30
"""Lines of a table of classes that a person is shown."""
AT_THE_END = 0.05
"""Part of an interval at its lower end in which only the bias of a mean over many small classes leaves a score."""


def print_worst(out: Output, title: str, errors: pd.DataFrame, *, all_classes: bool = False) -> None:
    """A table of classes or labels; of very many the worst, and how many the rest are."""
    shown = errors
    if len(errors) > MOST_ROWS and not all_classes:
        by = next((name for name in ("f1", "distance") if name in errors), errors.columns[-1])
        shown = errors.sort_values(by, ascending=by == "f1", kind="stable", na_position="last").head(MOST_ROWS)
        title += f": the {MOST_ROWS} worst of {len(errors):,} (--classes all)"
    out.table(shown.to_dict("records"), list(errors.columns), title=title)


def print_mix(out: Output, mix: pd.DataFrame, *, all_classes: bool = False) -> None:
    """How much of each class is said; of very many those of which most is said too much or too little."""
    title, shown = "share of each class", mix
    if set(mix["class"]) >= {"lowest", "highest"}:
        title = "the numbers"
    if len(mix) > MOST_ROWS and not all_classes:
        off = (mix["test"] - mix["truth"]).abs()
        shown = mix.loc[off.sort_values(ascending=False, kind="stable").index[:MOST_ROWS]]
        title += f": the {MOST_ROWS} of {len(mix):,} whose share of the test photos differs most from the truth's"
        title += " (--classes all)"
    out.table(shown.to_dict("records"), title=title)


def odds_text(comparison: Comparison) -> str:
    """The odds as a table shows them."""
    return "?" if comparison.odds != comparison.odds else f"{comparison.odds:.2f}"


def comparison_content(comparison: Comparison) -> dict[str, Any]:
    """A comparison as JSON has it."""
    return {"difference": comparison.difference, "odds": comparison.odds, "verdict": comparison.verdict}


def intervals_title(task: str, folds: Sequence[int], more: str = "") -> str:
    """The title of a table of scores on some folds."""
    return f"{task}: out of fold, folds {', '.join(map(str, folds))}{more}, 90 % intervals"


def oof_sentence(metric: str, score: Score | OofScore, in_sample: float | None) -> str:
    """The OOF score as it may be told, and the flattering one beside it where something was fitted."""
    told = f"OOF {metric} {_with_interval(score)}"
    if in_sample is None:
        return told
    return f"{told}, cross-fitted (in-sample, which flatters: {in_sample:.4f})"


def _with_interval(score: Score | OofScore) -> str:
    """A score and its interval, with a word where it has none or lies at its end."""
    value, low, high = score.value, score.low, score.high
    if low is None or high is None or low != low:
        return f"{value:.4f} [?] (no interval: too few groups to tell one, or a loss of 0)"
    text = f"{value:.4f} [{low:.4f}, {high:.4f}]"
    if 0 != value < low + AT_THE_END * (high - low):
        text += (
            " (so few rows of a class make it read low: with more of them the same model scores inside the interval)"
        )
    return text


def warn_tainted(reporter: Reporter, tainted: Sequence[str]) -> None:
    """Say that a blend's OOF is not honest, where it is not."""
    if tainted:
        more = f" (and {len(tainted) - 1} more steps)" if len(tainted) > 1 else ""
        reporter.warn(f"the OOF of this blend is not honest and cannot be trusted: {tainted[0]}{more}")


def print_blend(out: Output, made: Blend) -> None:
    """The members of a blend with their weights and own scores, and why they are weighed and decided on so."""
    alone = {(task, item.run.id): item.score for task, items in made.chosen.items() for item in items}
    rows = [
        {"task": task, "run": run, "weight": f"{weight:.3f}", "OOF alone": alone[task, run]}
        for task, items in made.members.items()
        for run, weight in items
    ]
    out.table(rows, title=f"members, {made.mean} mean")
    out.say(f"weights: {made.why_weights}")
    out.say(f"rule: {made.why_rule}")


def tell_expected(out: Output, oof: float | None, gain: Gain | ExpectedGain | None) -> None:
    """What is expected on the test set, beside the OOF score, where that can be told."""
    if oof is None or gain is None:
        out.result(expected=None)
        return
    sd = None if gain.sd is None or gain.sd != gain.sd else gain.sd
    out.result(expected={"value": oof + gain.value, "gain": {"value": gain.value, "sd": sd}})
    known = f" (se {sd:.4f})" if sd is not None else ""
    out.say(
        f"expected on the test set, if its photos are like the train ones: {oof + gain.value:.4f}; an OOF row has one"
        f" fold's models, a test row the average of all: {gain.value:+.4f}{known}"
    )


def blend_content(made: Blend) -> dict[str, Any]:
    """A blend as JSON has it."""
    return {
        "mean": made.mean,
        "members": {task: [{"run": run, "weight": w} for run, w in items] for task, items in made.members.items()},
        "weighing": made.weighing,
        "why_weights": made.why_weights,
        "rule": made.rule,
        "why_rule": made.why_rule,
        "in_sample": made.in_sample,
        "tainted": made.tainted,
        "selected": made.selected,
    }


def tell_apart(out: Output, standings: Standings) -> None:
    """Warn of what is known of submissions and may not be set beside the rest."""
    for name, reason in standings.apart.items():
        out.warn(f"{name}: {reason}")
