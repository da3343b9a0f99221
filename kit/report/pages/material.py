"""What the sections of the report are made of, read once."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping
from functools import cached_property

import numpy as np
from PIL import Image

from kit.blend.members import Candidate, blendable_runs, task_candidates
from kit.blend.scored import RunScores, Scored, score_candidates
from kit.competition.spec import TARGET
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.images.decode import decode
from kit.images.look import Look, open_look, to_look_at
from kit.pseudo.record import RoundRecord, Teachers, read_round_record
from kit.reporter import Reporter
from kit.runs.store import Run, all_runs
from kit.selection.posterior import Posterior
from kit.selection.standings import Standings, known_standings
from kit.submissions.record import SubmissionRecord, known_submissions
from kit.targets.base import BaseTask

SIDE = 168
"""The longer side of a photo in the page, in pixels."""
QUALITY = 72
"""Of the photos, as WebP counts it."""


class Material:
    """A workspace as the report sees it; each thing is read when the first section asks for it, and told of once."""

    def __init__(self, workspace: Workspace, reporter: Reporter) -> None:
        self.workspace = workspace
        self.reporter = reporter
        self._photos: dict[str, str | None] = {}

    @cached_property
    def runs(self) -> list[Run]:
        """Every run whose records can be read, finished or not."""
        return all_runs(self.workspace)

    @cached_property
    def candidates(self) -> Mapping[str, list[Candidate]]:
        """The complete runs of every task that may be set beside one another, the best first."""
        runs = blendable_runs(self.workspace, self.reporter)
        return task_candidates(self.workspace, runs) if runs else {}

    @cached_property
    def scored(self) -> RunScores | None:
        """Their scores, and those of the best joined; None without a complete run."""
        if not any(item.oof is not None for items in self.candidates.values() for item in items):
            return None
        return score_candidates(self.workspace, self.candidates)

    @cached_property
    def _known_standings(self) -> tuple[Standings | None, Mapping[str, str]]:
        return known_standings(self.workspace, self.reporter)

    @property
    def standings(self) -> Standings | None:
        return self._known_standings[0]

    @property
    def apart(self) -> Mapping[str, str]:
        """Why something of a submission is not comparable."""
        return self._known_standings[1]

    @cached_property
    def judged(self) -> Posterior | None:
        return None if self.standings is None else self.standings.judged()

    @cached_property
    def submissions(self) -> list[SubmissionRecord]:
        return known_submissions(self.workspace)

    @cached_property
    def rounds(self) -> list[tuple[Teachers, RoundRecord]]:
        """The rounds of pseudo labels that can be read, the first first."""
        found: list[tuple[Teachers, RoundRecord]] = []
        for path in self.workspace.pseudo_dir.glob("*/round.json"):
            try:
                teachers: Teachers = "own_fold" if path.parent.name.removeprefix("round").isdigit() else "pooled"
                found.append((teachers, read_round_record(path)))
            except KitError as error:
                self.reporter.warn(f"a round is left out: {error}")
        return sorted(found, key=lambda pair: (pair[1].round, pair[0]))

    @cached_property
    def looked_at(self) -> list[tuple[str, BaseTask, Scored]]:
        """What errors are shown of: the best run of each task, and the joined classes; (title, task, predictions)."""
        if self.scored is None:
            return []
        competition, best = self.workspace.competition, self.scored.best()
        found = [(task, competition.task(task), best[task]) for task in competition.tasks if task in best]
        joined = self.scored.joined
        if joined is not None and isinstance(competition.target, dict):
            found.insert(0, (TARGET, competition.task(TARGET), joined))
        return found

    @cached_property
    def look(self) -> Look:
        return open_look(self.workspace, self.reporter)

    @cached_property
    def judged_photos(self) -> np.ndarray:
        """The photo of each answer that is scored, (n_judged,): its first."""
        images = self.workspace.train["image"].to_numpy(dtype=object)
        answers = self.workspace.answers
        return images if answers is None else images[answers.first]

    def photo(self, image: str) -> str | None:
        """A photo as a small data URI; None where it cannot be read."""
        if image not in self._photos:
            try:
                pixels = to_look_at(decode(self.workspace.data_dir / image, look=self.look))
            except KitError:
                self._photos[image] = None
            else:
                self._photos[image] = _data_uri(pixels)
        return self._photos[image]


def _data_uri(pixels: np.ndarray) -> str:
    return f"data:image/webp;base64,{base64.b64encode(webp(pixels, SIDE)).decode()}"


def webp(pixels: np.ndarray, side: int) -> bytes:
    """A picture of pixels to look at, (height, width, 3) uint8, whose longer side is `side` pixels at most."""
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((side, side), Image.Resampling.BILINEAR, reducing_gap=3.0)
    buffer = io.BytesIO()
    picture.save(buffer, format="WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()
