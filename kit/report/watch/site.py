"""What the pages of `kit watch` answer: the page, its live part, reviews, photos, and a person's decisions."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from markupsafe import Markup

from kit import __version__
from kit.competition.spec import SPEC_NAME
from kit.competition.suggested import Decision as FixDecision
from kit.competition.suggested import decide_fix, fixes_path
from kit.competition.workspace import Workspace
from kit.errors import KitError
from kit.files import file_state
from kit.images.decode import decode
from kit.images.look import open_look, to_look_at
from kit.pseudo.reviewed import DECISIONS, decide, reviewed_path
from kit.report.pages.material import webp
from kit.report.pages.render import environment, template_file
from kit.report.watch.live import Watcher
from kit.report.watch.reviews import EACH, Reviews, fix_row
from kit.reporter import Reporter

SIDE = 320
"""The longer side of a photo on the page, in pixels."""
KEPT = 512
"""Photos that are kept ready."""


class Site:
    """A workspace as its pages show it; read anew whenever a file that it stands on has changed."""

    def __init__(self, root: Path, reporter: Reporter) -> None:
        self._root, self._reporter, self._watcher = root, reporter, Watcher()
        self._lock = threading.RLock()
        self._known: object = None
        self._workspace = Workspace(root, reporter)
        self._reviews: Reviews | None = None
        self.photo = lru_cache(KEPT)(self._photo)

    def _fresh(self) -> Workspace:
        """The workspace as its files now are."""
        state = self._state()
        if state != self._known:
            self._workspace, self._reviews = Workspace(self._root, self._reporter), None
            self._known = self._state()
        return self._workspace

    def _state(self) -> object:
        workspace = self._workspace
        paths = [self._root / SPEC_NAME, workspace.folds_path, *sorted(workspace.pseudo_dir.glob("*/round.json"))]
        with contextlib.suppress(KitError):  # a competition.yaml that cannot be read
            paths.append(fixes_path(workspace))
        return [file_state(path) for path in paths]

    def page(self, script: str) -> str:
        """The page itself; what changes comes by itself."""
        with self._lock:
            competition = self._fresh().competition
            return (
                environment()
                .get_template("watch.html")
                .render(
                    title=competition.name,
                    style=Markup(template_file("style.css") + template_file("watch.css")),
                    script=Markup(script),
                    version=__version__,
                )
            )

    def live(self) -> dict[str, str]:
        """The parts of the page that change while training runs, by the id of their place."""
        template: Any = environment().get_template("watch_live.html").module
        with self._lock:
            try:
                now = self._watcher.look(self._fresh())
            except KitError as error:
                return {"facts": "", "now": str(template.trouble(str(error))), "sections": ""}
            return {
                "facts": str(template.facts(now.facts)),
                "now": str(template.bars(now.bars)),
                "sections": str(template.sections(now.sections)),
            }

    def reviews(self, asked: Mapping[str, str]) -> str:
        """The page of cards that is asked for: `deck`, `show` (open, decided or all), `said` and `page` (from 0)."""
        template: Any = environment().get_template("watch_review.html").module
        with self._lock:
            try:
                return str(self._cards(template, asked))
            except KitError as error:
                return str(template.trouble(str(error)))

    def _cards(self, template: Any, asked: Mapping[str, str]) -> str:
        workspace = self._fresh()
        if self._reviews is None:
            self._reviews = Reviews(workspace)
        reviews = self._reviews
        deck, fixes = reviews.deck(asked.get("deck", "")), reviews.fixes
        labels = [] if deck is None else deck.chosen(asked.get("show", "open"), asked.get("said", ""))
        names = [] if deck is None else sorted({one.said for one in deck.labels if one.said})
        last = max(0, -(-len(labels) // EACH) - 1)
        page = min(last, int(asked["page"])) if asked.get("page", "").isdecimal() else 0
        return str(
            template.reviews(
                decks=reviews.decks,
                apart=reviews.apart,
                deck=deck,
                labels=labels[page * EACH : (page + 1) * EACH],
                n_chosen=len(labels),
                asked={"show": asked.get("show", "open"), "said": asked.get("said", "")},
                page=page,
                last=last,
                names=[("", "every label"), *((one, one) for one in names)],
                fixes=[fix_row(one) for one in fixes[:EACH]],
                n_fixes=len(fixes),
                fixes_name=reviews.fixes_path.name,
                fixes_are_read=reviews.fixes_are_read,
            )
        )

    def decide(self, content: object) -> dict[str, str]:
        """Write down a decision; returns what became of it. KitError where it is none."""
        if not isinstance(content, dict) or not all(isinstance(value, str) for value in content.values()):
            raise KitError("this is no decision")
        decision, value = content.get("decision", ""), content.get("value", "")
        if decision not in get_args(FixDecision):
            raise KitError(f"'{decision}' is no decision")
        with self._lock:
            workspace = self._fresh()
            if content.get("kind") == "fix":
                key = decide_fix(workspace, content.get("key", ""), decision, value)
                return {"key": key, "file": fixes_path(workspace).name}
            given = decision if decision in DECISIONS else None
            decide(workspace, content.get("task", ""), content.get("image", ""), given, value)
            return {"file": reviewed_path(workspace).name}

    def _photo(self, image: str) -> bytes | None:
        """A photo of the tables as WebP; None where it is none of theirs, or cannot be read."""
        with self._lock:
            workspace = self._fresh()
            known = set(workspace.train["image"]) | set(workspace.test["image"])
            look = open_look(workspace, self._reporter) if image in known else None
        if look is None:
            return None
        try:
            return webp(to_look_at(decode(workspace.data_dir / image, look=look)), SIDE)
        except KitError:
            return None
