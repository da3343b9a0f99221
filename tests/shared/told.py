"""A reporter that remembers what it was told."""

from __future__ import annotations

from kit.reporter import Reporter


class Told(Reporter):
    def __init__(self) -> None:
        self.info_told: list[str] = []
        self.warned: list[str] = []

    def info(self, text: str) -> None:
        self.info_told.append(text)

    def warn(self, text: str) -> None:
        self.warned.append(text)
