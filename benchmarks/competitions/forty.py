"""The forty competitions, in the order of their kinds."""

from __future__ import annotations

from benchmarks.competitions import coco, many_classes, one_class, one_of_two, parts_of_photos, several_answers

FORTY = {
    layout.name: layout
    for module in (one_of_two, one_class, many_classes, coco, several_answers, parts_of_photos)
    for layout in module.LAYOUTS
}
