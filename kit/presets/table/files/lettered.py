"""Classes that lie below the letters they begin with, as in a register: a/abbey, b/bedroom, c/church/indoor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

from kit.errors import KitError
from kit.presets.table.files.names import side_of

FEWEST = 2
"""Letters that make a register."""


def registers(holders: Collection[str]) -> dict[str, list[str]]:
    """The folders of train photos that hold folders of one letter each, with classes below that begin with it -> the
    folders below them in which photos lie.
    """
    inside: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for holder in holders:
        parts = holder.split("/")
        for place, letter in enumerate(parts):
            inside["/".join(parts[:place])].append((letter, "/".join(parts[place + 1 :])))
    found = {}
    for top, folders in inside.items():
        begun = all(len(letter) == 1 and name[:1].lower() == letter.lower() for letter, name in folders)
        letters = {letter for letter, _ in folders}
        if begun and len(letters) >= FEWEST and top not in holders and side_of(f"{top}/x") not in ("test", "valid"):
            found[top] = sorted(f"{letter}/{name}" for letter, name in folders)
    return found


def is_even(folders: Collection[str]) -> bool:
    """Whether the photos of a register all lie in the folder right below their letter."""
    return all(folder.count("/") == 1 for folder in folders)


def refuse_uneven(holders: Collection[str], where: Path) -> None:
    """KitError where some classes of a register lie a level deeper: no pattern names both abbey and church/indoor."""
    for top, folders in registers(holders).items():
        if is_even(folders):
            continue
        deep = next(folder for folder in folders if folder.count("/") > 1)
        shown = next((folder for folder in folders if folder.count("/") == 1), folders[0])
        start = f"{top}/" if top else ""
        count = len({folder.split("/")[1] for folder in folders})
        raise KitError(
            f"the classes lie below their letters on several levels, such as {start}{shown} and {start}{deep}, and no"
            " pattern leads to classes such as"
            f" {deep.partition('/')[2]}",
            where=where,
            todo=f"take the {count} folders right below the letters as the classes with --image"
            f" '{start}*/{{label}}/**/*' --label label; or make a table with a row for each photo and its class, of all"
            f" {len(folders)}, and name it with --train",
        )
