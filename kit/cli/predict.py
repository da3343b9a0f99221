"""kit predict"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import csv_option, in_folder

if TYPE_CHECKING:
    from kit.ship.outcome import Limit
    from kit.ship.predictor import Engine
    from kit.ship.shipped import Shipped


@click.command()
@click.argument("paths", nargs=-1, metavar="PATH...")
@click.option("--from", "name", help="A submission, a blend such as best3, or a run.  [default: the newest submission]")
@click.option(
    "--bundle",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Predict by this bundle of 'kit bundle'; no workspace is needed.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="With --bundle and --submission: the competition's data folder.",
)
@click.option("--draw", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Write the photos with answers.")
@click.option("--camera", metavar="N", help="Answer the frames of a camera by its number, or of a film by its path.")
@click.option(
    "--submission",
    "sent",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Predict the competition's test set anew from its photos, and write it as a file to send.",
)
@click.option(
    "--engine",
    type=click.Choice(["torch", "onnx", "openvino"]),
    default="torch",
    show_default=True,
    help="What asks networks: torch repeats the submission's bits, the others are faster on a CPU.",
)
@click.option(
    "--limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="With --submission: end in this time, without mirror images and the lightest runs where need be, and write"
    " timing.json beside the file.",
)
@click.option(
    "--since",
    type=float,
    metavar="TIME",
    help="With --limit: when its clock began, in seconds since 1970.  [default: now]",
)
@click.option(
    "--devices",
    metavar="0,1",
    help="With --submission: divide the runs over these GPUs (or cpu,cpu); all GPUs without it.",
)
@csv_option
@in_folder
def predict(
    folder_here: Path,
    out: Output,
    paths: tuple[str, ...],
    name: str | None,
    bundle: Path | None,
    data: Path | None,
    folder: Path | None,
    camera: str | None,
    sent: Path | None,
    engine: Engine,
    limit: float | None,
    since: float | None,
    devices: str | None,
) -> None:
    """Say what photos show: PATH is a photo, a folder of photos, or a pattern in quotes.

    Each photo is decoded, cropped, predicted and decided as the test photos of the submission were, one by one: a rule
    that looks at the whole test set gives a photo the class that it would have among the test photos. Exit code 1 when
    a photo cannot be read; the others are answered all the same.
    """
    from kit.errors import KitError

    asked = [what for what, given in (("PATH", paths), ("--camera", camera), ("--submission", sent)) if given]
    if len(asked) != 1:
        told = f"{asked[0]} and {asked[1]} are asked at once" if asked else "no photo is named"
        raise KitError(told, todo="name photos, a --camera, or the --submission to write")
    if bundle is not None and name is not None:
        raise KitError("a bundle is of one submission", where="--from", todo="leave it out")
    if data is not None and (bundle is None or sent is None):
        raise KitError("it goes with --bundle and --submission", where="--data", todo="leave it out")
    for option, value, needs, there in (
        ("--limit", limit, "--submission", sent),
        ("--devices", devices, "--submission", sent),
        ("--since", since, "--limit", limit),
    ):
        if value is not None and there is None:
            raise KitError(f"it goes with {needs}", where=option, todo="leave it out")
    shipped = _shipped(folder_here, out, name) if bundle is None else _opened(bundle, data, out)
    if sent is not None:
        from kit.fleet.devices import devices_named
        from kit.ship.outcome import Limit

        _write_test(out, shipped, sent, engine, Limit(limit, since), devices_named(devices))
    elif camera is not None:
        _watch(out, shipped, camera, folder, engine)
    else:
        _answer(out, shipped, paths, folder, engine)


def _shipped(folder: Path, out: Output, name: str | None) -> Shipped:
    from kit.door import open_workspace
    from kit.ship.shipped import ship

    return ship(open_workspace(folder, out), name, out)


def _opened(bundle: Path, data: Path | None, out: Output) -> Shipped:
    from kit.ship.unpack import open_bundle

    return open_bundle(bundle, data, out)


def _answer(out: Output, shipped: Shipped, paths: tuple[str, ...], folder: Path | None, engine: Engine) -> None:
    from kit.errors import CheckFailed
    from kit.ship.answers import answered, rows_of, short_rows
    from kit.ship.drawing import write_drawings
    from kit.ship.photos import find_photos
    from kit.ship.predictor import Predictor, Subject

    competition = shipped.workspace.competition
    subjects = [Subject(str(photo), photo) for photo in find_photos(paths, shipped.look)]
    said = Predictor(shipped, out, engine=engine)(subjects)
    out.result(name=shipped.name, photos=len(subjects), unreadable=[str(error) for error in said.unreadable.values()])
    if said.subjects:
        predictions = answered(shipped, said)
        short = short_rows(competition, said, predictions)
        out.table(short)
        out.rows(rows_of(competition, said, predictions))
        if folder is not None:
            told = [_of_tasks(row) for row in short]
            photos, boxes = [one.path for one in said.subjects], [one.box for one in said.subjects]
            pictures = write_drawings(folder, shipped.look, photos, told, boxes)
            out.say(f"{folder}: {len(pictures)} pictures")
            out.result(pictures=pictures)
    for error in said.unreadable.values():
        out.warn(str(error))
    if said.unreadable:
        raise CheckFailed(f"{len(said.unreadable)} of {len(subjects)} photos cannot be read", todo="copy them again")


def _watch(out: Output, shipped: Shipped, camera: str, folder: Path | None, engine: Engine) -> None:
    from kit.images.sheet import save_image
    from kit.ship.camera import answered_frames
    from kit.ship.drawing import drawn

    frames = answers = 0
    for frame in answered_frames(shipped, camera, engine):
        frames, answers = frames + 1, answers + len(frame.rows)
        told = [_of_tasks(row) for row in frame.short]
        for row, said in zip(frame.rows, told, strict=True):
            out.answer(row, f"{row['photo']}: " + ", ".join(f"{task} {value}" for task, value in said.items()))
        if folder is not None:
            boxes = [subject.box for subject in frame.subjects]
            save_image(folder / f"frame-{frame.number:06d}.png", drawn(frame.path, shipped.look, told, boxes))
        out.result(name=shipped.name, frames=frames, answers=answers)


def _of_tasks(row: dict[str, Any]) -> dict[str, Any]:
    return {task: said for task, said in row.items() if task not in ("photo", "left", "top", "right", "bottom")}


def _write_test(
    out: Output, shipped: Shipped, path: Path, engine: Engine, limit: Limit, devices: Sequence[str]
) -> None:
    import hashlib

    from kit.files import write_bytes, write_record
    from kit.ship.pace import TIMING
    from kit.ship.sent import predict_test

    sent = predict_test(shipped, out, engine, limit, devices)
    write_bytes(path, sent.content)
    if sent.outcome.timing is not None:
        write_record(path.with_name(TIMING), sent.outcome.timing)
    sha256 = hashlib.sha256(sent.content).hexdigest()
    same = None if shipped.csv is None or engine != "torch" else shipped.csv == sha256
    told = "" if same is None else f", {'the very' if same else 'not the'} file of {shipped.name}"
    out.say(f"{path}: {len(shipped.workspace.test)} photos{told}")
    if sent.unreadable:
        out.warn(f"{len(sent.unreadable)} photos cannot be read, and are said to be as train is shared out")
    if sent.late:
        out.warn(f"no time was left for {len(sent.late):,} photos, which are said to be as train is shared out")
    out.result(unreadable=sent.unreadable, late=len(sent.late), dropped=sent.outcome.dropped, flips=sent.outcome.flips)
    out.result(name=shipped.name, photos=len(shipped.workspace.test), csv=path, sha256=sha256, same=same)
