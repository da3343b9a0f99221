"""The train side where no table has labels: folders of classes, and classes in the names of photos."""

from __future__ import annotations

from kit.errors import KitError, nearest
from kit.presets.table.asking import Findings, Guide, Question
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.folders import ClassFolders, class_folders, folders_below, named_classes
from kit.presets.table.files.lettered import refuse_uneven
from kit.presets.table.files.names import NOT_MEANT, says, side_of, words
from kit.presets.table.files.nothing import only_pixels, other_files, refuse_slides, what_helps
from kit.presets.table.files.one_table import WITHOUT_HEADER, Table
from kit.presets.table.files.patterns import literal, rows_of_pattern
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.sides.absent import refuse_absent, refuse_one_class
from kit.presets.table.sides.folder_levels import (
    beside_leaves,
    of_sources,
    tell_levels,
    tell_numbers,
    unsure_levels,
    with_levels,
)
from kit.presets.table.sides.folder_shapes import deep_levels, shapes
from kit.presets.table.sides.labels_in_names import counted_side, label_in_names, side_of_parts
from kit.presets.table.sides.looks_beside import without_looks
from kit.presets.table.sides.no_classes import (
    refuse_asked_folders,
    refuse_figures,
    refuse_numbered,
    refuse_own_folders,
    refuse_own_lists,
    refuse_things,
)
from kit.reading import read_bytes

FEW = 5
"""Photos of two places that are compared by their bytes."""


