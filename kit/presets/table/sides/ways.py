"""Which of several ways from a table's rows to photos is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pandas as pd

from kit.competition.templates import folders_and_last
from kit.errors import KitError, nearest
from kit.presets.table.asking import Guide, Question
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.lead import Lead
from kit.presets.table.files.names import NOT_MEANT, says, side_of, words
from kit.presets.table.files.one_table import Table
from kit.reading import read_bytes
from kit.targets.cells import LINE


def find_images(
    facts: Facts, table: Table, rows: pd.DataFrame, given: str | None, side: str, guide: Guide, other: str = ""
) -> tuple[str, Lead | None, str]:
    """The path of a photo with {column}, the lead behind it, and how it was found."""
    where = facts.root / table.name
    if given is not None and "{" in given:
        return given, None, "given by --image"
    if given is not None and given not in rows:
        raise KitError(f"there is no column '{given}'", where=where, todo=nearest(given, _columns(rows)))
    columns = [given] if given else _columns(rows)
    whole = table if rows is table.rows else replace(table, name=f"{table.name} joined", rows=rows)
    leads = facts.leads(whole, columns)
    if not leads:
        what = f"the column '{given}'" if given else f"none of the columns {', '.join(columns[:8])}"
        raise KitError(f"{what} leads to the photos", where=where, todo="name the path: --image 'images/{COLUMN}.jpg'")
    lead, why = one_lead(leads, side, guide, where, facts.root, other)
    _refuse_stack(facts, lead, where)
    what = "photos" if lead.many else "a photo"
    return lead.template, lead, f"'{lead.column}' leads to {what} in {lead.share:.0%} of the rows{why}"


def _refuse_stack(facts: Facts, lead: Lead, where: object) -> None:
    """KitError where a row's photos are slices of one thing, or lie in folders of its own folder."""
    depth = lead.template.count("/*")
    if not lead.many or (depth < 2 and not lead.first.lower().endswith((".dcm", ".dicom"))):
        return
    folder = lead.template.split("/*")[0]
    inside = [image.rpartition("/")[2] for image in facts.photos.images if image.startswith(f"{lead.folder}/")]
    apart = depth < 2 or len(set(inside)) == len(inside)  # those of one name cannot be told apart
    each = f", or each photo by itself: --image '{lead.template}'" if apart else ""
    if match := re.fullmatch(r"([^*{}]*)\*([^*{}/]*)/{[^{}]*}/\*", lead.template):
        above = f"--image '{match[1]}{{label}}{match[2]}/*/*' --label label"
        each += f"; or, where the folders above are the classes, {above}"
    raise KitError(
        f"each '{lead.column}' is a folder of photos, such as {lead.first}",
        where=where,
        todo=f"a reader of your own makes one photo of it (docs/competition.md, Photos): --image '{folder}'{each}",
    )


