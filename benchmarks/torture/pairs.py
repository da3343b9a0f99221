"""Two commands at once: what they leave must be what one after the other would, and who loses is told so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.torture import Row, forked, told
from benchmarks.torture.command import import_all
from benchmarks.torture.forked import Ended, Work, copied, difference, start, tree, wait
from benchmarks.torture.small import Scene, push_first, season, sync_all
from kit.claim import sweep_workspace

TIMES = 3
"""How often a pair is tried."""
KILLED = 50
"""How often two trainings of one run are disturbed."""


def pairs(scenes: dict[str, Scene]) -> list[tuple[str, Path, Work, Work]]:
    """Name, workspace before, and the two works."""

    def of(name: str, first: Work, second: Work | None = None) -> tuple[str, Path, Work, Work]:
        scene = scenes[name]
        return name, scene.before, first, first if second is None else second

    label = ["pseudo", "--from", "best1", "--set", "policy=soft", "--task"]
    log = ["leaderboard", "log", "first", "--public"]
    return [
        of("init demo", scenes["init demo"].work),
        of("init table", scenes["init table"].work),
        of("init table", scenes["init table"].work, ["init", "mask"]),
        of("download", scenes["download"].work),
        of("fold", ["fold", "--folds", "2"], ["fold", "--folds", "2", "--seed", "1"]),
        of("fold", ["fold", "--folds", "2"]),
        of("crop again", ["crop", "--margin", "0.1"], ["crop", "--margin", "0.2"]),
        of("train", ["train"]),
        of("train", ["train", "--task", "tone"], ["train", "--task", "shape", "--set", "hog.cell=8"]),
        of("train a network", scenes["train a network"].work),
        of("ablate", scenes["ablate"].work, ["train", "--task", "shape", "--set", "hog.cell=8"]),
        of("add a run", scenes["add a run"].work),
        of("pseudo one task", [*label, "shape"], [*label, "tone"]),
        of("submit", ["submit", "--blend", "best1", "--name", "a"], ["submit", "--blend", "best1", "--name", "b"]),
        of("submit", ["submit", "--blend", "best1", "--name", "a"], ["submit", "--blend", "all", "--name", "a"]),
        of("log", [*log, "0.41"], [*log, "0.42"]),
        of("log", [*log, "0.41"]),
        of("reveal", ["leaderboard", "reveal"], [*log, "0.43"]),
        of("push", push_first),
        of("push", push_first, [*log, "0.44"]),
        of("sync", sync_all, [*log, "0.45"]),
        of("fold anew", scenes["fold anew"].work, scenes["doctor"].work),
    ]


def try_pair(name: str, before: Path, works: Sequence[Work], place: Path, times: int = TIMES) -> Row:
    row = Row(f"{name}: {_words(works[0])} beside {_words(works[1])}")
    serial = []
    for order in ((0, 1), (1, 0)):
        after = {which: forked.play(works[which], _fresh(before, place)) for which in order[:1]}
        alone = _left(place)
        after |= {order[1]: forked.play(works[order[1]], place)}
        serial.append((alone, _left(place), after))
    for trial in range(times):
        row.tried += 1
        _fresh(before, place)
        started = []
        for work in works:
            started.append(start(work, place))
            time.sleep(trial * 0.03)
        ended = [wait(*one) for one in started]
        if fault := _fault(ended, _left(place), serial):
            row.faults.append(fault)
    return row


def _left(place: Path) -> dict[str, str]:
    """Every file and folder; events by what they say alone, for when each was noted is the order's."""
    found = tree(place)
    events = [name for name in found if name.startswith("submissions/log/")]
    for name in events:
        content = json.loads((place / name).read_text())
        content = {key: value for key, value in content.items() if key not in ("noted", "checksum")}
        content["score"] = content["score"] and {**content["score"], "noted": ""}
        content["sent"] = content.get("sent") and {**content["sent"], "time": ""}
        del found[name]
        found[json.dumps(content, sort_keys=True)] = "event"
    return found


Serial = tuple[dict[str, str], dict[str, str], dict[int, Ended]]
"""What one work leaves alone, what both leave one after the other, and how each of them ended."""


def _fault(ended: Sequence[Ended], found: dict[str, str], serial: Sequence[Serial]) -> str | None:
    for one in ended:
        if one.code not in (0, 1, 2) and "meanwhile" not in one.said and "another kit" not in one.said:
            return f"one ended with {one.code}: {one.said[-300:]}"
        if one.code == 2 and "kit: " not in one.said:
            return f"one was refused without a sentence: {one.said[-300:]}"
    codes = [one.code for one in ended]
    for first, (alone, both, after) in enumerate(serial):
        if difference(both, found) == "" and codes == [after[0].code, after[1].code]:
            return None
        if difference(alone, found) == "" and codes[first] == after[first].code and codes[1 - first] not in (0, 1):
            return None  # the other was refused, in a sentence
    told = " or ".join(difference(both, found) or f"codes {codes}" for _, both, _ in serial)
    return f"left what neither order leaves: {told}"


