"""What a command answered with --json."""

from __future__ import annotations

import json
from typing import Any

import pytest


def events(text: str) -> list[dict[str, Any]]:
    """The events of a stdout that holds JSON lines and nothing else; NaN and Infinity are no JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def answer(captured: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The last event of a command, `done` or `error`, which carries its content."""
    last = events(captured.readouterr().out)[-1]
    assert last["event"] in ("done", "error")
    return last
