"""One class of several for each photo, and the classes have an order."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from kit.targets.classes import ClassesTask


class OrderedTask(ClassesTask):
    """One class for each photo, of classes that have an order: that in which `classes` names them."""

    kind: Literal["ordered"] = "ordered"

    @property
    def definition(self) -> Any:
        return {"kind": self.kind, "classes": list(self.classes)}

    @model_validator(mode="after")
    def _numbers_go_by_size(self) -> OrderedTask:
        try:
            sizes = [float(name) for name in self.classes]
        except ValueError:
            return self  # words have the order in which they are written
        if sizes not in (sorted(sizes), sorted(sizes, reverse=True)):
            right = ", ".join(sorted(self.classes, key=float))
            raise ValueError(f"the classes of an ordered task go by size where they are numbers: [{right}]")
        return self
