"""Tables whose photos are not among the files: said by the name of the first one, with what lies there instead."""

from __future__ import annotations

from collections import Counter
from pathlib import PurePosixPath

from kit.competition.formats import is_image_name
from kit.errors import KitError
from kit.presets.table.files.facts import Facts, Table

FILMS = (".mp4", ".avi", ".mov", ".mkv", ".webm", ".mpg", ".mpeg", ".m4v")


def refuse_absent(facts: Facts) -> None:
    """KitError where a table with labels names photos, and none of them is there."""
    for table in facts.tables:
        named = _absent(facts, table)
        if table.sample or table.side in ("test", "valid") or len(table.columns) < 2 or named is None:
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


def _absent(facts: Facts, table: Table) -> str | None:
    """The first name of a photo in a table that leads to none; of the train table any first cell that is a name."""
    for column in table.columns:
        head = table.rows[column].dropna().head(20)
        if len(head) and all(map(is_image_name, head)) and not any(map(facts.photos.hits, head)):
            return str(head.iloc[0])
    first = table.rows[table.columns[0]].dropna()
    named = len(first) > 1 and first.is_unique and not first.str.fullmatch(r"-?\d+\.\d+").any()
    return str(first.iloc[0]) if table.side == "train" and named and not facts.leads(table) else None
