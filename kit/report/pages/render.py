"""The templates of the pages, and what they show of a value."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from kit.wording import cell, visible


@cache
def template_file(name: str) -> str:
    """The text of a file of the folder `template`."""
    return files("kit.report.pages").joinpath("template", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """The templates, in which everything that is written out is escaped."""
    made = Environment(
        loader=FunctionLoader(template_file),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(seen=lambda value: visible(str(value)), cell=_told)
    return made


def script_hash(script: str) -> str:
    """What a content security policy calls a script by."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _told(value: object) -> str:
    """A cell of a table: whole numbers with commas between thousands are read more easily."""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else cell(value)
