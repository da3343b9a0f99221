"""What the name of a file or folder says that it is for, in the words that hosts use."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

TRAIN = ("train", "training", "trn", "learn", "训练", "学習", "訓練", "학습", "훈련")
DEV = ("dev", "devset")
VALID = ("valid", "validation", "val", *DEV, "holdout", "验证", "検証", "검증")
TEST = (
    "test",
    "testing",
    "eval",
    "evaluation",
    "predict",
    "pred",
    "inference",
    "测试",
    "評価",
    "テスト",
    "평가",
    "테스트",
)
SHORT = {"tr": "train", "trn": "train", "va": "valid", "te": "test", "tst": "test"}
"""What a file may be called alone, and its side."""
SAMPLE = (
    "submission",
    "submit",
    "submissions",
    "sub",
    "prediction",
    "predictions",
    "提交",
    "応募",
    "提出",
    "投稿",
    "제출",
)
SHOWN = ("sample", "example", "format", "template", "benchmark", "baseline", "示例", "样例", "サンプル", "예시", "샘플")
SCORED = ("score", "scores", "metrics", "config", "log", "logs")
"""What stands beside such a word in the names of files that say how good an example was, and not how it looks."""
UNLABELLED = ("unlabeled", "unlabelled", "unsupervised", "extra")
"""Words of folders of photos that are to learn from without labels."""
LEFT_OUT = (
    *("bad", "corrupt", "corrupted", "broken", "wrong", "exclude", "excluded", "remove", "removed", "ignore"),
    *("blacklist", "duplicate", "duplicates", "unlabeled", "unlabelled", "noisy", "extra", "missing", "outliers"),
)
"""Words of lists of photos that nobody is to predict."""
JOINED = ("sample", "submission")
"""Words that stand at the end of another as one: uploadsample, mysubmission."""
TAKEN = ("re", "up", "down", "over", "under", "sub")
"""What stands before sample in words that are no such: resample, subsample."""
LABELS = (
    "label",
    "labels",
    "groundtruth",
    "truth",
    "answer",
    "answers",
    "target",
    "targets",
    "annotation",
    "annotations",
)
SPLITS = ("split", "splits", "partition", "partitions", "fold", "folds", "cv")
FEATURES = ("feature", "features", "metadata", "meta", "info", "information", "grouping", "groupings")

WHO = (
    *("patient", "person", "people", "subject", "user", "author", "writer", "driver", "participant", "group", "groups"),
    *("individual", "lesion", "location", "site", "seq", "sequence", "study", "case", "specimen", "animal", "plant"),
    *(
        "tree",
        "field",
        "farm",
        "plot",
        "storm",
        "video",
        "clip",
        "session",
        "scene",
        "camera",
        "hotel",
        "product",
        "series",
    ),
    *(
        "owner",
        "speaker",
        "volunteer",
        "donor",
        "slide",
        "exam",
        "visit",
        "household",
        "institution",
        "hospital",
        "pair",
        "sender",
        "uploader",
        "photographer",
        "observation",
        "occurrence",
        "encounter",
        "center",
        "centre",
        "infant",
        "baby",
        "child",
    ),
)
"""Words of columns that say who or what is on a photo, or where it was taken."""

MEASURED = (
    *("sex", "gender", "male", "female", "age", "race", "width", "height", "size", "area", "roi", "bbox", "box"),
    *("x", "y", "w", "h", "xmin", "ymin", "xmax", "ymax", "top", "left", "bottom", "right", "view", "viewpoint"),
    *("position", "date", "time", "year", "month", "url", "link", "license", "copyright", "attribution", "path"),
    *("latitude", "longitude", "lat", "lon", "resolution", "source", "mask", "country", "continent"),
    *("city", "county", "zip", "zipcode", "device", "scanner", "manufacturer", "confidence", "sd", "std", "hash"),
    *("weight", "bmi", "pressure", "var", "variance", "stdev", "stddev"),
    *("annotator", "labeler", "labeller", "rater", "reviewer", "examiner", "timestamp", "md5", "checksum"),
)
"""Words of columns that say how or of whom a photo was taken, and where things are on it: seldom what is asked."""

NOT_MEANT = (
    "mask",
    "masks",
    "seg",
    "segmentation",
    "upscale",
    "upscaled",
    "depth",
    "thumb",
    "thumbnail",
    "thumbnails",
    "resized",
    "compressed",
    *("collage", "collages", "overlay", "overlays", "preview", "previews"),
)
"""Words of folders and columns of other looks of the photos."""

EXPLAINING = ("doc", "docs", "figure", "figures", "figs", "notebooks", "assets", "screenshots", "plots", "readme")
"""Words of folders whose pictures explain the data, and are none of it: none that things are called by."""
HEADING = (*EXPLAINING, "fig", "banner", "logo", "teaser", "cover", "poster", "screenshot", "plot")
"""Words of such pictures beside the data."""

PEOPLE = (
    *("patient", "person", "subject", "user", "participant", "individual", "driver", "writer", "volunteer", "donor"),
    *("infant", "baby", "child"),
)
"""Those of them that are people, who go before places and things."""

IDS = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,}|(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}|(?:\D{0,2}\d){10,}\D{0,2}", re.IGNORECASE
)
"""Names that are ids, or dates and times, and no words for what is on a photo."""


LONG_ID = re.compile(r"(?=.*[^\W\d])(?=.*\d{4}).*")
"""A name of letters and of four digits or more, as of a person or a slide."""
SYNSET = re.compile(r"n\d{8}")
"""What WordNet, and so ImageNet, calls a class."""
VIEWS = frozenset(
    (
        *("left", "right", "top", "bottom", "front", "back", "rear", "side", "up", "down", "upper", "lower", "middle"),
        *("center", "centre", "frontal", "lateral", "dorsal", "ventral", "anterior", "posterior", "inside", "outside"),
    )
)
"""Where something was seen from, or where it is, which is no name of whose it is."""
DIVIDING = (*TRAIN, *VALID, *TEST, "part", "batch", "fold", "set", "split", "dir", "folder", "chunk", "shard", "round")
"""Words of numbered folders that only divide the photos."""
ENLARGED = re.compile(r"\d+[xX]|[xX]\d+")
"""A folder of photos through a microscope, by how much it enlarges."""


def words(name: str) -> list[str]:
    """The words of a name in small letters: 'trainLabels', 'Train_Labels' and 'TRAIN LABELS' are train and labels. A
    letter behind a number is a unit and no word, such as that of 30d.
    """
    if len(name) == 2:  # pH is one
        return re.findall(r"[^\W\d_]+", name.lower())
    parted = re.sub(r"([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])", r"\1\3 \2\4", name)
    return [word.lower() for word in re.findall(r"(?<!\d)[^\W\d_]+|[^\W\d_]{2,}", parted)]


def says(name: str, vocabulary: tuple[str, ...]) -> bool:
    """Whether a name holds a word of these; letters that are no Latin ones have no gaps between words."""
    found = words(name)
    return any(_is(word, one) for word in found for one in vocabulary)


def side_of(path: str) -> str | None:
    """train, valid or test, as the last part of the path that says one of them does; None where none, or all do."""
    if (short := SHORT.get(PurePosixPath(path).stem.lower())) is not None:
        return short
    for part in reversed(PurePosixPath(path).parts):
        sides = [side for side, known in (("train", TRAIN), ("valid", VALID), ("test", TEST)) if says(part, known)]
        if "train" in sides and "test" in sides:
            return None
        if sides:
            return sides[0]
    return None


def is_sample(path: str) -> bool:
    """Whether a table is called as one that shows what to send."""
    stem = re.sub("subset", "", PurePosixPath(path).stem, flags=re.IGNORECASE)  # no "sub" of a set
    if says(stem, SAMPLE):
        return not says(stem, TRAIN)
    return says(stem, SHOWN) and not says(stem, (*TRAIN, *VALID, *SCORED))


def _is(word: str, known: str) -> bool:
    if known.isascii():
        whole = word == known or (len(known) > 4 and word.startswith(known)) or word in (f"{known}set", f"{known}data")
        return whole or (known in JOINED and word.endswith(known) and word.removesuffix(known) not in TAKEN)
    return known in word
