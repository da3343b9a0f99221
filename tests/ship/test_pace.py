"""What predicting takes is measured and foretold, and a limit is kept: flips go first, then the lightest runs."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shared.kaggle_host import Told
from shared.notebook_runs import DAMAGED, hidden_set
from shared.trained import kit, trained

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.files import read_record
from kit.ship.bundle import make_bundle
from kit.ship.outcome import Limit, divided
from kit.ship.pace import FIRST, MEASURED, Pace, Part, Timing, lightest, shares_of, to_drop, together, without
from kit.ship.sent import predict_test
from kit.ship.shipped import Shipped, ship
from kit.ship.unpack import open_bundle
from kit.submissions.record import csv_path

PARTS = {
    "photos": Part(runs=("a", "b"), photo=0.1),
    "a": Part(runs=("a",), photo=0.4, load=3.0),
    "b": Part(runs=("b",), photo=0.2, load=1.0),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The trained mini competition, and a submission 'all' of two runs for each task."""
    workspace, _ = trained(tmp_path_factory.mktemp("pace"))
    assert kit(workspace, "submit", "--blend", "weighted", "--rule", "argmax", "--name", "all") == 0
    return Workspace(workspace.root)


def two_for_each(workspace: Workspace) -> Shipped:
    """The submission, with networks that look at mirror images, and every run of some weight."""
    shipped = ship(workspace, "all", Told())
    runs = {}
    for name, run in shipped.runs.items():
        recipe = run.recipe.model_copy(update={"tta": "flip"})
        models = tuple(replace(model, recipe=recipe) for model in run.models)
        runs[name] = replace(run, recipe=recipe, models=models)
    pieces = tuple(
        piece.model_copy(
            update={
                "heads": {
                    task: tuple(
                        member.model_copy(update={"weight": 1.0 + place}) for place, member in enumerate(members)
                    )
                    for task, members in piece.heads.items()
                }
            }
        )
        for piece in shipped.pieces
    )
    return replace(shipped, runs=runs, pieces=pieces)


def test_what_is_foretold_is_the_start_the_loading_and_the_pace_of_what_is_not_left_out() -> None:
    timing = Timing(start=10, photos=200, parts=PARTS)
    assert timing.seconds(100) == pytest.approx(10 + 3 + 1 + 100 * 0.7)
    assert timing.seconds(100, without=["a"]) == pytest.approx(10 + 1 + 100 * 0.3)
    assert timing.seconds(100, without=["a", "b"]) == 10
    other = Timing(start=12, photos=100, parts={"c": Part(runs=("c",), photo=0.5)})
    both = together([timing, other])
    assert both is not None and both.seconds(100) == pytest.approx(12 + 74), "the slower of two devices"
    assert both.seconds(100, without=["a", "b"]) == pytest.approx(12 + 50)


def test_the_lightest_run_that_no_head_needs_goes_first(made: Workspace) -> None:
    pieces = two_for_each(made).pieces
    shares, gone = shares_of(pieces), list[str]()
    while (run := lightest(pieces, gone)) is not None:
        gone.append(run)
    heads = [members for piece in pieces for members in piece.heads.values()]
    assert sorted(shares[run] for run in gone) == pytest.approx([shares[run] for run in gone])
    assert all(len([member for member in members if member.run not in gone]) == 1 for members in heads)
    left = [members for piece in without(pieces, gone) for members in piece.heads.values()]
    assert [one.run for (one,) in left] == [max(members, key=lambda member: member.weight).run for members in heads]
    parts = {run: Part(runs=(run,), photo=1.0) for run in shares}
    timing = Timing(start=0, photos=200, parts=parts)
    dropped, rest = to_drop(timing, pieces, 100, 100 * (len(shares) - 1))
    assert dropped == gone[:1] and rest == 100 * (len(shares) - 1)
    assert to_drop(timing, pieces, 100, 1.0) == (gone, 100 * (len(shares) - len(gone)))


@pytest.mark.parametrize(("n_left", "flips", "n_dropped"), [(100, True, 0), (160, False, 0), (280, False, 1)])
def test_mirror_images_go_before_runs_and_nothing_more_than_need_be(
    made: Workspace, n_left: int, flips: bool, n_dropped: int
) -> None:
    """Each of the runs takes a second for a photo, half of it for mirror images; 900 of 1,000 s are to be used."""
    pieces, told = two_for_each(made).pieces, Told()
    runs = sorted(shares_of(pieces))
    pace = Pace(told, pieces, limit=150.0 * len(runs), began=time.time() - 5)
    for run in runs:
        with pace.of_photos(run, [run], 10):
            pass
        pace._parts[run].seconds = 10.0
    assert pace.has_time(n_left, flipped=runs)
    assert (pace.flips, len(pace.dropped)) == (flips, n_dropped)
    assert len(told.warnings) == (not flips) + n_dropped and all("to end in time" in line for line in told.warnings)
    if n_dropped:
        assert pace.dropped == (lightest(pieces),)


