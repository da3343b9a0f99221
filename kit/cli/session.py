"""One call of the command line, light enough for --help."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kit.cli.console import Output


@dataclass
class Session:
    """The folder that -C names, and what the command speaks through: people, or programs where --json is given."""

    directory: Path = Path()
    as_json: bool = False
    wide: bool = False
    """Whether tables have all their columns."""
    began: float = field(default_factory=time.time)
    """Seconds since 1970."""

    @cached_property
    def out(self) -> Output:
        from kit.cli.console import Output
        from kit.cli.json_lines import JsonOutput

        return JsonOutput() if self.as_json else Output(wide=self.wide)
