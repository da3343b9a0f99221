"""The photos to predict where no table names them: the folder that is called so, or that is left."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence

from kit.errors import KitError
from kit.presets.table.asking import Findings, Guide, Question
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.look_folders import levels
from kit.presets.table.files.names import NOT_MEANT, SHOWN, UNLABELLED, says, side_of, words
from kit.presets.table.files.patterns import literal, rows_of_pattern
from kit.presets.table.found.sample import Sample
from kit.presets.table.found.side import Side
from kit.presets.table.sides.images_of import images_of
from kit.reading import read_bytes

FEW = 5
"""Photos of a folder that are compared with train photos of their names."""
COPIED = 0.2
"""The share of a folder's photos that are copies of train photos above which it is no test set."""


def rest_of_photos(facts: Facts, sample: Sample | None, train: Side, guide: Guide, findings: Findings) -> Side | None:
    """A folder of photos that no train row leads to and that is called a test folder, or is the only other one."""
    taken = _taken(facts, train)
    mine = {_stem(image) for image in images_of(facts, train)}
    others = [folder for folder in facts.photos.meant if folder not in taken]
    others = [folder for folder in others if side_of(f"{folder}/x") == "test" or not _is_look(facts, folder, mine)]
    named = [folder for folder in others if side_of(f"{folder}/x") == "test"]
    copies = copies_of_train(facts, others, train) if sample is None else []
    if copies:
        told = " and ".join(f"{folder}/" for folder in copies[:3])
        findings.check.append(f"{told} hold copies of train photos, and are no test set")
        named, others = ([folder for folder in some if folder not in copies] for some in (named, others))
    if not named and sample is None and (shown := _without_labels(facts, others, train)):
        findings.check.append(
            f"the photos of {shown}/ have no label, and are taken as those to predict; --test none if not"
        )
        return folder_to_predict(facts, shown, "photos without a label")
    if not named and sample is not None and (held := _holding_ids(facts, others, sample)):
        findings.check.append(f"the photos of {held}/ are those that {sample.name} asks for; --test FOLDER for others")
        return folder_to_predict(facts, held, "its photos are the sample's ids")
    if not named:
        others = [folder for folder in others if side_of(f"{folder}/x") is None]
        others = [folder for folder in others if sample is not None or not says(folder, SHOWN)]
        others = [folder for folder in others if sample is not None or not _is_of_all(facts, folder, train)]
        others = [folder for folder in others if sample is not None or not says(folder, UNLABELLED)]
        if len(others) != 1 or (sample is None and train.table is not None):
            if others and sample is not None:
                question = Question("the test photos' folder", sorted(others), "--test", facts.root)
                return folder_to_predict(facts, guide.choose(question), "the folder of photos that are not train")
            return None
        if sample is None:
            findings.check.append(
                f"the photos of {others[0] or '.'}/ are no train photos, and are taken as those to predict; --test none"
                " if not"
            )
        return folder_to_predict(facts, others[0], "the folder of photos that are not train")
    meant = _not_left_out(facts, _beside_train(named, train, findings), taken, findings)
    return _named_folder(facts, meant, sample, guide, findings)


def _holding_ids(facts: Facts, others: Sequence[str], sample: Sample) -> str | None:
    """The one folder that is called valid whose photos are the sample's ids, where no other folder may be meant."""
    valid = [folder for folder in others if side_of(f"{folder}/x") == "valid"]
    if len(valid) != len(others):
        return None
    called = {folder: {_stem(image) for image in facts.photos.inside[folder]} for folder in valid}
    asked = {_stem(f"{cell}.") if "." not in cell else _stem(cell) for cell in sample.ids}
    found = [folder for folder, stems in called.items() if asked <= stems]
    return found[0] if len(found) == 1 else None