def folder_side(
    facts: Facts,
    given: str | None,
    guide: Guide,
    findings: Findings,
    sample: Sample | None = None,
    image: str | None = None,
) -> Side:
    """Photos in a folder for each class, or whose names begin with their class, or have it among their parts.

    given: the folder that holds them; image: their path, with {name} for each part.
    """
    if image is not None and "{" in image:
        return side_of_parts(facts, image)
    asked = given is None
    if given is None:
        refuse_uneven(facts.photos.meant, facts.root)
    places = {place.holder or ".": place for place in class_folders(facts.photos)}
    if given is not None and given not in places and (named := _named_side(facts, given)):
        return named
    if given is not None and given not in places and (below := folders_below(facts.photos, given)):
        places[given] = below
    if given is None and not places:
        named = next(filter(None, (_named_side(facts, folder) for folder in sorted(facts.photos.meant))), None)
        counted = named or counted_side(facts, sample)
        if counted is not None:
            return counted
        if (pixels := only_pixels(facts)) is not None:
            raise pixels
        _refuse_long(facts)
        refuse_absent(facts)
        refuse_one_class(facts)
        if not any(name.lower().endswith(WITHOUT_HEADER) for name in facts.unread):
            found = label_in_names(facts, findings, sample)
            if found is not None:
                return found
        notes = " and ".join(f"{count:,} {kind}" for kind, count in sorted(facts.sidecars.items()))
        lost = "; ".join(f"{name} cannot be read as one ({why})" for name, why in list(facts.unread.items())[:2])
        made = f", or make one of the notes beside the photos ({notes})" if notes else ""
        saved = what_helps(facts)
        mend = f"mend {next(iter(facts.unread))}, or " if lost else ""
        ways = shapes(facts.photos)
        called = f"; or, where folders are classes, say which: {', or '.join(ways)}" if ways else ""
        to_predict = [table.name for table in facts.tables if table.side == "test" and facts.leads(table)]
        what = "there is no table that leads to photos"
        if to_predict:
            what = f"{to_predict[0]} names photos to predict, and no table says what any photo shows"
        for table in facts.tables:
            if not table.sample and table.side != "test" and facts.leads(table):
                shown = ", ".join(f"'{column}'" for column in table.columns[:6])
                what = f"{table.name} leads to photos, and none of its columns ({shown}) has values that repeat"
        raise KitError(
            f"{what}, and no folder is there for each class" + (f"; {lost}" if lost else ""),
            where=facts.root,
            todo=f"{mend}{saved}name the table with --train, and its photos with --image{made}{called}"
            f"{other_files(facts)}",
        )
    if given is None:
        names = [name for name in places if side_of(f"{name}/x") == "train"] or list(places)
        names = [name for name in names if not says(name, NOT_MEANT)] or names
        names.sort(key=lambda one: (one.count("/"), one))
        names = _without_copies(facts, names, places, findings)
        names = _plain(facts, names, places, findings)
        if (deep := deep_levels(facts.photos, names)) is not None:
            paths, told = deep
            question = Question("the level of the classes", paths, "--image PATH", facts.root, why=told)
            return side_of_parts(facts, guide.choose(question))
        if len(names) > 1:
            refuse_own_folders(facts, names, places)
        if (sources := of_sources(facts.photos, names, places, findings)) is not None:
            names, places = [sources.pattern], {sources.pattern: sources}
        question = Question("the train folder", sorted(names), "--train", facts.root, why=_above(names, places))
        given = names[0] if len(names) == 1 else guide.choose(question)
    if given not in places:
        raise KitError(
            "this folder has no folder for each class",
            where=facts.root / given,
            todo=f"mend --train: {nearest(given, places)}",
        )
    answers = set() if sample is None else {cell for answer in sample.answers for cell in sample.shown(answer)}
    place = with_levels(facts.photos, places[given], answers)
    if (unsure := unsure_levels(facts.photos, place, answers) or beside_leaves(facts.photos, place)) is not None:
        by_path, told = unsure
        question = Question("the level of the classes", list(by_path), "--image PATH", facts.root, why=told)
        place = by_path[guide.choose(question)]
    rows = rows_of_pattern(facts.photos, place.pattern)
    if unsure is None:
        tell_levels(rows, place.pattern, findings)
    pattern = without_looks(place.pattern, rows, facts.root / (place.holder or "."), findings)
    rows = rows if pattern == place.pattern else rows_of_pattern(facts.photos, pattern)
    if asked:
        refuse_slides(facts, place.holder or ".")
    tell_numbers(sorted(rows[place.column].unique()), findings)
    refuse_things(facts, rows, place)
    refuse_figures(facts, rows, place)
    if asked:
        refuse_own_lists(facts, rows, place)
        refuse_numbered(facts, rows, place)
    refuse_asked_folders(facts, sample, rows, place)
    if len(rows) < 2 * rows[place.column].nunique():
        raise KitError(
            f"each folder, such as '{rows['image'].iloc[0].rpartition('/')[0]}', holds about one photo and is no class",
            where=facts.root / given,
            todo=f"{what_helps(facts)}make a table of the photos and their labels, and name it with --train",
        )
    depth = "on several levels" if "**" in place.pattern else "two levels down"
    levels = "" if place.depth == 1 else f", {depth}" if place.column == "folder" else ", a level above"
    why = f"a folder for each class{levels}: {rows[place.column].nunique()} of them"
    return Side(None, pattern, rows, "", why, of_folder=place.column)


def _above(names: list[str], places: dict[str, ClassFolders]) -> str:
    """The way to take the places as the classes, where all lie in one folder; '' elsewhere."""
    tops = {name.rpartition("/")[0] for name in names}
    if len(names) < 2 or len(tops) != 1 or "." in names or any(side_of(f"{name}/x") for name in names):
        return ""
    path = f"{literal(tops.pop())}/{{label}}/**/*".lstrip("/")
    return f"or, where these are the classes, --image '{path}' --label label"


def says_classes(facts: Facts) -> bool:
    """Whether folders, or the names of photos in one folder, are classes."""
    return bool(class_folders(facts.photos)) or any(_named_side(facts, folder) for folder in facts.photos.meant)


