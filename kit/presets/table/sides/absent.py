"""What is not there: the photos of a table, said by the name of the first one, and a second class of train photos."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from kit.competition.formats import is_image_name
from kit.errors import KitError
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.names import side_of
from kit.presets.table.files.nothing import FILMS
from kit.presets.table.files.one_table import Table


def refuse_absent(facts: Facts) -> None:
    """KitError where a table with labels names photos, and none of them is there."""
    for table in facts.tables:
        named = _absent(facts, table)
        elsewhere = table.sample or table.side in ("test", "valid") or bool(facts.leads(table))
        if elsewhere or len(table.columns) < 2 or named is None:
            continue
        kinds = Counter(PurePosixPath(name).suffix.lower() for name in facts.others)
        films = sum(kinds[ending] for ending in FILMS)
        beside = [f"{count:,} {kind}" for kind, count in kinds.most_common(3) if kind]
        there = f" (other files: {', '.join(beside)})" if beside else ""
        raise KitError(
            f"its photos, such as '{named}', are not among the {len(facts.photos.images):,} photos here{there}",
            where=facts.root / table.name,
            todo="take the frames out of the films, and put them there under these names"
            if films
            else "put them there too, or name their path with --image 'images/{COLUMN}.jpg'",
        )


def refuse_one_class(facts: Facts) -> None:
    """KitError where the train photos lie in one folder, and those of the test side in folders of several classes."""
    for train in sorted(facts.photos.meant):
        above, _, name = train.rpartition("/")
        if side_of(f"{above}/x") != "train" or side_of(f"{name}/x"):
            continue
        top = above.rpartition("/")[0]
        start = f"{top}/" if top else ""
        below = [one[len(start) :].split("/") for one in facts.photos.meant if one.startswith(start) and one != train]
        tests = {parts[0] for parts in below if len(parts) == 2 and side_of(f"{parts[0]}/x") == "test"}
        if len(tests) == 1 and len(below) > 1 and all(parts[0] in tests and len(parts) == 2 for parts in below):
            raise KitError(
                f"the train photos are of one class alone, '{name}', and kit learns to tell two classes or more apart",
                where=facts.root / above,
                todo=f"--train '{start}{tests.pop()}' learns of the {len(below)} that the test folder has",
            )


def _absent(facts: Facts, table: Table) -> str | None:
    """The first name of a photo in a table that leads to none; of the train table any first cell that is a name."""
    for column in table.columns:
        head = table.rows[column].dropna().head(20)
        if len(head) and all(map(is_image_name, head)) and not any(map(facts.photos.hits, head)):
            return str(head.iloc[0])
    first = table.rows[table.columns[0]].dropna()
    named = len(first) > 1 and first.is_unique and not first.str.fullmatch(r"-?\d+\.\d+").any()
    return str(first.iloc[0]) if table.side == "train" and named and not facts.leads(table) else None