def _without_labels(facts: Facts, others: Sequence[str], train: Side) -> str | None:
    """The one folder that is called valid whose photos neither a table nor their folders nor names give a label."""
    found = [folder for folder in others if side_of(f"{folder}/x") == "valid"]
    if len(found) != 1 or facts.photos.holders[found[0]] < 2:
        return None
    inside = facts.photos.inside[found[0]]
    told = any(lead.folder == found[0] for table in facts.tables for lead in facts.leads(table))
    told |= any(f"/{_stem(image)}." in f"/{note.rpartition('/')[2]}" for note in facts.notes for image in inside[:1])
    classes = {word.lower() for word in train.named.values()} | set(train.rows.get(train.of_folder, ()))
    called = {re.split(r"[\d_\-. ]", _stem(image))[0].lower() for image in inside}
    return None if told or called & classes or found[0].rpartition("/")[2] in classes else found[0]


def _is_of_all(facts: Facts, folder: str, train: Side) -> bool:
    """Whether a folder has one photo, and the train photos lie below it: a picture of the data set."""
    return facts.photos.holders[folder] == 1 and train.images.startswith(f"{literal(folder)}/" if folder else "")


def _is_look(facts: Facts, folder: str, train: set[str]) -> bool:
    """Whether a folder holds other looks of the train photos: it is called so, or its photos are called as they are."""
    if says(folder, NOT_MEANT):
        return True
    names = {_stem(image) for image in facts.photos.inside[folder]}
    spoken = {name for name in names if not name.isdigit()}  # numbers count the photos of any folder
    return bool(spoken) and len(spoken & train) > 0.9 * len(names)


def copies_of_train(facts: Facts, folders: Sequence[str], train: Side) -> list[str]:
    """The folders of whose photos many are called as train photos are, and are the same bytes, as the first few
    tell.
    """
    mine = {_stem(image): image for image in sorted(images_of(facts, train))}
    found = []
    for folder in folders:
        images = facts.photos.inside[folder]
        some = [image for image in images if _stem(image) in mine]
        if len(some) > COPIED * len(images) and all(
            read_bytes(facts.root / image) == read_bytes(facts.root / mine[_stem(image)]) for image in some[:FEW]
        ):
            found.append(folder)
    return found


def _stem(image: str) -> str:
    return image.rpartition("/")[2].rpartition(".")[0]


def _named_folder(
    facts: Facts, named: Sequence[str], sample: Sample | None, guide: Guide, findings: Findings
) -> Side | None:
    """The test folder: one, or folders of one, which may be its classes: then its labels are not looked at."""
    if len(named) == 1:
        return folder_to_predict(facts, named[0], "the folder of photos that are not train")
    tops = sorted({_top(folder) for folder in named})
    by_top = {top: [folder for folder in named if _top(folder) == top] for top in tops}
    flat = [top for top in tops if len(by_top[top]) == 1]
    bare = [top for top in tops if words(top.rpartition("/")[2]) == ["test"]]
    if len(tops) > 1 and len(flat) == 1 and (sample is not None or len(bare) != 1 or bare == flat):
        rest = ", ".join(f"{top}/" for top in tops if top not in flat)
        findings.check.append(f"{rest} has folders of classes, is the host's own test set, and never trains")
        return folder_to_predict(facts, by_top[flat[0]][0], "the one test folder without folders of classes")
    if len(tops) == 1:
        top = posixpath.commonpath(named)
        below = [folder[len(top) :].split("/")[1:] for folder in named]
        levels = [set(names) for names in zip(*below, strict=True)] if len({*map(len, below)}) == 1 else []
        parts = ["*" if len(names) > 1 else literal(min(names)) for names in levels] or ["**"]
        pattern = "/".join((literal(top), *parts, "*"))
        rows = rows_of_pattern(facts.photos, pattern)
        twice = rows["file"].duplicated().any()
        if twice:
            findings.left_out.append(
                f"{top}/: {len(rows):,} photos in {len(named)} folders, whose names repeat, so that they cannot be"
                " told apart in a file to send; the data set's own test set"
            )
            return None
        return Side(None, pattern, rows, "", f"{len(named)} folders under {top}/; what they are called is not used")
    if (side := _in_each(facts, tops)) is not None:
        return side
    small = [top for top in tops if side_of(f"{top}/x") == "test"]
    if len(bare) == 1:
        rest = ", ".join(f"{top}/" for top in tops if top not in bare)
        findings.check.append(f"the test photos are those of {bare[0]}/, by its name; --test for {rest} in its place")
        return _named_folder(facts, by_top[bare[0]], sample, guide, findings)
    question = Question("the test photos' folder", small or tops, "--test", facts.root)
    return folder_to_predict(facts, guide.choose(question), "the folder of photos that are not train")


