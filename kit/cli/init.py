"""kit init"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kit.cli.console import Output
from kit.cli.shared import in_folder
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.presets.table import Guide, Question

_TABLE = ("train", "image", "label", "group", "test", "sample", "metric", "kind", "yes")
_KINDS = ("class", "ordered", "labels", "number", "shares")


@click.command()
@click.argument("preset", metavar="[mask|digits|table|demo]")
@click.option("--data", type=click.Path(path_type=Path), default=Path("data"), show_default=True, help="Data folder.")
@click.option("--force", is_flag=True, help="Overwrite a competition.yaml that is there already.")
@click.option("--train", metavar="FILE", help="table: the train table, or a folder with a folder for each class.")
@click.option("--image", metavar="COLUMN", help="table: the photo's column, or its path with {COLUMN}.")
@click.option("--label", metavar="COLUMN", multiple=True, help="table: a label's column; once for each task.")
@click.option("--group", metavar="COLUMN|none", help="table: the column, or A,B, that says who is on the photo.")
@click.option("--test", metavar="FILE|FOLDER|none", help="table: the test table, or the folder of photos to predict.")
@click.option("--sample", metavar="FILE|none", help="table: the sample submission.")
@click.option("--metric", metavar="NAME", help="table: what the host scores by.")
@click.option("--kind", type=click.Choice(_KINDS), help="table: the kind of the label.")
@click.option("--yes", is_flag=True, help="table: ask nothing, and take what is proposed.")
@click.option("--people", type=click.IntRange(min=1), help="demo: how many people are drawn.")
@click.option("--size", type=click.IntRange(min=16), help="demo: width of a photo in pixels.")
@click.option("--seed", type=int, help="demo: another seed draws other people.")
@in_folder
def init(directory: Path, out: Output, preset: str, data: Path, force: bool, **options: Any) -> None:
    """Write competition.yaml, which says what is being predicted, and make the workspace's folders.

    \b
    mask    the reference competition: mask, gender and age of 2,700 people
    digits  scikit-learn's handwritten digits, written to the data folder
    table   any tables of photos and labels, or a folder for each class; what the files tell is inferred
    demo    a mask competition drawn by the program, with answers that score it

    In a terminal `table` asks what the files do not tell; elsewhere, and with --yes, it takes what is safe, says so,
    and names the option that settles the rest.
    """
    from kit.presets.start import first_look, start_workspace
    from kit.presets.table import TableOptions

    given = {name: value for name, value in options.items() if value not in (None, (), False)}
    for name in given:
        owner = "table" if name in _TABLE else "demo"
        if owner != preset:
            raise KitError(f"--{name} is an option of 'kit init {owner}', not of '{preset}'", todo="leave it out")
    silent = given.pop("yes", False)
    asks = sys.stdin.isatty() and sys.stderr.isatty() and not silent
    table = TableOptions(labels=given.pop("label", ()), **given) if preset == "table" else None
    workspace = start_workspace(
        directory,
        preset,
        directory / data,
        force=force,
        table=table,
        guide=_guide(out, asks),
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


def _answer(question: Question, text: str) -> str:
    """What somebody typed, as a choice; anything else is told, and asked for again."""
    try:
        return question.answered(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _guide(out: Output, asks: bool) -> Guide:
    """Who answers what the files do not tell: whoever sits at the terminal, or nobody."""
    from kit.presets.table import Guide, Inferred, table_rows

    class Screen(Guide):
        def choose(self, question: Question) -> str:
            if not asks:
                return super().choose(question)
            out.info(f"{question.what}: {', '.join(question.choices)}" + (f" ({question.why})" if question.why else ""))
            prompt = f"  which? ({question.option})"
            return str(click.prompt(prompt, default=question.proposal, err=True, value_proc=partial(_answer, question)))

        def show(self, inferred: Inferred) -> None:
            out.table(table_rows(inferred.facts, inferred.used), title="tables")
            found = inferred.findings
            out.table([vars(choice) for choice in found.choices], title="competition.yaml")
            out.result(settled=[vars(choice) for choice in found.choices], left_out=found.left_out, check=found.check)
            for text in found.left_out:
                out.info(f"left out: {text}")
            for text in found.check:
                out.info(f"check: {text}")

    return Screen()
