"""What a model's keys mean is read from the docstrings under its attributes."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from kit.documented import Key, keys_of
from kit.schema import Frozen

KIT = Path(__file__).parent.parent / "kit"


class Base(Frozen):
    count: int = Field(3, ge=1, lt=9)
    """How many
    there are.
    """


class Circle(Frozen):
    """Round."""

    shape: Literal["circle"]
    radius: float
    """In pixels."""


class Square(Frozen):
    """Not round."""

    shape: Literal["square"]
    side: float = 1.5
    """In pixels too."""


class Part(Frozen):
    """A part, told of by its class."""

    word: str | None = None
    """A word."""


class Whole(Base):
    figure: Annotated[Circle | Square, Field(discriminator="shape")]
    """What is drawn."""
    part: Part = Part()
    parts: dict[str, Part] = {}
    """Parts by name."""
    pair: tuple[int, int] = (1, 2)
    """Two numbers."""
    bare: bool = True


def found(name: str) -> list[Key]:
    return [key for key in keys_of(Whole) if key.name == name]


@pytest.mark.parametrize(
    ("name", "kind", "default", "meaning"),
    [
        ("count", "whole number, at least 1, below 9", "3", "How many there are."),
        ("figure.shape", "circle or square", None, "circle: Round. square: Not round."),
        ("part", "keys of its own", "", "A part, told of by its class."),
        ("part.word", "text, or null", "null", "A word."),
        ("parts", "mapping from names to keys of their own", "{}", "Parts by name."),
        ("parts.NAME.word", "text, or null", "null", "A word."),
        ("pair", "list of 2 whole numbers", "[1, 2]", "Two numbers."),
        ("bare", "true or false", "true", ""),
    ],
)
def test_a_key_tells_its_type_default_and_docstring(name: str, kind: str, default: str | None, meaning: str) -> None:
    (key,) = found(name)
    assert (key.kind, key.default, key.meaning, key.variant) == (kind, default, meaning, None)


def test_the_keys_of_a_union_say_whose_they_are() -> None:
    ((radius,), (side,)) = found("figure.radius"), found("figure.side")
    assert (radius.variant, radius.default, radius.owner) == ("circle", None, Circle)
    assert (side.variant, side.default, side.meaning) == ("square", "1.5", "In pixels too.")


def test_keys_come_in_the_order_of_the_model() -> None:
    names = [key.name for key in keys_of(Whole)]
    assert names[:5] == ["count", "figure", "figure.shape", "figure.radius", "figure.side"] and names[-1] == "bare"


def test_nothing_reads_sources_before_it_is_asked() -> None:
    code = "import sys, kit.cli.main, kit.recipes.network; assert 'kit.documented' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_docstring_breaks_off_in_the_middle_of_a_sentence() -> None:
    """The first paragraph of each string that stands alone ends like a sentence, but for words that are only a name."""
    broken = []
    for path in sorted(KIT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Expr)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                first = node.value.value.strip().split("\n\n")[0]
                if len(first.split()) > 4 and not first.endswith((".", "?", ":", ")")):
                    broken.append(f"{path.relative_to(KIT)}:{node.lineno}")
    assert broken == []
