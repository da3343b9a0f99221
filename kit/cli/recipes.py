"""kit recipes"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.console import listing_options, print_listing, say, stdout
from kit.competition.workspace import Workspace, find_root
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.recipes.explain import ExplainedKey, ExplainedRecipe

WIDEST = 110
"""Columns of explained text, also where the terminal has more."""


@click.command()
@click.argument("name", required=False)
@listing_options
@click.pass_obj
def recipes(directory: Path, name: str | None, as_json: bool, as_csv: bool) -> None:
    """List the recipes with what each is for; with NAME show that recipe, every key explained.

    A workspace's own recipes lie in its folder recipes/. Outside of a workspace there are the shipped ones.
    """
    from kit.recipes.explain import explain_recipe, list_recipes

    try:
        recipes_dir = Workspace(find_root(directory)).recipes_dir
    except KitError:
        recipes_dir = None
    if name is None:
        lines = [
            {"recipe": listed.name, "from": listed.origin, "purpose": listed.purpose}
            for listed in list_recipes(recipes_dir)
        ]
        print_listing(lines, ["recipe", "from", "purpose"], as_json=as_json, as_csv=as_csv)
        return
    explained = explain_recipe(name, recipes_dir)
    if as_json or as_csv:
        rows = [_line(key) for key in explained.keys]
        print_listing(rows, list(rows[0]), as_json=as_json, as_csv=as_csv)
    else:
        _print_explained(explained)


def _line(key: ExplainedKey) -> dict[str, str | None]:
    return {
        "key": key.name,
        "value": key.value,
        "set_by": key.set_by,
        "default": key.key.default,
        "type": key.key.kind,
        "meaning": key.key.meaning,
    }


def _print_explained(explained: ExplainedRecipe) -> None:
    """Every key as `--set` takes it, and below it what it means."""
    width = min(stdout().width, WIDEST)
    listed = explained.listed
    say(textwrap.fill(f"{listed.name} ({listed.origin}): {listed.purpose}", width))
    for key in explained.keys:
        say("")
        if key.set_by == "nobody":
            say(f"{key.name}  (not in use)")
        elif not key.value:
            say(f"{key.name}:")
        else:
            by = "the default" if key.set_by == "default" else f"set by the recipe{_instead(key)}"
            say(f"{key.name}={key.value}  ({by})")
        for text in (key.key.meaning, f"[{key.key.kind}]"):
            say(textwrap.fill(text, width, initial_indent="    ", subsequent_indent="    "))


def _instead(key: ExplainedKey) -> str:
    default = key.key.default
    return f"; the default is {default}" if default and default != key.value else ""
