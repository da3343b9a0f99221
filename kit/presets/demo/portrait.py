"""Photos of drawn people: a wall behind them, a pose, light, blur and noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from kit.presets.demo.face import draw_head, face_box
from kit.presets.demo.pen import Pen, mix, rgb
from kit.presets.demo.people import Person


@dataclass(frozen=True)
class Photo:
    """pixels: (height, width, 3) uint8 RGB; face: left, top, right and bottom in pixels, up to the photo's edges."""

    pixels: np.ndarray
    face: tuple[int, int, int, int]


def draw_person(person: Person, stems: Sequence[str], size: int, generator: np.random.Generator) -> list[Photo]:
    """Draw a photo for each stem (mask1.., incorrect_mask, normal), `size` pixels wide and a third more high."""
    wall = _wall(person, size * 2, generator)
    return [_photo(person, stem, wall, size, generator) for stem in stems]


def _photo(person: Person, stem: str, wall: np.ndarray, size: int, generator: np.random.Generator) -> Photo:
    height, width = round(size * 4 / 3) * 2, size * 2
    top, left = generator.integers(wall.shape[0] - height + 1), generator.integers(wall.shape[1] - width + 1)
    image = np.ascontiguousarray(wall[top : top + height, left : left + width])
    pen = _pose(image, width, generator)
    draw_head(pen, person, stem, generator)
    small = cv2.resize(image, (size, round(size * 4 / 3)), interpolation=cv2.INTER_AREA)
    left, top, right, bottom = (round(edge / 2) for edge in face_box(pen, person))
    face = max(left, 0), max(top, 0), min(right, small.shape[1]), min(bottom, small.shape[0])
    return Photo(_lit(small, generator), face)


def _pose(image: np.ndarray, width: int, generator: np.random.Generator) -> Pen:
    scale = width * 0.298 * generator.normal(1, 0.04)
    angle = np.deg2rad(generator.normal(0, 5))
    centre = np.array((width * 0.5, width * 0.63)) + generator.normal(0, 0.022, 2) * width
    cos, sin = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.clip(generator.normal(0, (0.09, 0.04)), (-0.2, -0.1), (0.2, 0.1))
    return Pen(image, np.array(((cos, sin), (-sin, cos))), centre, scale, turn)


def _wall(person: Person, width: int, generator: np.random.Generator) -> np.ndarray:
    """What is behind a person, a little larger than a photo, so that photos show different parts of it."""
    height, wide = round(width * 1.5), round(width * 1.2)
    down = np.linspace(0, 1, height)[:, None, None]
    image = (person.wall[0] * (1 - down) + person.wall[1] * down) * np.ones((1, wide, 1))
    image = np.ascontiguousarray(image.clip(0, 255).astype(np.uint8))
    kind = generator.integers(4)
    for _ in range(int(generator.integers(3, 8))):
        x, y = int(generator.integers(wide)), int(generator.integers(height))
        colour = rgb(mix(person.wall[generator.integers(3)], person.wall[2], 0.6) * generator.uniform(0.85, 1.08))
        reach = int(width * generator.uniform(0.06, 0.2))
        if kind == 0:
            cv2.circle(image, (x, y), reach, colour, -1, cv2.LINE_AA)
        elif kind == 1:
            cv2.rectangle(image, (x, 0), (x + reach // 2, height), colour, -1)
        elif kind == 2:
            cv2.rectangle(image, (x, y), (x + reach, y + 2 * reach), colour, -1)
    return cv2.GaussianBlur(image, (0, 0), width * 0.012)


def _lit(image: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Light from a side, its colour and strength, a blur and the noise of a sensor."""
    height, width = image.shape[:2]
    slope = generator.normal(0, 0.09, 2)
    ramp = 1 + slope[0] * np.linspace(-1, 1, width)[None, :] + slope[1] * np.linspace(-1, 1, height)[:, None]
    tint = generator.normal(1, 0.018, 3) * generator.normal(0.98, 0.07)
    lit = image * (ramp[:, :, None] * tint).astype(np.float32)
    blur = abs(generator.normal(0, 0.004)) * width
    if blur > 0.2:
        lit = cv2.GaussianBlur(lit, (0, 0), blur)
    lit += generator.standard_normal(lit.shape, dtype=np.float32) * np.float32(generator.uniform(1.5, 4.5))
    return lit.clip(0, 255).astype(np.uint8)
