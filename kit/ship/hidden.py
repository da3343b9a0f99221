"""Whether a notebook ends in time on the hidden test set, by what its run on the visible one took."""

from __future__ import annotations

from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.reporter import Reporter
from kit.ship.pace import Timing, to_drop
from kit.submissions.fit import fit_of
from kit.submissions.record import SubmissionRecord

MOST = 0.8
"""Of the time that the host lets a notebook run, what a submission is sent with."""


def check_time(workspace: Workspace, submission: SubmissionRecord, timing: Timing | None, reporter: Reporter) -> None:
    """Say how long the hidden test set takes; KitError, with the runs to leave out, where that is too close to the end.

    What is foretold is the start, and for each part of the predicting its loading and its pace times the photos.
    """
    test = workspace.competition.test
    if timing is None or test is None:
        reporter.warn("the notebook left no timing.json: how long the hidden test set takes is not foretold")
        return
    if test.hidden is None:
        reporter.info(
            f"{timing.seconds(1) - timing.start:.2f} s for a photo and {timing.start:.0f} s before the first: how many"
            " the hidden test set has, in competition.yaml under 'test.hidden', gives a forecast"
        )
        return
    seconds, longest = timing.seconds(test.hidden), MOST * 3600 * test.hours
    told = f"the {test.hidden:,} photos of the hidden test set take {_hours(seconds)} of {test.hours:g} hours"
    if seconds <= longest:
        reporter.info(f"{told}, as the visible one foretells")
        return
    dropped, rest = to_drop(timing, fit_of(workspace, submission, reporter), test.hidden, longest)
    if rest > longest:
        way = f"even one run a head takes {_hours(rest)}: train on smaller photos, or a smaller network"
    else:
        way = f"a blend without {', '.join(dropped)} takes {_hours(rest)}"
    raise KitError(f"{told}, which is above {MOST:.0%}", where=submission.name, todo=way)


def _hours(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours" if seconds >= 360 else f"{seconds:.0f} s"
