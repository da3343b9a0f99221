"""The part of a photo that a model looks at: a face's box, what is left around it, and what is painted over."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageDraw

from kit.errors import KitError

Background = Literal["keep", "box", "ellipse"]
"""What stays of a cut picture: all of it, what lies in the face's box, or in the ellipse around that."""

Box = tuple[int, int, int, int]

GREY = (128, 128, 128)


@dataclass(frozen=True)
class Region:
    """A face's box, cut out with a margin.

    box: (left, top, right, bottom) in pixels of the upright photo; right and bottom are the first that are outside
    margin: the share of the box's width and height that is kept on each side
    background: `box` paints mid-grey over what lies outside the box, `ellipse` over what lies outside the ellipse
        through the box's corners: one inside of the box would take the jaw and the forehead away
    """

    box: Box
    margin: float = 0.0
    background: Background = "keep"

    @property
    def ellipse(self) -> tuple[float, float, float, float]:
        """The left, top, right and bottom of the ellipse that goes through the box's four corners."""
        return self._grown((math.sqrt(2) - 1) / 2)

    def cut(self, width: int, height: int) -> Box:
        """The box with its margin, up to the edges of a photo of this size."""
        left, top, right, bottom = (round(edge) for edge in self._grown(self.margin))
        return max(left, 0), max(top, 0), min(right, width), min(bottom, height)

    def of(self, photo: Image.Image) -> Image.Image:
        """The region's own picture. Raises KitError when nothing of it lies in the photo."""
        cut = self.cut(photo.width, photo.height)
        left, top, right, bottom = cut
        if left >= right or top >= bottom:
            raise KitError(f"its face box {self.box} lies outside of it: 'kit crop' was run on another photo")
        picture = photo.crop(cut)
        if self.background == "keep":
            return picture
        outside = Image.new("L", picture.size, 255)
        pen = ImageDraw.Draw(outside)
        if self.background == "box":
            pen.rectangle(_moved((*self.box[:2], self.box[2] - 1, self.box[3] - 1), left, top), 0)
        else:
            pen.ellipse(_moved(self.ellipse, left, top), 0)
        picture.paste(GREY if picture.mode == "RGB" else GREY[0], (0, 0), outside)
        return picture

    def _grown(self, share: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = self.box
        across, down = share * (right - left), share * (bottom - top)
        return left - across, top - down, right + across, bottom + down


def _moved(box: tuple[float, float, float, float], left: int, top: int) -> tuple[float, float, float, float]:
    return box[0] - left, box[1] - top, box[2] - left, box[3] - top