def _fresh(before: Path, place: Path) -> Path:
    shutil.rmtree(place.with_name(f"{place.name}-host"), ignore_errors=True)
    return copied(before, place)


def _words(work: Work) -> str:
    return work.__name__ if callable(work) else " ".join(Path(word).name for word in work)


def try_scores(scene: Scene, place: Path, at_once: int = 20) -> Row:
    """Many scores of one submission logged at once: none is lost."""
    row = Row(f"{at_once} scores logged at once", at_once)
    _fresh(scene.before, place)
    values = [round(0.30 + 0.01 * number, 2) for number in range(at_once)]
    started = [start(["leaderboard", "log", "first", "--public", str(value)], place) for value in values]
    ended = [wait(*one) for one in started]
    row.faults += [one.said[-300:] for one in ended if one.code != 0]
    kept = {score.public for score in _record(place).scores}
    row.faults += [f"{value} is lost" for value in values if value not in kept]
    return row


def _record(place: Path):  # type: ignore[no-untyped-def]
    from kit.submissions.record import find_submission

    return find_submission(place / "submissions", "first")


def try_two_trainings(scene: Scene, place: Path, times: int = KILLED) -> Row:
    """Two trainings of one run, either of which is killed now and then and started again: each fold is trained once."""
    row = Row("two trainings of one run, killed at random", times)
    work = ["train", "--recipe", "tiny", "--task", "shape", "--json"]
    forked.play(work, _fresh(scene.before, place))
    expected = tree(place)
    for trial in range(times):
        if fault := _two_trainings(work, scene, place, np.random.default_rng(trial), expected):
            row.faults.append(f"trial {trial}: {fault}")
    return row


def _two_trainings(
    work: list[str], scene: Scene, place: Path, rng: np.random.Generator, expected: dict[str, str]
) -> str | None:
    _fresh(scene.before, place)
    running = [start(work, place) for _ in range(2)]
    said: list[tuple[bool, str]] = []
    kills = int(rng.integers(0, 4))
    while running:
        time.sleep(float(rng.uniform(0.02, 0.5)))
        which = int(rng.integers(len(running)))
        pid, path = running.pop(which)
        if kills:
            kills -= 1
            os.kill(pid, signal.SIGKILL)
        ended = wait(pid, path)
        said.append((ended.code == 0, ended.said))
        if ended.code == -signal.SIGKILL:
            running.append(start(work, place))
        elif ended.code != 0:
            return f"ended with {ended.code}: {ended.said[-300:]}"
    done: dict[tuple[int, int], int] = {}
    for whole, text in said:
        for line in text.splitlines():
            if whole and line.startswith('{"event": "epoch"'):
                event = json.loads(line)
                done[event["fold"], event["epoch"]] = done.get((event["fold"], event["epoch"]), 0) + 1
    twice = [f"epoch {epoch} of fold {fold}" for (fold, epoch), count in done.items() if count > 1]
    if twice:
        return f"both trained {', '.join(twice)}"
    sweep_workspace(place)  # as the next command does: one of the two that was killed may leave its claim
    return difference(expected, tree(place)) or None


@contextmanager
def a_season(until: str = "") -> Iterator[tuple[dict[str, Scene], Path]]:
    """The scenes by name, up to one of them, and a place to play them."""
    import_all()
    base = Path(tempfile.mkdtemp(prefix="kit-pairs-"))
    try:
        yield {scene.name: scene for scene in season(base, until)}, base / "ws"
    finally:
        shutil.rmtree(base)


def run() -> list[Row]:
    with a_season() as (scenes, place):
        rows = [told(try_pair(name, before, works, place)) for name, before, *works in pairs(scenes)]
        rows.append(told(try_scores(scenes["log"], place)))
        return [*rows, told(try_two_trainings(scenes["train a network"], place))]


def short() -> list[Row]:
    """Two trainings of one run, killed a few times, and two deals of folds."""
    with a_season("crop") as (scenes, place):
        deals = ["fold", "--folds", "2"], ["fold", "--folds", "2", "--seed", "1"]
        return [
            try_pair("fold", scenes["fold"].before, deals, place, 1),
            try_two_trainings(scenes["crop"], place, 1),
        ]