FORMATS = (
    *(".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".pgm", ".heic", ".npy", ".npz"),
    *(".dcm", ".dicom"),
)


def one_lead(
    leads: Sequence[Lead], side: str, guide: Guide, where: object, root: Path, other: str = "", like: str = ""
) -> tuple[Lead, str]:
    """The way to photos that is meant, of several, and what decided; asked where nothing does.

    other: the folder of the other side, which is not this one's; like: its path, whose names are made alike.
    """
    best = [lead for lead in leads if lead.share >= leads[0].share - 0.02 and lead.many == leads[0].many]
    called = [lead for lead in leads if _side(lead) == side and lead.column == best[0].column]
    if called and all(_side(lead) not in (side, None) for lead in best):  # of which some photos are not there
        best = called[:1]
    foreign = "test" if side == "train" else "train"
    why = ""
    for keep in (
        [lead for lead in best if _side(lead) == side and lead.template == like.replace("train", "test")],
        [lead for lead in best if _bare(lead.template) == _bare(like)],
        [lead for lead in best if _side(lead) == side],
        [lead for lead in best if _side(lead) not in (foreign, "valid") and lead.folder != other],
        [lead for lead in best if side == "test" and _side(lead) != foreign and lead.folder != other],
        [lead for lead in best if not says(f"{lead.folder} {lead.column}", NOT_MEANT)],
        [lead for lead in best if words(lead.folder.rpartition("/")[2]) == [side]],
        [lead for lead in best if side == "test" and _beside(lead, where, root)],
    ):
        if len(best) > 1 and keep and len({lead.first for lead in best}) > 1:
            best = keep
    if len(best) > 1 and len({_stem(lead.first) for lead in best}) == 1 and len({lead.first for lead in best}) > 1:
        formats = {lead.template: _format(lead.first) for lead in best}
        if len(set(formats.values())) == len(best):
            best = sorted(best, key=lambda lead: _order(formats[lead.template]))
            others = ", ".join(f"'{lead.template}'" for lead in best[1:])
            best, why = best[:1], f"; the same photos in another format are {others}"
    alike = len(best) > 1 and len({_stem(lead.first) for lead in best}) == 1
    if alike and len({read_bytes(root / lead.first) for lead in best}) == 1:
        more = ", ".join(f"'{lead.template}'" for lead in best[1:] if lead.first != best[0].first)
        best, why = best[:1], f"; copies of the photos are {more}" if more else ""
    plain = [lead for lead in best if alike and all(_more_than(other, lead) for other in best if other is not lead)]
    if len(best) > 1 and len(plain) == 1:
        others = ", ".join(f"'{lead.template}'" for lead in best if lead is not plain[0])
        best, why = plain, f"; other looks of the photos, as their names say, are {others}"
    by_folder = {lead.folder: lead for lead in best}
    if side == "test" and len({lead.first for lead in best}) > 1 and len(by_folder) == len(best):
        # --image is of the train side
        question = Question(
            f"the folder of the photos that '{best[0].column}' names", sorted(by_folder), "--test", where
        )
        return by_folder[guide.choose(question)], why
    if len({lead.first for lead in best}) > 1:
        together = _together(best)
        shown = [*together, *sorted({lead.template for lead in best})]
        question = Question(
            f"the photos that '{best[0].column}' names", [f"'{one}'" for one in shown], "--image PATH", where
        )
        picked = guide.choose(question).strip("'")
        if picked in together:
            return replace(best[0], template=picked, many=True), why
        best = [lead for lead in best if lead.template == picked]
    return best[0], why


def _together(leads: Sequence[Lead]) -> list[str]:
    """The path of all photos of a row, where several ways lead to one folder and differ in what stands around the cell:
    front_12_1.jpg and side_12_2.jpg are *_12_*.jpg.
    """
    parts = [re.fullmatch(r"(.*/|)([^/{}*]*)({[^{}/]*})([^/{}*]*)", lead.template) for lead in leads]
    found = [match.groups() for match in parts if match is not None]
    if len(found) < len(leads) or len(leads) < 3 or len({(folder, cell) for folder, _, cell, _ in found}) > 1:
        return []
    before, after = ([one[place] for one in found] for place in (1, 3))
    start = before[0] if len(set(before)) == 1 else "*" + _beginning([one[::-1] for one in before])[::-1]
    end = after[0] if len(set(after)) == 1 else _beginning(after) + "*"
    bare = start.endswith("*") or end.startswith("*")  # 1 of 1_a would be that of 11_a too
    return [] if bare else [f"{found[0][0]}{start}{found[0][2]}{end}"]


def _beginning(texts: Sequence[str]) -> str:
    """The letters that all texts begin with."""
    return "".join(
        letters[0] for letters in takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    )


def _beside(lead: Lead, where: object, root: Path) -> bool:
    """Whether the photos lie below the folder of their table, which holds no other side's."""
    folder = Path(str(where)).parent
    return folder != root and f"{root / lead.folder}/".startswith(f"{folder}/")


def _side(lead: Lead) -> str | None:
    """The side that the folders of a path say, whatever its columns are called."""
    return side_of(re.sub(r"{[^{}]*}", "", folders_and_last(lead.template)[0]) + "/x")


def _more_than(other: Lead, plain: Lead) -> bool:
    """Whether a folder beside another has its name and a word more, as Images_Square beside Images has."""
    parent, _, name = plain.folder.rpartition("/")
    above, _, called = other.folder.rpartition("/")
    return above == parent and set(words(name)) < set(words(called))


def _bare(template: str) -> str:
    """The last part of a path, whatever its columns are called."""
    return re.sub(r"{[^{}]*}", "{}", folders_and_last(template)[1])


def _stem(image: str) -> str:
    return image.rpartition("/")[2].rpartition(".")[0]


def _format(image: str) -> str:
    return "." + image.rpartition(".")[2].lower()


def _order(ending: str) -> int:
    return FORMATS.index(ending) if ending in FORMATS else len(FORMATS)


def _columns(rows: pd.DataFrame) -> list[str]:
    return [column for column in rows.columns if column != LINE]
