"""The mask that a drawn person wears, well or badly."""

from __future__ import annotations

import numpy as np

from kit.presets.demo.pen import INK, Pen, mix, smooth
from kit.presets.demo.people import Person

_MASKS = (
    (240, 243, 246), (168, 208, 232), (150, 196, 224), (240, 243, 246), (50, 52, 58), (244, 196, 204),
    (178, 216, 190), (96, 112, 150), (206, 198, 226), (236, 212, 150),
)  # fmt: skip


def draw_mask(pen: Pen, person: Person, stem: str, generator: np.random.Generator) -> None:
    colour = np.array(_MASKS[generator.integers(len(_MASKS))]) + generator.normal(0, 5, 3)
    width, chin = person.width, person.chin
    if stem != "incorrect_mask":
        top, bottom = 0.1 + generator.normal(0, 0.04), chin + 0.08
    elif generator.random() < 0.65:
        top, bottom = person.nose + 0.16 + abs(generator.normal(0, 0.05)), chin + 0.12
    else:
        top, bottom = 0.93 + generator.normal(0, 0.05), chin + 0.3
    peak = 0.1 if stem != "incorrect_mask" else 0.03
    side = np.array(
        (
            (0.0, top - peak),
            (0.4 * width, top),
            (0.88 * width, top + 0.12),
            (0.84 * width, top * 0.4 + bottom * 0.6),
            (0.5 * width, bottom - 0.07),
            (0.0, bottom),
        )
    )
    shape = smooth(np.concatenate([side, (side[1:-1] * np.array((-1, 1)))[::-1]]))
    edge = mix(colour, INK, 0.3)
    for sign in (-1, 1):
        for start in (side[2], side[3]):
            ends = np.array((start, (width * 1.03, 0.1 if start is side[2] else 0.3)))
            pen.line(ends * np.array((sign, 1)), mix(colour, INK, 0.15), 0.025, 0.0)
    pen.fill(shape, colour, 0.45)
    pen.line(shape, edge, 0.025, 0.45, closed=True)
    middle, deep = (top + bottom) / 2, bottom - top
    if generator.random() < 0.7:
        x = np.linspace(-0.72, 0.72, 9)
        for y in (-0.16, 0.04, 0.24):
            pen.line(
                np.stack([x * width, middle + y * deep + 0.06 * (1 - x**2)], axis=1), mix(colour, INK, 0.16), 0.02, 0.5
            )
    else:
        pen.line(np.array(((0, top - peak), (0.02, middle), (0, bottom))), mix(colour, INK, 0.16), 0.025, 0.55)
    pen.glaze(shape[shape[:, 0] > 0.42 * width], INK, 0.09, 0.45)
