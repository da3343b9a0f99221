"""`make docs`: the tables of docs/competition.md, docs/recipes.md and docs/targets.md, from what they are about.

Usage: python -m benchmarks.pages

What stands between `<!-- NAME, made by make docs -->` and `<!-- end -->` is made anew; all else is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.targets import forms_table
from kit.competition.spec import Competition
from kit.documented import Key, keys_of
from kit.recipes.base import BaseRecipe
from kit.recipes.classic import ClassicRecipe
from kit.recipes.explain import list_recipes
from kit.recipes.network import Recipe

DOCS = Path(__file__).parent.parent / "docs"
START = r"(?P<start><!-- (?P<name>[^\n]+), made by make docs -->)"
PAGES = (DOCS / "competition.md", DOCS / "recipes.md", DOCS / "targets.md")


def key_table(keys: Sequence[Key]) -> list[str]:
    lines = ["| key | is | default | what it does |", "|---|---|---|---|"]
    for key in keys:
        name = f"`{key.name}`" + (f" of {key.variant}" if key.variant else "")
        default = "must be given" if key.default is None else f"`{key.default}`" if key.default else ""
        lines.append(f"| {name} | {key.kind} | {default} | {_cell(key.meaning)} |")
    return lines


def own_keys(model: type[BaseRecipe]) -> list[Key]:
    """The keys that a kind of recipe has beside those of all recipes."""
    of_all = {key.name for key in keys_of(BaseRecipe)}
    return [key for key in keys_of(model) if key.name not in of_all]


def recipe_table() -> list[str]:
    rows = [f"| `{listed.name}` | {_cell(listed.purpose)} |" for listed in list_recipes(None)]
    return ["| recipe | what it is for |", "|---|---|", *rows]


PARTS: dict[str, Callable[[], list[str]]] = {
    "keys of competition.yaml": lambda: key_table(keys_of(Competition)),
    "forms of submissions": forms_table,
    "shipped recipes": recipe_table,
    "keys of every recipe": lambda: key_table(keys_of(BaseRecipe)),
    "keys of a network's recipe": lambda: key_table(own_keys(Recipe)),
    "keys of a classic recipe": lambda: key_table(own_keys(ClassicRecipe)),
}


def filled(text: str) -> str:
    """A page with its made parts made anew."""

    def part(found: re.Match[str]) -> str:
        return "\n".join([found["start"], "", *PARTS[found["name"]](), "", "<!-- end -->"])

    return re.sub(rf"{START}\n.*?<!-- end -->", part, text, flags=re.DOTALL)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("*", "\\*")


def main() -> int:
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{page} was made anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
