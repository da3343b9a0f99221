"""Python files beside competition.yaml, run with care: their mistakes are told by file and line."""

from __future__ import annotations

import runpy
import traceback
from functools import lru_cache
from pathlib import Path
from typing import Any

from kit.conflict import refuse_conflict
from kit.errors import KitError, one_line
from kit.reading import require_file


def registered(path: Path, name: str) -> Any:
    """What a file calls `name`; None without the file or the name. The same file is run once."""
    return _run(path, path.stat().st_mtime_ns).get(name) if path.exists() else None


@lru_cache(maxsize=16)
def _run(path: Path, changed: int) -> dict[str, Any]:
    require_file(path)
    refuse_conflict(path)
    try:
        return runpy.run_path(str(path))
    except KitError as error:
        raise KitError(error.what, where=f"{path}:{line_in(path, error)}", todo=error.todo) from error
    except (Exception, SystemExit) as error:
        told = f"{type(error).__name__}: {one_line(error)}"
        raise KitError(f"it cannot be run ({told})", where=f"{path}:{line_in(path, error)}", todo="mend it") from error


def line_in(path: Path, error: BaseException) -> int:
    """The line of the file that an error came from."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno or 1
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return (lines[-1] if lines else None) or 1
