"""Photos that are called alike in several folders: whether they show the same, as their pixels tell."""

from __future__ import annotations

from kit.presets.table.asking import NONE, Findings, Guide, Question
from kit.presets.table.files.facts import Facts
from kit.presets.table.files.look_folders import LOOKS
from kit.presets.table.files.names import says
from kit.presets.table.files.patterns import looks_alike
from kit.presets.table.files.same_photos import shared_names, show_the_same
from kit.presets.table.found.group import Group
from kit.presets.table.found.side import Side

FEWEST = 8
"""Names that several folders share from which on they are looked at."""
_COUNTER = r"[^\W\d_]*[_\- ]?\(?\d{1,6}\)?"
"""A name that counts photos: 00012, img_3."""


def same_names(facts: Facts, train: Side, guide: Guide, findings: Findings) -> Group | None:
    """Names that most folders of classes share: they only count photos, or are looks of one, as the pixels tell;
    somebody is asked where they do not, and every folder holds the same names.
    """
    shared = shared_names(train.rows)
    if len(shared) < FEWEST or 2 * len(shared) < train.rows["stem"].nunique() or _copied(train):
        return None
    everywhere, shown = looks_alike(train.rows), train.rows.loc[train.rows["stem"] == shared.index[0], "file"].iloc[0]
    told = f"the same {len(shared):,} names in {'each folder' if everywhere else 'several folders'}, such as {shown}"
    same = show_the_same(facts.root, train.rows)
    if same:
        findings.check.append(f"{told}, and their photos show the same: they never cross folds; --group none if not")
        return Group("stem", f"{told}: they show the same")
    if "who" in train.rows:  # of which the folders tell
        return None
    if same is None and everywhere:
        question = Question("the group", ("stem", NONE), "--group", facts.root / train.images, why=told)
        if guide.choose(question) == "stem":
            return Group("stem", f"chosen: {told}")
    why = "only count photos" if same is None else "show different things"
    findings.check.append(f"{told}, {why}: if the same name is the same thing, --group stem")
    return Group(None, f"the same names in several folders {why}")


def copied_names(facts: Facts, train: Side, guide: Guide, findings: Findings) -> Group | None:
    """Names that stand in several folders of one class: copies or other looks of a photo, unless they only count photos
    as the pixels tell; somebody is asked where these do not.
    """
    count, by_class = _copied(train), train.of_folder
    if not count:
        return None
    told = f"{count:,} names stand in several folders of one class"
    copies = f"{told}: copies or other looks of a photo"
    rows = train.rows.assign(
        stem=train.rows[by_class] + "/" + train.rows["stem"], folder=train.rows["image"].str.rpartition("/")[0]
    )
    if not train.rows["stem"].str.fullmatch(_COUNTER).all():
        if "{label}/*/" in train.images and show_the_same(facts.root, rows) is False:
            return None  # of things that folders tell, each from the same sides
        findings.check.append(f"{copies}: they never cross folds; --group none if they are different photos")
        return Group("stem", copies)
    several = train.rows.groupby("stem")[by_class].nunique().max() > 1  # each class counts anew
    column = f"{by_class},stem" if several else "stem"
    above = rows["folder"].str.split("/").str[-2:-1].str.join("")
    looks = above.nunique() > 1 and all(says(name, LOOKS) for name in above.unique())
    same = looks or show_the_same(facts.root, rows)
    if not same and ("who" in train.rows or "{label}/*/" in train.images):
        return None  # of which the folders tell
    if same is None:
        question = Question("the group", (column, NONE), "--group", facts.root / train.images, why=told)
        same = guide.choose(question) == column
    if same:
        findings.check.append(f"{copies}: they never cross folds; --group none if they are different photos")
        return Group(column, copies, together=(by_class, "stem") if several else ())
    findings.check.append(f"{told}, and only count photos, which differ: if they are copies, --group {column}")
    return Group(None, "the same names in several folders of one class only count photos")


def _copied(train: Side) -> int:
    """How many names stand in several folders of one class, where most photos have such a name; otherwise 0."""
    if train.of_folder not in train.rows or "stem" not in train.rows:
        return 0
    times = train.rows.groupby([train.of_folder, "stem"]).size()
    several = times[times > 1]
    return len(several) if 2 * several.sum() > len(train.rows) else 0
