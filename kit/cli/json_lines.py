"""How the command line speaks to programs: one JSON object a line on stdout, described in docs/json.md."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kit import __version__
from kit.cli.console import Output, Rows, columns_of
from kit.cli.progress import Pace, Sparing
from kit.keys import hidden
from kit.reporter import Epoch, Progress


class JsonOutput(Output):
    """Says everything twice: events on stdout, and what a person would read on stderr."""

    def __init__(self) -> None:
        super().__init__()
        self.stream = sys.stdout
        self.content: dict[str, Any] = {}

    def emit(self, event: str, **content: Any) -> None:
        line = json.dumps({"event": event, **plain(content)}, allow_nan=False)
        self.stream.write(hidden(line) + "\n")
        self.stream.flush()

    @contextmanager
    def progress(self, title: str, total: int) -> Iterator[Progress]:
        def tell(done: int, note: str, pace: Pace) -> None:
            self.emit("progress", title=title, done=done, total=total, note=note, seconds_left=pace.seconds_left)

        with super().progress(title, total) as shown:
            yield _Both((shown, Sparing(tell, total)))

    def epoch(self, run: str, fold: int, epoch: Epoch) -> None:
        curve = {"train_loss": epoch.train_loss, "valid_loss": epoch.valid_loss, "score": epoch.score}
        self.emit("epoch", run=run, fold=fold, epoch=epoch.epoch, **curve)

    def rows(self, rows: Rows, columns: Sequence[str] | None = None) -> None:
        columns = columns or columns_of(rows)
        self.result(rows=[{column: row.get(column) for column in columns} for row in rows])

    def answer(self, row: Mapping[str, Any], text: str) -> None:
        super().answer(row, text)
        self.emit("answer", row=row)

    def result(self, **content: Any) -> None:
        self.content |= content

    @contextmanager
    def command(self, name: str, workspace: Path | None, arguments: Mapping[str, Any]) -> Iterator[None]:
        self.emit("launch", command=name, version=__version__, workspace=workspace, arguments=arguments)
        with redirect_stdout(sys.stderr):  # also what a package of others prints
            yield
        self.emit("done", command=name, exit_code=0, **self.content)

    def failed(self, what: str, where: object, todo: str | None, exit_code: int) -> None:
        where = None if where is None else str(where)
        self.emit("error", what=what, where=where, todo=todo, exit_code=exit_code, **self.content)


class _Both:
    def __init__(self, parts: Iterable[Progress]) -> None:
        self.parts = tuple(parts)

    def advance(self, steps: int = 1, note: str = "", *, skipped: bool = False) -> None:
        for part in self.parts:
            part.advance(steps, note, skipped=skipped)


def plain(value: Any) -> Any:
    """A value as JSON has it: paths whole, records and dataclasses by field, null for a number that is none."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Path):
        return str(value.absolute())
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return {name: plain(getattr(value, name)) for name in type(value).model_fields}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return plain(value.item())  # a number of numpy's
