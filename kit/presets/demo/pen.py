"""A pen for a head: curves in face coordinates, drawn with OpenCV, antialiased, as the head turns."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

Colour = np.ndarray

INK = np.array((46.0, 32.0, 30.0))
_SHIFT = 4  # fixed-point bits of OpenCV's sub-pixel coordinates
_ANGLE = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], axis=1)


@dataclass(frozen=True)
class Pen:
    """Draws shapes given in face coordinates: origin between the eyes, 1 = half the face's width, y downwards."""

    image: np.ndarray
    turned: np.ndarray
    centre: np.ndarray
    scale: float
    turn: np.ndarray

    def place(self, points: np.ndarray, depth: float) -> np.ndarray:
        """(n, 2) face coordinates to fixed-point pixels."""
        return (self.pixels(points, depth) * (1 << _SHIFT)).astype(np.int32)

    def pixels(self, points: np.ndarray, depth: float) -> np.ndarray:
        """(n, 2) face coordinates to pixels; what is nearer (`depth`) moves more as the head turns."""
        return (points + self.turn * depth) @ self.turned + self.centre

    def fill(self, points: np.ndarray, colour: Colour, depth: float = 0.0) -> None:
        cv2.fillPoly(self.image, [self.place(points, depth)], rgb(colour), cv2.LINE_AA, _SHIFT)

    def line(self, points: np.ndarray, colour: Colour, thick: float, depth: float = 0.0, closed: bool = False) -> None:
        width = max(1, round(thick * self.scale))
        cv2.polylines(self.image, [self.place(points, depth)], closed, rgb(colour), width, cv2.LINE_AA, _SHIFT)

    def glaze(self, points: np.ndarray, colour: Colour, strength: float, depth: float = 0.0) -> None:
        """Fill half transparently."""
        place = self.place(points, depth)
        low, high = place.min(axis=0) >> _SHIFT, (place.max(axis=0) >> _SHIFT) + 2
        (x0, y0), (x1, y1) = np.maximum(low, 0), np.minimum(high, self.image.shape[1::-1])
        if strength <= 0 or x0 >= x1 or y0 >= y1:
            return
        under = self.image[y0:y1, x0:x1].copy()
        cv2.fillPoly(self.image, [place], rgb(colour), cv2.LINE_AA, _SHIFT)
        part = self.image[y0:y1, x0:x1]
        part[:] = cv2.addWeighted(part, strength, under, 1 - strength, 0)


def ellipse(x: float, y: float, across: float, down: float, power: float = 2.0) -> np.ndarray:
    """An ellipse; a power above 2 squares it."""
    circle = _CIRCLE if power == 2 else np.sign(_CIRCLE) * np.abs(_CIRCLE) ** (2 / power)
    return circle * (across, down) + (x, y)


def smooth(points: np.ndarray, steps: int = 6) -> np.ndarray:
    """A closed Catmull-Rom curve through the points."""
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    ring = np.concatenate([points[-1:], points, points[:2]])[:, None, :]
    before, start, end, after = ring[:-3], ring[1:-2], ring[2:-1], ring[3:]
    bend = 2 * before - 5 * start + 4 * end - after
    curve = start + 0.5 * t * (end - before + t * (bend + t * (3 * (start - end) + after - before)))
    return curve.reshape(-1, 2)


def mix(one: np.ndarray, two: np.ndarray, share: float) -> np.ndarray:
    return one * (1 - share) + two * share


def rgb(colour: Colour) -> tuple[int, int, int]:
    red, green, blue = (min(255, max(0, round(part))) for part in colour.tolist())
    return red, green, blue
