"""No key in what is shown of an error: sentences, warnings and tracebacks are without the credentials known here."""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from types import TracebackType

from kit.errors import KitError
from kit.reading import read_text

NAMES = ("KAGGLE_KEY", "KAGGLE_API_TOKEN", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "WANDB_API_KEY")
FILES = ("kaggle.json", "access_token", "credentials.json")
SHORTEST = 8
"""Letters below which a value is no key, and hiding it would hide ordinary words."""


def hide_keys() -> None:
    """From now on the traceback that ends this process shows no key."""
    sys.excepthook = _show


def hidden(text: str) -> str:
    """The text without any key of the environment or of Kaggle's files."""
    for key in sorted(_keys(), key=len, reverse=True):
        text = text.replace(key, "[a key]")
    return text


def _show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(hidden("".join(traceback.format_exception(kind, error, trace))))


def _keys() -> set[str]:
    found = {os.environ.get(name, "") for name in NAMES}
    for folder in (os.environ.get("KAGGLE_CONFIG_DIR", "~/.kaggle"), "~/.config/kaggle"):
        for name in FILES:
            try:
                found |= _values(read_text(Path(folder).expanduser() / name))
            except (KitError, RuntimeError):  # there is none, or no home
                continue
    return {key for key in found if len(key) >= SHORTEST}


def _values(text: str) -> set[str]:
    """The keys of a file of credentials: of a mapping all but the name, of anything else the whole."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {text.strip()}
    if not isinstance(content, dict):
        return {str(content)}
    return {str(value) for name, value in content.items() if "name" not in str(name).lower()}
