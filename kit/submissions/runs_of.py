"""The runs behind a name that a person types."""

from __future__ import annotations

from kit.blend.blend import spec_blend
from kit.blend.members import choose_members, is_blend_spec, members_spec
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.reporter import Reporter
from kit.runs.predictions import Predictions
from kit.runs.store import Run, check_comparable, find_run
from kit.submissions.oof import read_submission_oof
from kit.submissions.record import find_submission, record_path


def runs_behind(workspace: Workspace, name: str, reporter: Reporter) -> list[Run]:
    """The runs of a submission, of a blend such as best1, or of run ids with commas between them."""
    if record_path(workspace.submissions_dir, name).exists():
        record = find_submission(workspace.submissions_dir, name)
        if not record.members:
            raise KitError("this submission was made elsewhere: there are no models behind it here", where=name)
        ids = dict.fromkeys(member.run for members in record.members.values() for member in members)
        return [find_run(workspace, run_id) for run_id in ids]
    if is_blend_spec(name):
        chosen = choose_members(workspace, members_spec(name), reporter)
        return list({item.run.id: item.run for items in chosen.values() for item in items}.values())
    return [find_run(workspace, name)]


def named_oof(workspace: Workspace, name: str, reporter: Reporter) -> Predictions:
    """The OOF predictions of a submission, of a blend such as best1, or of a run's finished folds."""
    if record_path(workspace.submissions_dir, name).exists():
        return read_submission_oof(workspace, find_submission(workspace.submissions_dir, name))
    if not is_blend_spec(name):
        run = find_run(workspace, name)
        check_comparable(workspace, [run])
        return run.oof()
    oof = spec_blend(workspace, name, reporter).oof
    if oof is None:
        raise KitError("a member was trained on everybody: there is no OOF", where=name, todo="leave it out")
    return oof
