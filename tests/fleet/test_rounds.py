"""A round waits for the folds of the runs that teach it and nobody else, and `kit jobs` draws who waits for whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shared.fleet import fresh_workspace, kit

from benchmarks.drawn import draw_run
from kit.competition.workspace import Workspace
from kit.fleet.jobs import Job, jobs_left
from kit.fleet.process import Event
from kit.fleet.rounds import Planned, round_after
from kit.fleet.schedule import End, Failure, run_jobs
from kit.learn.plan import RunPlan, plan_run
from kit.pseudo.record import read_round
from kit.recipes.load import load_recipe
from kit.reporter import Reporter


class Drawing:
    """Workers that draw folds and train none; the one that is `late` comes when nothing else is left, or fails then."""

    def __init__(self, workspace: Workspace, late: tuple[str, int], how: str = "done") -> None:
        self.workspace, self.late, self.how = workspace, late, how
        self.running: list[Job] = []
        self.done: list[str] = []

    def __enter__(self) -> Drawing:
        return self

    def __exit__(self, *error: object) -> None:
        assert not self.running

    def expect(self, plans: object) -> None: ...

    def has_room(self) -> bool:
        return True

    def start(self, job: Job) -> None:
        self.running.append(job)

    def next(self) -> tuple[Job, Event | End]:
        job = min(self.running, key=lambda one: (one.run.partition("-")[0], one.fold) == self.late)
        self.running.remove(job)
        task = job.run.partition("-")[0]
        if (task, job.fold) == self.late and self.how == "failed":
            return job, End("failed", "the CPU", "the disk is full")
        round = int(job.arguments[job.arguments.index("--round") + 1]) if "--round" in job.arguments else 0
        draw_run(self.workspace, [task], recipe="plain", folds=[job.fold], round=round)
        self.done.append(f"{task} {round} fold {job.fold}")
        return job, End("done", "the CPU")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(fresh_workspace(tmp_path / "rounds"))


def trained(workspace: Workspace, workers: Drawing) -> list[Failure]:
    """Have two tasks trained up to round 1."""

    def plan(task: str, round: int) -> RunPlan:
        return plan_run(workspace, [task], "plain", load_recipe("plain", workspace.recipes_dir, ()), round=round)

    planned = {task: [(plan(task, 0), ())] for task in ("mask", "age")}
    steps = []
    for task, teachers in planned.items():

        def of_round(round: int, task: str = task) -> Planned:
            return [(plan(task, round), ())]

        steps += round_after(workspace, teachers, of_round, 1, Reporter())
    everything = [one for teachers in planned.values() for one in teachers]
    wanted = {plan.id: plan.record.expected_folds for plan, _ in everything}
    return run_jobs(jobs_left(workspace, everything, wanted), workers, Reporter(), steps)


def test_students_wait_for_the_folds_of_their_own_teachers_alone(workspace: Workspace) -> None:
    workers = Drawing(workspace, late=("age", 1))
    assert trained(workspace, workers) == []
    first, late = workers.done[:-3], workers.done[-3:]
    assert set(first) == {"age 0 fold 0", "mask 0 fold 0", "mask 0 fold 1", "mask 1 fold 0", "mask 1 fold 1"}
    assert late[0] == "age 0 fold 1" and set(late[1:]) == {"age 1 fold 0", "age 1 fold 1"}


def test_a_round_whose_teacher_failed_is_told_and_the_others_go_on(workspace: Workspace) -> None:
    workers = Drawing(workspace, late=("age", 1), how="failed")
    fold, step = trained(workspace, workers)
    assert str(fold).startswith("age-plain-") and str(fold).endswith("fold 1 on the CPU: the disk is full")
    assert step.what == "round 1 of age" and step.why.startswith("it waits for age-plain-") and step.job is None
    assert {"mask 1 fold 0", "mask 1 fold 1"} <= set(workers.done) and not list(
        workspace.runs_dir.glob("age-plain-r1*")
    )


def drawn(workspace: Workspace, capsys: pytest.CaptureFixture[str], *options: str) -> list[dict[str, object]]:
    assert kit(workspace.root, "jobs", "--recipe", "plain", *options, "--json") == 0
    rows: list[dict[str, object]] = json.loads(capsys.readouterr().out.splitlines()[-1])["rows"]
    return rows


def test_kit_jobs_draws_which_line_waits_for_which(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    two = ("--task", "mask", "--task", "age", "--to-round", "1")
    rows = drawn(workspace, capsys, *two)
    words = [str(row["command"]).split()[1] for row in rows]
    assert words == ["train", "train", "pseudo", "train", "train"] * 2
    assert [row["after"] for row in rows] == [[], [], [1, 2], [3], [3], [], [], [6, 7], [8], [8]]
    assert [bool(row["run"]) for row in rows] == [True, True, False, False, False] * 2
    assert kit(workspace.root, "jobs", "--recipe", "plain", "--task", "mask", "--to-round", "1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[4] == "# 3: round 1 of mask, after 1 2" and lines[6] == "# 4: mask-plain-r1, fold 0, after 3"

    trained(workspace, Drawing(workspace, late=("", 0)))
    assert drawn(workspace, capsys, *two) == []
    (student,) = workspace.runs_dir.glob("age-plain-r1-*")
    (student / "fold1").rename(student / ".fold1.away")
    (row,) = drawn(workspace, capsys, *two)
    assert (row["run"], row["fold"], row["after"]) == (student.name, 1, [])


def test_kit_jobs_lists_a_grid_as_kit_ablate_trains_it(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = drawn(workspace, capsys, "--task", "age", "--vary", "learner.C=0.1,0.3", "--seeds", "2", "--folds", "1")
    base = {"train", "--task", "age", "--recipe", "plain", "--folds", "1", "--expect"}
    assert len(rows) == len({row["run"] for row in rows}) == 4
    assert all(base <= set(str(row["command"]).split()) for row in rows)
    assert [str(row["command"]).count("learner.C=0.3") for row in rows] == [0, 0, 1, 1]


def test_kit_pseudo_trains_what_is_left_of_its_teachers_and_of_no_other_run(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    teacher = draw_run(workspace, ["mask"], ["learner.C=0.3"], recipe="plain", folds=[0])
    other = draw_run(workspace, ["age"], recipe="plain", folds=[0])
    assert kit(workspace.root, "pseudo", "--task", "mask", "--recipe", "plain") == 2
    assert "no complete run of the task 'mask'" in capsys.readouterr().err
    # the recipe may have changed since, and what the run is made of has not
    recipe = workspace.recipes_dir / "plain.yaml"
    recipe.write_text(recipe.read_text().replace("C: 0.1", "C: 7"))
    assert kit(workspace.root, "pseudo", "--task", "mask", "--recipe", "plain", "--devices", "cpu") == 0
    assert teacher.complete and other.missing_folds == (1,)
    assert len(list(workspace.runs_dir.glob("*/run.json"))) == 2
    assert read_round(workspace.pseudo_dir, 1, "own_fold").tasks["mask"].runs == [teacher.id]


def test_what_rounds_cannot_be_made_of_is_refused(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    for options, why in (
        (["--to-round", "1", "--round", "1"], "name a later one"),
        (["--to-round", "1", "--folds", "0"], "leave --folds, --teachers, --init and --all-data out"),
        (["--to-round", "2"], "have no ids before its labels are made"),
        (["--to-round", "1", "--vary", "learner.C=1,2"], "a grid goes on to no later round"),
    ):
        assert kit(workspace.root, "jobs", "--recipe", "plain", *options) == 2
        assert why in " ".join(capsys.readouterr().err.split())
