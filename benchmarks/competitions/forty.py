"""The forty competitions, in the order of their kinds."""

from __future__ import annotations

from benchmarks.competitions import many_classes, one_class, one_of_two, several_answers

FORTY = {
    layout.name: layout
    for module in (one_of_two, one_class, many_classes, several_answers)
    for layout in module.LAYOUTS
}
