"""What an artefact stands on, and the one rule of what may be set beside what."""

from __future__ import annotations

from typing import Any

from pydantic import SerializerFunctionWrapHandler, model_serializer, model_validator

from kit.schema import Frozen


class Basis(Frozen):
    """What was measured, trained or made on; None where that plays no part, or an older record does not say."""

    classes: str | None = None
    """Fingerprint of what labels mean: tasks, classes and how they join."""
    data: str | None = None
    """Fingerprint of the tables, with their label fixes."""
    pixels: str | None = None
    """Fingerprint of the photos' names and contents."""
    folds: str | None = None
    """Fingerprint of the frozen folds."""
    metric: str | None = None
    """The metric's name."""
    answers: str | None = None
    """How the photos of an answer became one, of what is kept by answers; None where each photo has its own."""

    @property
    def of_photos(self) -> Basis:
        """The same of what is kept photo by photo: how photos become answers is no part of it."""
        return self.model_copy(update={"answers": None})

    @model_serializer(mode="wrap")
    def _answers_are_said_where_photos_share_them(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        return {key: value for key, value in content.items() if key != "answers" or value is not None}


_WORDS = {"classes": "classes", "data": "data", "pixels": "photos", "folds": "folds"}
_SAID = "its answers were made of photos by '{}', and 'submission' says '{}' now"


def why_apart(claimed: Basis, now: Basis) -> str | None:
    """Why what stands on `claimed` may not be set beside what stands on `now`; None where it may.

    What neither side tells is taken to be the same. The metric is no part of it: predictions are scored anew under
    another one, and only a score that cannot be is set apart, by `other_metric`.
    """
    for part, word in _WORDS.items():
        before, current = getattr(claimed, part), getattr(now, part)
        if before is not None and current is not None and before != current:
            return f"it stands on other {word} ({before[:8]}) than the workspace has now ({current[:8]})"
    if claimed.answers is not None and now.answers is not None and claimed.answers != now.answers:
        return _SAID.format(claimed.answers, now.answers)
    return None


def other_metric(claimed: str | None, now: str | None) -> str | None:
    """Why a score that cannot be reckoned anew may not be set beside others; None where it may."""
    if claimed is None or claimed == now:
        return None
    return f"it was scored by {claimed}, and the competition's metric is {now} now"


class OnBasis(Frozen):
    """A record of something that stands on a basis."""

    basis: Basis

    @model_validator(mode="before")
    @classmethod
    def _parts_once_lay_beside_it(cls, content: Any) -> Any:
        """Records from before there was a basis have its parts among their own keys."""
        if not isinstance(content, dict) or "basis" in content:
            return content
        parts = {part: content[part] for part in ("data", "folds", "metric") if part in content}
        return {**{key: value for key, value in content.items() if key not in parts}, "basis": parts}
