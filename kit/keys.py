"""No key in what is shown: sentences, listings, pages and tracebacks are without the credentials known here."""

from __future__ import annotations

import base64
import json
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import TracebackType

from kit.errors import KitError
from kit.reading import read_text

NAMES = ("KAGGLE_KEY", "KAGGLE_API_TOKEN", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "WANDB_API_KEY")
LIKE = (
    "KAGGLE_KEY",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "PRIVATE_KEY",
    "SECRET_KEY",
    "SECRET",
    "TOKEN",
    "PASSWORD",
    "PASSWD",
)
"""What the names of variables end with that hold a credential; of those not named above a value without a digit may be
an ordinary word."""
FILES = ("kaggle.json", "access_token", "credentials.json")
"""Those of Kaggle."""
SHORTEST = 8
"""Letters below which a value is no key, and hiding it would hide ordinary words."""
HIDDEN = "[a key]"


def hide_keys() -> None:
    """From now on the tracebacks that end this process or a thread of it show no key."""
    sys.excepthook = _show
    threading.excepthook = lambda told: _show(told.exc_type, told.exc_value, told.exc_traceback)


def hidden(text: str) -> str:
    """The text without any key of the environment or of the files that Kaggle, Hugging Face and W&B keep theirs in."""
    return hider()(text)


def hider() -> Callable[[str], str]:
    """`hidden` for many texts at once: the keys are looked up now."""
    leading = (os.environ.get(name) for name in ("HOME", "KAGGLE_CONFIG_DIR", "HF_HOME", "HF_TOKEN_PATH", "NETRC"))
    keys = _keys(tuple(sorted(_variables())), _places(int(time.monotonic()), *leading))

    def hide(text: str) -> str:
        for key in keys:
            text = text.replace(key, HIDDEN)
        return text

    return hide


def _show(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    sys.stderr.write(hidden("".join(traceback.format_exception(kind, error, trace))))


def _variables() -> set[str]:
    return {
        value
        for name, value in os.environ.items()
        if name.upper().endswith(LIKE) and (name in NAMES or re.search(r"\d", value)) and not value.startswith("/")
    }


@lru_cache(maxsize=4)
def _places(second: int, *set_to: str | None) -> tuple[tuple[Path, int], ...]:
    """The files of credentials that are there, and when each was changed; looked up once a second.

    set_to: what the variables say that lead to them.
    """
    home, kaggle, hub, token, netrc = set_to
    here = Path(home or os.path.expanduser("~"))
    paths = [folder / name for folder in _kaggle_folders(here, kaggle) for name in FILES]
    paths.append(Path(token) if token else Path(hub or here / ".cache/huggingface") / "token")
    paths += [Path(netrc) if netrc else here / ".netrc", here / ".config/wandb/.netrc"]
    found = []
    for path in dict.fromkeys(paths):
        try:
            found.append((path, os.stat(path).st_mtime_ns))
        except (OSError, ValueError):  # there is none
            continue
    return tuple(found)


def _kaggle_folders(home: Path, named: str | None) -> list[Path]:
    return [*([Path(named)] if named else []), home / ".kaggle", home / ".config/kaggle"]


@lru_cache(maxsize=4)
def _keys(values: tuple[str, ...], places: tuple[tuple[Path, int], ...]) -> tuple[str, ...]:
    """Every key, the longest first."""
    found = set(values)
    for path, _ in places:
        try:
            text = read_text(path)
            found |= _passwords(text) if re.search(r"^\s*machine\s", text, re.MULTILINE) else _values(text)
        except KitError:
            continue
    return tuple(sorted((key for key in found if len(key) >= SHORTEST), key=lambda key: (-len(key), key)))


def _passwords(text: str) -> set[str]:
    return set(re.findall(r"(?<!\S)password\s+(\S+)", text))


def _values(text: str) -> set[str]:
    """The keys of a file of credentials: of a mapping all but the name, and both as they are sent; else the whole."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {text.strip()}
    if not isinstance(content, dict):
        return {str(content)}
    keys = {str(value) for name, value in content.items() if "name" not in str(name).lower()}
    names = {str(value) for name, value in content.items() if "name" in str(name).lower()}
    sent = {base64.b64encode(f"{name}:{key}".encode(errors="replace")).decode() for name in names for key in keys}
    return keys | sent