def _in_each(facts: Facts, tops: Sequence[str]) -> Side | None:
    """Test folders of one name in several others, as of classes: guitar/test and cello/test; None for others, and where
    photos have one name.
    """
    parts = [top.split("/") for top in tops]
    if len(tops) < 3 or len({part[-1] for part in parts}) > 1 or len(set(map(len, parts))) > 1:
        return None
    levels = [set(names) for names in zip(*parts, strict=True)]
    pattern = "/".join(["*" if len(names) > 1 else literal(min(names)) for names in levels] + ["*"])
    rows = rows_of_pattern(facts.photos, pattern)
    if rows["file"].duplicated().any() or len(rows) != sum(facts.photos.holders[top] for top in tops):
        return None
    return Side(None, pattern, rows, "", f"{len(tops)} folders called {parts[0][-1]}; what they lie in is not used")


def _beside_train(named: Sequence[str], train: Side, findings: Findings) -> Sequence[str]:
    """The test folders that lie beside the train folder, where others lie elsewhere, as in a copy of all."""
    around = re.split(r"[{*\[]", train.images)[0].rpartition("/")[0].rpartition("/")[0]
    beside = [folder for folder in named if _top(folder).rpartition("/")[0] == around]
    rest = sorted({_top(folder) for folder in named} - {_top(folder) for folder in beside})
    if not beside or not rest:
        return named
    told = ", ".join(f"{top}/" for top in rest)
    findings.check.append(f"the test photos are those beside the train photos; --test for {told} in their place")
    return beside


def _not_left_out(facts: Facts, named: Sequence[str], taken: set[str], findings: Findings) -> Sequence[str]:
    """The test folders without those that are called as folders of the train side are of which no photo trains."""
    of_train = [folder for folder in facts.photos.holders if side_of(f"{folder}/x") == "train"]
    held = {level for folder in taken for level in levels(folder)}
    tops = {_top(folder, "train") for folder in of_train if folder in taken}
    of_train = [folder for folder in of_train if folder not in held and _top(folder, "train") in tops]
    left = {_below(folder, "train") for folder in of_train}
    rest = [folder for folder in named if _below(folder, "test") in left - {""}]
    if not rest or len(rest) == len(named):
        return named
    told = ", ".join(f"{folder}/" for folder in rest)
    findings.check.append(f"{told} is no test set, since no train photo lies in such a folder; --test for it")
    return [folder for folder in named if folder not in rest]


def _top(folder: str, side: str = "test") -> str:
    """The folder of a path that says test, or another side."""
    parts = folder.split("/")
    place = next(place for place, part in enumerate(parts) if side_of(f"{part}/x") == side)
    return "/".join(parts[: place + 1])


def _below(folder: str, side: str) -> str:
    """What of a path stands below the folder that says a side."""
    return folder[len(_top(folder, side)) + 1 :]


def folder_to_predict(facts: Facts, folder: str, why: str) -> Side:
    folder = "" if folder == "." else folder
    pattern = f"{literal(folder)}/*" if folder else "*"
    rows = rows_of_pattern(facts.photos, pattern)
    if rows.empty:  # the photos lie deeper
        pattern = f"{literal(folder)}/**/*" if folder else "**/*"
        rows = rows_of_pattern(facts.photos, pattern)
    if rows.empty:
        raise KitError("there are no photos in this folder", where=facts.root / folder, todo="name another with --test")
    return Side(None, pattern, rows, "", why)


def _taken(facts: Facts, train: Side) -> set[str]:
    """The folders in which a train photo lies."""
    if train.table is None:
        return {image.rpartition("/")[0] for image in train.rows["image"]}
    return {image.rpartition("/")[0] for image in images_of(facts, train)}
