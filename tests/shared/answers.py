"""What a command answered with --json, held against docs/json.md."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "docs/json.md"
OF_EVERY_ANSWER = {"event", "command", "what", "where", "todo", "exit_code"}


@cache
def documented() -> dict[str, tuple[set[str], set[str]]]:
    """For each command the keys that its answer has, and those that it has where they apply."""

    def keys(cell: str) -> set[str]:
        return set(re.findall(r"`([a-z_0-9]+)`", re.sub(r"\([^)]*\)", "", cell)))

    lines = re.findall(r"^\| `kit ([a-z ]+)` \|(.*)\|(.*)\|$", PAGE.read_text(), flags=re.MULTILINE)
    return {command: (keys(always), keys(sometimes)) for command, always, sometimes in lines}


def events(text: str) -> list[dict[str, Any]]:
    """The events of a stdout that holds JSON lines and nothing else; NaN and Infinity are no JSON."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def answer(captured: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the one command that wrote to stdout answered."""
    return answer_in(captured.readouterr().out)


def answer_in(text: str) -> dict[str, Any]:
    """The last event of a command's stdout, `done` or `error`, with its content as documented."""
    first, *_, last = events(text)
    assert (first["event"], last["event"]) in (("launch", "done"), ("launch", "error"))
    always, sometimes = documented()[first["command"]]
    found = set(last) - OF_EVERY_ANSWER
    assert found <= always | sometimes, f"docs/json.md lacks {found - always - sometimes}"
    assert last["event"] == "error" or always <= found, f"the answer lacks {always - found}"
    return last
