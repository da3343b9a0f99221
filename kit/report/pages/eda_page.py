"""The page of `kit eda`: where test differs from train, what is counted, what the files are like, and photos."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.evidence.arrays import MANY_CLASSES
from kit.images.twins import Twins
from kit.report.eda import Joint, class_counts, disagreements, joint_counts, photos_of_groups
from kit.report.pages.blocks import Block, Card, Figure, Folded, Gallery, Section, Table, Words
from kit.report.pages.charts import Curve, curves, matrix
from kit.report.pages.material import Material
from kit.report.pages.page import Drawn
from kit.report.shift import Property, Shifts
from kit.wording import counted

SAMPLES = 8
"""Photos of each class."""
MOST_SAMPLED = 30
"""Classes of a task of which photos are shown."""
PAIRS = 60
DRAWN = ("brightness", "contrast", "saturation", "sharpness", "noise", "aspect", "quality")
"""Facts that are drawn as they are spread."""
BINS = 30


def eda_sections(material: Material, facts: pd.DataFrame, shifts: Shifts | None, twins: Sequence[Twins]) -> Drawn:
    """What there is to see of the data."""
    workspace = material.workspace
    sections = [_shift(material, shifts), _classes(workspace), _groups(workspace), _files(workspace, facts)]
    sections += [section for section in (_twins(material, twins), _samples(material)) if section is not None]
    train, test = workspace.train, workspace.test
    alarms = [] if shifts is None else shifts.alarms
    told = [
        ("train photos", f"{len(train):,}", counted(train["group"].nunique(), "group")),
        ("test photos", f"{len(test):,}", ""),
        ("shift alarms", f"{len(alarms)}", ", ".join(one.name for one in alarms[:3])),
        ("near-duplicates", f"{len(twins):,}", "pairs"),
    ]
    return Drawn(sections, told)


def _shift(material: Material, shifts: Shifts | None) -> Section:
    if shifts is None:
        return Section("shift", "Train against test", "There are no test photos to set beside train.", [])
    blocks: list[Block] = []
    for one in shifts.alarms:
        cards = [
            Card(material.photo(image), image, side, "", (), "")
            for side, images in zip(("train", "test"), one.strip, strict=True)
            for image in images
        ]
        blocks.append(Gallery(one.sentence, cards, f"What to do: {one.todo}."))
    rows = [property_row(one) for one in shifts.properties]
    blocks.append(Table.of(rows, title="every property"))
    blocks.append(
        Words(
            [
                "The distance is the largest difference of the shares of train and test below any value (of words half"
                " the sum of the differences of their shares); chance is how far halves of the train groups come apart,"
                " scaled to as many groups as test is thought to have. finals.test_groups in competition.yaml says it"
                " better where it is known.",
            ]
        )
    )
    n = len(shifts.alarms)
    lead = f"{counted(n, 'alarm')}: test is otherwise than train." if n else "Test looks like train in all of these."
    return Section("shift", "Train against test", lead, blocks)


def property_row(one: Property) -> dict[str, object]:
    """A property as a line of a table."""
    return {
        "property": one.name,
        "train": one.train,
        "test": one.test,
        "distance": one.distance,
        "chance": one.chance,
        "alarm": one.alarm,
        "todo": one.todo,
    }


def _classes(workspace: Workspace) -> Section:
    blocks: list[Block] = []
    for name, table in class_counts(workspace).items():
        title = "the joined target" if name == TARGET else name
        rows = table.to_dict("records")
        if len(rows) > MANY_CLASSES:
            rows = sorted(rows, key=lambda row: row["photos"])
        blocks.append(Table.of(rows, title=title))
    blocks += [_joint(workspace, one) for one in joint_counts(workspace)]
    return Section("classes", "Classes", "Photos and groups of each class, and classes of tasks together.", blocks)


def _joint(workspace: Workspace, one: Joint) -> Figure:
    """Class against class of two tasks."""
    first, second = (workspace.competition.tasks[name].outputs for name in (one.first, one.second))
    lines = zip(first, one.counts.tolist(), strict=True)
    rows = [{one.first: name, **dict(zip(second, line, strict=True))} for name, line in lines]
    share = one.counts / np.maximum(1, one.counts.sum(axis=1, keepdims=True))
    numbers = [str(place) for place in range(len(second))]
    svg = matrix(share, first, numbers, counts=False, label=f"{one.first} by row, {one.second} by column")
    told = ", ".join(f"{number} {name}" for number, name in zip(numbers, second, strict=True))
    note = f"What share of each {one.first} is which {one.second}: {told}."
    return Figure(f"{one.first} and {one.second}", svg, Table.of(rows), note)


def _groups(workspace: Workspace) -> Section:
    table = photos_of_groups(workspace)
    odd = disagreements(workspace)
    blocks: list[Block] = [Table.of(table.to_dict("records"), title="photos of a group")]
    if odd:
        blocks.append(Table.of(odd, title="groups whose labels disagree: mend them with lines in fixes.csv"))
    sizes = table["photos"]
    lead = f"{counted(int(table['groups'].sum()), 'group')} of {sizes.min()} to {sizes.max()} photos"
    return Section("groups", "Groups", f"{lead}; {len(odd):,} with labels that disagree.", blocks)


def _files(workspace: Workspace, facts: pd.DataFrame) -> Section:
    is_test = facts["image"].isin(set(workspace.test["image"])).to_numpy()
    blocks: list[Block] = []
    for name in ("codec", "size", "camera"):
        sides = {"train": ~is_test, "test": is_test}
        shares = {side: facts.loc[rows, name].replace("", "none").value_counts() for side, rows in sides.items()}
        words = shares["train"].add(shares["test"], fill_value=0).sort_values(ascending=False, kind="stable").index
        if name == "camera" and list(words) == ["none"]:
            continue
        rows = [{name: word, **{side: int(some.get(word, 0)) for side, some in shares.items()}} for word in words]
        blocks.append(Table.of(rows, title={"camera": "cameras, as EXIF names them"}.get(name, name)))
    for name in DRAWN:
        values = facts[name].to_numpy(dtype=float)
        if np.ptp(values) > 0:
            blocks.append(_spread(name, values, is_test))
    return Section("files", "Files and light", f"{counted(len(facts), 'photo')} were read.", blocks)


def _spread(name: str, values: np.ndarray, is_test: np.ndarray) -> Figure:
    """How a fact is spread on both sides."""
    low, high = (float(end) for end in np.quantile(values, (0.001, 0.999)))
    if low == high:
        low, high = float(values.min()), float(values.max())
    edges = np.linspace(low, high, BINS + 1)
    lines, rows = [], []
    for hue, (side, some) in enumerate((("train", values[~is_test]), ("test", values[is_test]))):
        if not len(some):
            continue
        shares = np.histogram(some.clip(edges[0], edges[-1]), edges)[0] / len(some)
        middles = (edges[:-1] + edges[1:]) / 2
        lines.append(Curve(side, list(zip(middles.tolist(), shares.tolist(), strict=True)), hue))
        told = np.quantile(some, (0.05, 0.5, 0.95))
        rows.append({"side": side, "5 %": told[0], "median": told[1], "95 %": told[2]})
    return Figure(name, curves(lines, name, "share of photos"), Table.of(rows))


def _twins(material: Material, twins: Sequence[Twins]) -> Section | None:
    if not twins:
        return None
    group = dict(zip(material.workspace.train["image"], material.workspace.train["group"], strict=True))

    def side(image: str) -> str:
        return f"train, group {group[image]}" if image in group else "test"

    apart = [one for one in twins if group.get(one.first) != group.get(one.second)]
    cards = [
        Card(material.photo(image), image, side(image), "", (), f"pair {number + 1}, alike {one.likeness:.2f}")
        for number, one in enumerate(apart[:PAIRS])
        for image in (one.first, one.second)
    ]
    columns = ("first", "of", "second", "and", "alike")
    rows = [(one.first, side(one.first), one.second, side(one.second), one.likeness) for one in twins]
    lead = (
        f"{counted(len(twins), 'pair')} of photos show the same, {len(apart):,} of them across groups or train and"
        " test. 'kit fold --merge-duplicates' makes one group of theirs; what may be done with test photos is said by"
        " the competition's rules."
    )
    blocks: list[Block] = [Gallery("across groups, or train and test", cards)] if cards else []
    return Section("twins", "Near-duplicates", lead, [*blocks, Folded("all pairs", [Table(columns, rows)])])


def _samples(material: Material) -> Section:
    """Some photos of each class, of other groups as long as there are some."""
    workspace = material.workspace
    blocks: list[Block] = []
    train = workspace.train
    for name in workspace.competition.tasks:
        found = workspace.counted(name)
        cards = []
        for place, label in list(enumerate(found.names))[:MOST_SAMPLED]:
            rows = np.random.default_rng(place).permutation(np.unique(found.mainly(place)))
            turn = train["group"].iloc[rows].groupby(train["group"].iloc[rows].to_numpy()).cumcount().to_numpy()
            for row in rows[np.argsort(turn, kind="stable")[:SAMPLES]]:
                image = str(train["image"].iloc[row])
                cards.append(Card(material.photo(image), image, label, "", (), f"group {train['group'].iloc[row]}"))
        more = f"The first {MOST_SAMPLED} of {len(found.names)} classes." if len(found.names) > MOST_SAMPLED else ""
        blocks.append(Folded(name, [Gallery(f"{name}: {SAMPLES} of each", cards, more)], opened=not blocks))
    return Section("samples", "Photos of each class", "", blocks)
