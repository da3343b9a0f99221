"""Every command killed, or asked to end, at its points: the same command again must leave what it always leaves."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.torture import Row, forked, told
from benchmarks.torture.command import import_all
from benchmarks.torture.forked import (
    HALF,
    HARMS,
    KILL,
    Ended,
    Hook,
    but_log,
    copied,
    difference,
    spread,
    stands_of,
    tree,
    unfinished_in,
)
from benchmarks.torture.small import Scene, season

MOST = 40
"""Points of a scene of weight 1."""


def try_scene(scene: Scene, place: Path, most: int) -> Row:
    """Harm a command at each of at most `most` points, in one way after the other."""
    row = Row(f"{scene.name}, killed or asked to end")
    hook = Hook(place)
    undisturbed = forked.play(scene.work, _fresh(scene, place), hook)
    expected, stands = tree(place), stands_of(place)
    if undisturbed.code not in (0, 1):
        row.tried, row.faults = 1, [f"ends with {undisturbed.code}: {undisturbed.said[-300:]}"]
        return row
    points = spread(max(2, round(most * scene.weight)), undisturbed.points)
    for number, at in enumerate(points):
        harm = HARMS[number % len(HARMS)]
        row.tried += 1
        fault = _harmed(scene, place, at, harm, undisturbed, expected)
        if not fault and stands_of(place) != stands:
            fault = "the same command then has other scores"
        if fault:
            row.faults.append(f"{harm} at point {at} of {undisturbed.points}: {fault}")
    return row


def _fresh(scene: Scene, place: Path) -> Path:
    shutil.rmtree(place.with_name(f"{place.name}-host"), ignore_errors=True)
    return copied(scene.before, place)


def _harmed(scene: Scene, place: Path, at: int, harm: str, undisturbed: Ended, expected: dict[str, str]) -> str | None:
    """What is wrong after the harm, or after the same command once more."""
    ended = forked.play(scene.work, _fresh(scene, place), Hook(place, at, harm))
    killed = harm in (KILL, HALF)
    number = signal.SIGKILL if killed else signal.Signals[harm]
    allowed = (-number,) if killed or callable(scene.work) else (128 + number, undisturbed.code)
    if ended.code not in allowed and not callable(scene.work):
        return f"ended with {ended.code}: {ended.said[-300:]}"
    if not callable(scene.work):
        if "Traceback" in ended.said:
            return f"a traceback: {ended.said[-300:]}"
        if not killed and (left := unfinished_in(tree(place))):
            return f"left {', '.join(left[:3])}"
    again = forked.play(scene.work, place)
    if again.code != undisturbed.code:
        return f"the same command then ended with {again.code}: {again.said[-300:]}"
    host = place.with_name(f"{place.name}-host")
    if host.exists() and len(list(host.glob("*.json"))) > 1:
        return "it was sent twice"
    return difference(but_log(expected), but_log(tree(place))) or None


def run_scenes(names: Sequence[str] = (), most: int = MOST, until: str = "") -> list[Row]:
    """Try the scenes named, or all, up to one of them."""
    import_all()
    base = Path(tempfile.mkdtemp(prefix="kit-crashes-"))
    try:
        scenes = [scene for scene in season(base, until) if not names or scene.name in names]
        return [told(try_scene(scene, base / "ws", most)) for scene in scenes]
    finally:
        shutil.rmtree(base)


def run() -> list[Row]:
    return run_scenes()


def short() -> list[Row]:
    """A few points of the commands that start a competition."""
    return run_scenes(["init table", "fold"], 4, "fold")
