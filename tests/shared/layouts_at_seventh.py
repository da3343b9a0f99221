"""Layouts of things below kinds, of people whose photos' names say more, of masks and copies beside, of names in parts."""

from __future__ import annotations

from shared.host_files import Files, Layout, collect, ids

AT_SEVENTH: list[Layout] = []
layout = collect(AT_SEVENTH)


# Folders


@layout(
    "kitchen: things below kinds, each photo with its depth and its mask",
    {
        "train.images": "things/{label}/*/*_crop.*",
        "train.group": ["label", "folder"],
        "tasks.label.classes": ["bowl", "coffee_mug", "plate"],
    },
    says=("60 of 90 photos, whose names end in depthcrop and maskcrop", "15 folders lie below those of the classes"),
    n_train=30,
)
def _(files: Files) -> None:
    for kind in ("bowl", "coffee_mug", "plate"):
        for thing in range(1, 6):
            for frame in (1, 7):
                for look in ("crop", "depthcrop", "maskcrop"):
                    files.photo(f"things/{kind}/{kind}_{thing}/{kind}_{thing}_1_{frame}_{look}.png")


def _eyes(files: Files) -> None:
    for k in range(72):
        person = f"s{k // 12 + 1:04d}"
        files.photo(f"eyes/{person}/{person}_{k:05d}_{k % 2}_{k * 5 % 3}_{k * 7 % 4 // 2}_01.png")
    files.text("eyes/annotation.txt", "glasses [0 - no, 1 - yes]\neye state [0 - closed, 1 - open]\n")


layout(
    "eyes: folders of people, and the label a part of the names",
    refused="s0001, are called like people or things, and the names of their photos",
)(_eyes)
layout(
    "eyes: what the parts are stands beside them",
    refused="part4 0, 1, 2; part5 0, 1 (annotation.txt may say what they are)",
)(_eyes)
layout(
    "eyes: the part that is asked for",
    {"train.group": "part1", "tasks.part5.classes": ["0", "1"]},
    options=(
        *("--image", "eyes/*/{part1}_{part2}_{part3}_{part4}_{part5}_{part6}.*"),
        *("--label", "part5", "--group", "part1"),
    ),
    says=("72 train photos of 6 groups",),
    n_train=72,
)(_eyes)
layout(
    "eyes: who it is is asked",
    {"tasks.folder.classes": [f"s{k:04d}" for k in range(1, 7)]},
    options=("--label", "folder"),
    n_train=72,
)(_eyes)
