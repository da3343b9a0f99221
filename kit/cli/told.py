"""Long warnings that a person has read: they are told in full once, and then in short."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from kit.errors import KitError
from kit.files import fingerprint, read_json, write_text

LONG = 160
"""Letters beyond which a warning is long."""
SHORT = 90
MOST = 200
"""Warnings that are remembered, the last ones."""
NAME = "told.json"


class Told:
    """What was told in a workspace, kept in its cache; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None = None) -> None:
        self.path = None if folder is None or not folder.is_dir() else folder / NAME

    def once(self, text: str) -> str:
        """The text, in short where it is long and was told before; with a line to type it is always told whole."""
        if len(text) <= LONG or "`" in text or self.path is None:
            return text
        known, mark = self._known(self.path), fingerprint(text)[:16]
        if mark in known:
            return f"{text[:SHORT].rpartition(' ')[0]} ... (told in full before; --wide tells it again)"
        with suppress(KitError):  # a disk that cannot be written is no reason to say nothing
            write_text(self.path, json.dumps([*known, mark][-MOST:]))
        return text

    def _known(self, path: Path) -> list[str]:
        try:
            found = read_json(path)
        except KitError:  # it is not there yet, or damaged: all is told anew
            return []
        return [mark for mark in found if isinstance(mark, str)] if isinstance(found, list) else []
