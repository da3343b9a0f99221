"""kit init"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kit.cli.console import Output
from kit.cli.shared import in_folder
from kit.errors import KitError

_TABLE = ("train", "image", "label", "group", "test", "sample")


@click.command()
@click.argument("preset", metavar="[mask|digits|table|demo]")
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), show_default=True, help="Data folder.")
@click.option("--force", is_flag=True, help="Overwrite a competition.yaml that is there already.")
@click.option("--train", metavar="FILE", help="table: the train table, or a folder with a folder for each class.")
@click.option("--image", metavar="COLUMN", help="table: the photo's column, or its path with {COLUMN}.")
@click.option("--label", metavar="COLUMN", multiple=True, help="table: a label's column; once for each task.")
@click.option("--group", metavar="COLUMN", help="table: the column that says who is on the photo.")
@click.option("--test", metavar="FILE|FOLDER", help="table: the test table, or the folder of the photos to predict.")
@click.option("--sample", metavar="FILE", help="table: the sample submission.")
@click.option("--people", type=click.IntRange(min=1), help="demo: how many people are drawn.")
@click.option("--size", type=click.IntRange(min=16), help="demo: width of a photo in pixels.")
@click.option("--seed", type=int, help="demo: another seed draws other people.")
@in_folder
def init(directory: Path, out: Output, preset: str, data: Path, force: bool, **options: Any) -> None:
    """Write competition.yaml, which says what is being predicted, and make the workspace's folders.

    \b
    mask    the reference competition: mask, gender and age of 2,700 people
    digits  scikit-learn's handwritten digits, written to the data folder
    table   any table of photos and labels, or a folder for each class; what the files tell is inferred
    demo    a mask competition drawn by the program, with answers that score it
    """
    from kit.presets.sources import TableOptions
    from kit.presets.start import first_look, start_workspace

    given = {name: value for name, value in options.items() if value not in (None, ())}
    for name in given:
        owner = "table" if name in _TABLE else "demo"
        if owner != preset:
            raise KitError(f"--{name} is an option of 'kit init {owner}', not of '{preset}'", todo="leave it out")
    table = TableOptions(labels=given.pop("label", ()), **given) if preset == "table" else None
    workspace = start_workspace(
        directory,
        preset,
        directory / data,
        force=force,
        table=table,
        demo=given if preset == "demo" else None,
        reporter=out,
    )
    out.say(f"written: {workspace.root / 'competition.yaml'}")
    first_look(workspace, out)
    out.say("next: kit doctor, then kit fold")
    out.result(
        root=workspace.root,
        competition=workspace.root / "competition.yaml",
        data=workspace.data_dir,
        folders=[workspace.runs_dir, workspace.submissions_dir, workspace.recipes_dir],
    )
