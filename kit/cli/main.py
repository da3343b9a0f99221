"""The command `kit`: loads a command's module only when it is asked for, and turns errors into one line."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from kit import __version__
from kit.cli.ending import ends_cleanly, exit_code
from kit.cli.session import Session
from kit.errors import CannotSpeak, KitError, system_error
from kit.keys import hidden, hide_keys
from kit.openmp import share_cores, yielding
from kit.wording import visible

COMMANDS = {
    "init": "Write competition.yaml for a known or a new competition.",
    "download": "Bring the competition's files from its host.",
    "doctor": "Look for what is wrong with the workspace.",
    "eda": "Look at the data, and whether test is otherwise than train.",
    "fold": "Deal the people into folds and freeze them.",
    "crop": "Find a face on every photo, for recipes that look at faces only.",
    "train": "Train a recipe on a task over all folds.",
    "jobs": "List what is left to train, one command line a fold.",
    "ablate": "Train variants of a recipe, and say what helped and what hurt.",
    "recipes": "List the recipes, or explain every key of one.",
    "runs": "List the runs.",
    "score": "Score runs out of fold, per task and joined.",
    "audit": "Find labels that out-of-fold predictions contradict.",
    "pseudo": "Label the test set for each fold, by that fold's own models.",
    "lineage": "Show whose labels reached a run or a submission.",
    "blend": "Show what a blend of runs would be and score.",
    "compare": "Compare runs, blends or submissions, and say how sure that is.",
    "submit": "Blend runs into a checked submission file.",
    "predict": "Say what photos show, by the models of a submission.",
    "bundle": "Put all that a submission predicts with into one folder.",
    "export": "Write networks in a form that other programs read.",
    "select": "Choose the final submissions, and say why.",
    "next": "Say which submission is worth the next public score.",
    "leaderboard": "Compare submissions: OOF, public, private.",
    "report": "Write everything that is known as one HTML page.",
    "watch": "Show a live page of the training, and review labels by click.",
}
"""Every command with its one-line help, in the order of a competition; kit/cli/<name>.py holds it."""

UNHEARD = (errno.EPIPE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
"""What a standard stream says that cannot be written."""
GO_ON = "the same command goes on where it stopped"


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that --help stays fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        return getattr(importlib.import_module(f"kit.cli.{name}"), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from kit.errors import nearest

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise KitError(f"there is no command '{args[0]}'", todo=nearest(args[0], COMMANDS))
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("-C", "directory", type=click.Path(path_type=Path), default=Path(), help="Work in this folder.")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.version_option(__version__, prog_name="kit")
@click.pass_context
def cli(ctx: click.Context, directory: Path, debug: bool) -> None:
    """From a competition's files to the two final submissions that you can trust."""
    ctx.ensure_object(Session).directory = directory


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits with 0, 1 (a check failed, or nobody hears), 2 (bad input or usage) or 128 + a
    signal's number.
    """
    share_cores()
    arguments = sys.argv[1:] if arguments is None else arguments
    _speak_any_path()
    hide_keys()
    session = Session(as_json="--json" in arguments, wide="--wide" in arguments)
    debug = "--debug" in arguments
    try:
        with ends_cleanly(), _told(), yielding():
            cli.main(arguments, prog_name="kit", standalone_mode=False, obj=session)
        code = 0
    except click.exceptions.Exit as error:
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        code, what = exit_code(error), "stopped" if isinstance(error, click.Abort) else "interrupted"
        with suppress(OSError):  # the terminal may be gone
            click.echo(f"{what}; {GO_ON}", err=True)
        session.out.failed(what, None, GO_ON, code)
    except click.ClickException as error:
        code = error.exit_code
        with suppress(OSError):
            error.show()
            session.out.failed(error.format_message(), None, None, code)
    except CannotSpeak as error:
        code = error.exit_code
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        with suppress(OSError):
            click.echo(f"kit: {hidden(visible(str(error)))}", err=True)
    except KitError as error:
        code = error.exit_code
        with suppress(OSError):
            session.out.failed(error.what, error.where, error.todo, code)
        if debug:
            raise
        with suppress(OSError):
            click.echo(f"kit: {hidden(visible(str(error)))}", err=True)
    except Exception as error:
        session.out.failed(f"{type(error).__name__}: {error}", None, "this is a fault of kit: please report it", 1)
        raise
    sys.exit(code)


def _speak_any_path() -> None:
    """Print paths that are not UTF-8 with escapes, and no warnings of the image library."""
    warnings.filterwarnings("ignore", module="PIL")  # what it says of a file is said of the photo, or harmless
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def _told() -> Iterator[None]:
    """What the operating system refuses within the block, as one sentence."""
    try:
        if sys.stdout is None:
            raise CannotSpeak("it is closed", where="standard output", todo="send it to a file or to /dev/null")
        yield
        sys.stdout.flush()
    except SystemExit as error:  # so click and rich end where nobody reads what they print
        raise CannotSpeak("its reader has gone", where="standard output") from error
    except OSError as error:
        if error.filename is None and error.errno in UNHEARD:  # files are told of where they are written
            raise CannotSpeak(system_error(error).what, where="standard output") from error
        raise system_error(error) from error
    except MemoryError as error:
        raise KitError("the memory is used up", todo="close some programs, or take smaller images") from error
