"""docs/recipes.md: every key, made from the models, and examples that kit takes."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from shared.pages import DOCS, blocks

from benchmarks.pages import filled
from kit.cli.main import cli
from kit.images.augment import build_augment, load_pipelines
from kit.learn.network.loss import LOSSES
from kit.recipes.load import SHIPPED, load_recipe, parse_recipe
from kit.recipes.network import LOSSES as NAMES
from kit.recipes.network import Recipe

TEXT = (DOCS / "recipes.md").read_text()
EXAMPLES = blocks("recipes.md", "yaml")
COMMANDS = [line.partition("#")[0] for block in blocks("recipes.md", "sh") for line in block.splitlines()]


def test_the_page_is_what_make_docs_writes() -> None:
    assert filled(TEXT) == TEXT, "run 'make docs'"
    for name in ("size", "pseudo.take", "heads.NAME.kind", "mix.tasks", "learner.name"):
        assert f"| `{name}` |" in TEXT
    assert "| `learner.kernel` of svm |" in TEXT


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_recipe(text: str) -> None:
    """An example that is a part of a file is set into the page's smallest recipe; its photos are augmented."""
    content = yaml.safe_load(text)
    if "learner" not in content:
        content = {**yaml.safe_load(EXAMPLES[0]), **content}
    recipe = parse_recipe(content, "docs/recipes.md")
    if isinstance(recipe, Recipe):
        build_augment(recipe.augment, recipe.size)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_page_has_options_that_exist_and_changes_that_fit(command: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(EXAMPLES[0])
    program, name, *options = shlex.split(command)
    assert program == "kit"
    text = CliRunner().invoke(cli, [name, "--help"]).output
    assert all(option in text for option in options if option.startswith("--"))
    values = list(zip(options[::2], options[1::2], strict=True))
    recipe = next((value for option, value in values if option == "--recipe"), "default")
    load_recipe(recipe, tmp_path, [value for option, value in values if option == "--set"])


def test_the_page_names_every_loss_sampler_head_and_pipeline() -> None:
    assert tuple(LOSSES) == NAMES
    known = [*NAMES, *load_pipelines(), "OneOf", "SomeOf", "RandomOrder", "Sequential"]
    known += ["softmax", "bins", "ordinal", "expected", "balanced", "per_group"]
    by_hand = TEXT[: TEXT.index("## Every key")]
    assert [name for name in known if f"`{name}`" not in by_hand] == []


def test_every_shipped_recipe_stands_on_the_page_with_what_it_is_for() -> None:
    for path in SHIPPED.glob("*.yaml"):
        assert f"| `{path.stem}` | " in TEXT
