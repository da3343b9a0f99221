"""What a bundle says of itself: manifest.json, by which every file of it is known."""

from __future__ import annotations

from typing import Any, Literal

from kit.blend.kept import KeptPiece
from kit.runs.record import Shape
from kit.schema import FileName, Frozen

MANIFEST = "manifest.json"


class BundledModel(Frozen):
    """A model's weights; models of equal weights have one file."""

    name: str
    """run/fold."""
    file: FileName
    shapes: dict[str, Shape]


class BundledRun(Frozen):
    """A run's recipe, what it predicts, and its models."""

    recipe: dict[str, Any]
    outputs: dict[str, tuple[str, ...]]
    kinds: dict[str, str]
    kept: dict[str, int]
    """How many classes of a photo are kept, of tasks where not all."""
    prior: dict[str, tuple[float, ...]]
    """What is said of a photo that cannot be read."""
    models: tuple[BundledModel, ...]
    backbone: FileName | None
    """What the features of a classic learner come from."""


class BundledFaces(Frozen):
    """How faces are found, where a recipe looks at crops."""

    detector: str | None
    package: str | None
    threshold: float
    margin: float
    shares: tuple[float, float]
    """Of a photo's height and width, that a box takes where there is no face."""
    boxes: FileName
    """The boxes of the competition's test photos, which are known by their contents."""


class Manifest(Frozen):
    """manifest.json."""

    kind: Literal["bundle"] = "bundle"
    name: str
    made_with: dict[str, str]
    """Versions of kit, Python and the packages that predictions depend on."""
    licences: dict[str, str]
    """Of the pretrained weights that its models started from."""
    dtype: Literal["fp32", "fp16"]
    """What networks' weights are kept in; fp32 gives the submission's own bits on a CPU."""
    files: dict[FileName, str]
    """The sha256 of every file beside this one."""
    runs: dict[FileName, BundledRun]
    pieces: tuple[KeptPiece, ...]
    bounds: tuple[float, float] | None
    """The values of photos that become 0 and 255, where competition.yaml has them found."""
    faces: BundledFaces | None
    csv: str | None
    """sha256 of the submission's file; None of what is no submission."""