def _plain(facts: Facts, names: list[str], places: dict[str, ClassFolders], findings: Findings) -> list[str]:
    """The one place whose name has words that each other's has, and more, where they have the same classes."""
    called = {name: set(words(name.rpartition("/")[2])) for name in names}
    held = {name: rows_of_pattern(facts.photos, places[name].pattern)[places[name].column] for name in names}
    classes = {name: {str(one).lower() for one in column} for name, column in held.items()}
    plain = [name for name in names if all(called[name] < called[other] for other in names if other != name)]
    if len(names) < 2 or len(plain) != 1 or not called[plain[0]]:
        return names
    rest = [name for name in names if name != plain[0]]
    if any(len(classes[plain[0]] & classes[name]) < 0.7 * len(classes[plain[0]]) for name in rest):
        return names
    told = " and ".join(f"{name}/" for name in rest)
    findings.check.append(f"the classes are folders of {plain[0]}/; --train for {told}, which have the same classes")
    return plain


def _without_copies(facts: Facts, names: list[str], places: dict[str, ClassFolders], findings: Findings) -> list[str]:
    """The places, of those that hold the same folders and names of the same bytes the first: unpacked twice, or packed
    so.
    """
    held: dict[str, dict[tuple[str, str], str]] = {}
    for name in names:
        rows = rows_of_pattern(facts.photos, places[name].pattern)
        mine = dict(zip(zip(rows["folder"], rows["file"], strict=True), rows["image"], strict=True))
        first = next((one for one in held if _same_files(facts, held[one], mine)), None)
        if first is None:
            held[name] = mine
        else:
            findings.check.append(
                f"{name}/ holds the photos of {first}/ once more, and is left out; --train '{name}' takes it instead"
            )
    return list(held)


def _same_files(facts: Facts, one: dict[tuple[str, str], str], other: dict[tuple[str, str], str]) -> bool:
    """Whether the photos of two places have the same folders and names, and the first few the same bytes."""
    some = sorted(one)[:FEW] if one.keys() == other.keys() else []
    return bool(some) and all(read_bytes(facts.root / one[key]) == read_bytes(facts.root / other[key]) for key in some)


def _refuse_long(facts: Facts) -> None:
    """KitError where each row of a table is of a photo and one of its labels, in one cell: ID_12_any."""
    for table in sorted(facts.tables, key=lambda one: one.side == "test"):
        for column in table.columns if not table.sample else ():
            parts = table.rows[column].dropna().str.rsplit("_", n=1, expand=True)
            if parts.shape[1] < 2 or not 2 <= parts[1].nunique() <= len(parts) / 4:
                continue
            if all(facts.photos.hits(cell) for cell in parts[0].head(20)):
                raise KitError(
                    f"each '{column}' is a photo and one of {parts[1].nunique()} labels, such as"
                    f" '{table.rows[column].dropna().iloc[0]}'",
                    where=facts.root / table.name,
                    todo="make a table with a row for each photo and a column for each label, and name it with --train",
                )


def _named_side(facts: Facts, folder: str) -> Side | None:
    """Photos of one folder whose names begin with their class."""
    if side_of(f"{folder}/x") in ("test", "valid"):
        return None
    pattern = f"{literal(folder)}/*" if folder else "*"
    rows = rows_of_pattern(facts.photos, pattern)
    named = named_classes(list(rows["stem"]))
    why = "the name of a file begins with its class"
    listed = _list_of(facts, folder) if named else None
    if listed is not None:
        lead = facts.leads(listed)[0]
        return Side(
            listed, lead.template, listed.rows, "the host's own list of its train photos", why, lead, named=named
        )
    return Side(None, pattern, rows, "", why, named=named) if named else None


def _list_of(facts: Facts, folder: str) -> Table | None:
    """The longest list of the folder's photos that is called train, where one of test photos lies beside it."""
    lists = [table for table in facts.tables if len(table.columns) == 1 and facts.leads(table)]
    lists = [table for table in lists if facts.leads(table)[0].folder == folder]
    longest = {side: [table for table in lists if table.side == side] for side in ("train", "test")}
    if not all(longest.values()):
        return None
    return max(longest["train"], key=lambda table: (len(table.rows), table.name))
