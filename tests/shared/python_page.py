"""The Python examples of a page of docs."""

from __future__ import annotations

import re
from pathlib import Path


def examples(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S)