def test_a_limit_that_is_long_enough_changes_nothing_and_the_pace_is_written(
    made: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = tmp_path / "sent.csv"
    arguments = ["predict", "--from", "all", "--submission", str(sent), "--limit", "3600"]
    assert kit(made, *arguments, "--since", str(time.time() - 100)) == 0
    assert sent.read_bytes() == csv_path(made.submissions_dir, "all").read_bytes()
    timing = read_record(tmp_path / "timing.json", Timing)
    assert timing.start > 100 and timing.photos == MEASURED, "on photos that were looked at more than once"
    runs = ship(made, "all", Told()).runs
    assert {name for name, part in timing.parts.items() if part.runs == (name,)} == set(runs)
    assert {part.runs for name, part in timing.parts.items() if name.startswith("decoding")} == {tuple(runs)}
    assert all(part.photo > 0 for part in timing.parts.values())
    for wrong in (["--limit", "3"], ["--submission", str(sent), "--since", "3"]):
        assert kit(made, "predict", "--from", "all", *wrong) == 2


def test_a_run_that_is_too_slow_ends_in_time_with_a_file_that_the_host_takes(made: Workspace, tmp_path: Path) -> None:
    """420 hidden photos, and all time spent at the first look at the clock."""
    shipped = ship(made, "all", Told())
    make_bundle(shipped, tmp_path / "bundle", "fp32", Told())
    names = hidden_set(made, tmp_path / "hidden")
    told = Told()
    sent = predict_test(open_bundle(tmp_path / "bundle", tmp_path / "hidden", told), told, limit=Limit(1e-3))
    assert sent.late == tuple(f"eval/images/{name}" for name in names[FIRST:]) and len(sent.unreadable) == 1
    (tmp_path / "sent.csv").write_bytes(sent.content)
    written = pd.read_csv(tmp_path / "sent.csv")
    assert list(written["ImageID"]) == names
    assert sent.outcome.dropped and any("left out of the blend" in line for line in told.warnings)
    assert written["ans"][FIRST:].nunique() == 1, "as train is shared out"
    runs = {name: run for name, run in shipped.runs.items() if name not in sent.outcome.dropped}
    others = replace(shipped, runs=runs, pieces=without(shipped.pieces, sent.outcome.dropped))
    others_say = predict_test(others, Told()).predictions.said(TARGET)
    early = np.resize(others_say, len(names))[:FIRST]
    other = np.flatnonzero(written["ans"][:FIRST].to_numpy() != early)
    assert set(other) <= DAMAGED, "what the heavier runs said of the first photos stays"


def test_nothing_is_left_out_for_the_first_photos_which_are_slow(made: Workspace) -> None:
    """0.3 s a photo, of which 11,000 are left in an hour: believed of 200 photos, and not of the first 32."""
    pace = Pace(Told(), two_for_each(made).pieces, limit=3600.0)
    run = lightest(pace.pieces)
    assert run is not None
    for n_photos, gone in ((FIRST, ()), (MEASURED - FIRST, (run,))):
        with pace.of_photos(run, [run], n_photos):
            pass
        pace._parts[run].seconds = 0.3 * pace._parts[run].photos
        assert pace.has_time(11_000, flipped=[]) and pace.dropped == gone


@pytest.mark.parametrize(("limit", "left"), [(10.0, 4.0), (3600.0, 0.05 * 3600.0), (1.0, 0.5)])
def test_of_a_short_limit_seconds_are_left_for_the_end(made: Workspace, limit: float, left: float) -> None:
    def fits(spent: float) -> bool:
        pace = Pace(Told(), (), limit=limit, began=time.time())
        with pace.of_photos("photos", ["run"], 10**6):
            time.sleep(1e-3)
        pace.began = time.time() - spent
        return pace.has_time(10**9, ())

    assert fits(limit - left - 0.2)
    assert not fits(limit - left + 0.2)


def test_mirror_images_are_left_out_of_what_comes_after(made: Workspace, tmp_path: Path) -> None:
    shipped, told = two_for_each(made), Told()
    plain = replace(
        shipped,
        runs={
            name: replace(
                run,
                recipe=run.recipe.model_copy(update={"tta": "none"}),
                models=tuple(
                    replace(model, recipe=model.recipe.model_copy(update={"tta": "none"})) for model in run.models
                ),
            )
            for name, run in shipped.runs.items()
        },
    )
    from kit.ship.predictor import Predictor, Subject

    subjects = [Subject(key, made.data_dir / key) for key in made.test["image"][:8]]
    flipped = Predictor(shipped, told)(subjects)
    pace = Pace(told, shipped.pieces)
    pace.flips = False
    without_flips = Predictor(shipped, told, pace=pace)(subjects)
    as_if_there_were_none = Predictor(plain, told)(subjects)
    for name in shipped.runs:
        for task, said in without_flips.by_run[name].probs.items():
            assert np.array_equal(said, as_if_there_were_none.by_run[name].probs[task])
            assert not np.array_equal(said, flipped.by_run[name].probs[task])


def test_runs_divided_over_devices_write_the_very_file(
    made: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = ship(made, "all", Told()).runs
    parts = divided(runs, 2)
    assert sorted(name for part in parts for name in part) == sorted(runs) and min(map(len, parts)) > 0
    assert divided(runs, 99) and max(map(len, divided(runs, 99))) == 1
    sent = tmp_path / "sent.csv"
    arguments = ["predict", "--from", "all", "--submission", str(sent), "--limit", "3600", "--devices", "cpu,cpu"]
    assert kit(made, *arguments) == 0
    assert sent.read_bytes() == csv_path(made.submissions_dir, "all").read_bytes()
    timing = read_record(tmp_path / "timing.json", Timing)
    assert {part.device for part in timing.parts.values()} == {0, 1}
    assert "predicting by 2 processes" in capsys.readouterr().err
