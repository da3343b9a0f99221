"""kit recipes"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kit.cli.console import Output, stdout
from kit.cli.shared import csv_option, in_folder
from kit.competition.workspace import Workspace, find_root
from kit.errors import KitError

if TYPE_CHECKING:
    from kit.recipes.explain import ExplainedKey, ExplainedRecipe

WIDEST = 110
"""Columns of explained text, also where the terminal has more."""


@click.command()
@click.argument("name", required=False)
@csv_option
@in_folder
def recipes(directory: Path, out: Output, name: str | None) -> None:
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
        out.listing(lines, ["recipe", "from", "purpose"])
        return
    explained = explain_recipe(name, recipes_dir)
    out.rows([_line(key) for key in explained.keys])
    _tell_explained(out, explained)


def _line(key: ExplainedKey) -> dict[str, str | None]:
    return {
        "key": key.name,
        "value": key.value,
        "set_by": key.set_by,
        "default": key.key.default,
        "type": key.key.kind,
        "meaning": key.key.meaning,
    }


def _tell_explained(out: Output, explained: ExplainedRecipe) -> None:
    """Every key as `--set` takes it, and below it what it means."""
    width = min(stdout().width, WIDEST)
    listed = explained.listed
    out.say(textwrap.fill(f"{listed.name} ({listed.origin}): {listed.purpose}", width))
    for key in explained.keys:
        out.say("")
        if key.set_by == "nobody":
            out.say(f"{key.name}  (not in use)")
        elif not key.value:
            out.say(f"{key.name}:")
        else:
            by = "the default" if key.set_by == "default" else f"set by the recipe{_instead(key)}"
            out.say(f"{key.name}={key.value}  ({by})")
        for text in (key.key.meaning, f"[{key.key.kind}]"):
            out.say(textwrap.fill(text, width, initial_indent="    ", subsequent_indent="    "))


def _instead(key: ExplainedKey) -> str:
    default = key.key.default
    return f"; the default is {default}" if default and default != key.value else ""
