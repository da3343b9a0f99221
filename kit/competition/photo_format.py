"""How the files of a competition's photos become pixels: channels, range of values, transparency, readers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from kit.schema import Frozen

MOST_CHANNELS = 12


class PhotoFormat(Frozen):
    """How a photo's file becomes pixels of 0 to 255."""

    channels: int = Field(3, ge=1, le=MOST_CHANNELS)
    """How many channels a photo has. Grey is repeated where there are to be 3, and colour becomes grey where there is
    to be 1; any other number must be the file's own.
    """
    range: tuple[float, float] | Literal["auto"] | None = None
    """The values that become 0 and 255, such as [0, 4095] for 12-bit photos in 16-bit files; `auto` takes the lowest
    and the highest value in all train photos. Without it 8-bit values stay as they are, of 16 bits the highest value is
    65535, and numbers with a point are refused.
    """
    alpha: Literal["white", "black", "drop"] = "white"
    """What lies behind transparent pixels; `drop` shows the colour that they hide."""
    pages: Literal["first", "channels"] = "first"
    """Of a file with several pages (TIFF) the first, or all, their channels one after another."""
    bands: tuple[str, ...] | None = None
    """For photos of one file a channel: what stands in the file names of the first, second ... channel, such as
    [_red, _green, _blue]; `images` leads to the first.
    """
    reader: str | None = None
    """The reader in readers.py beside competition.yaml that every photo is read by, where photos are not files that end
    in a way that kit or readers.py knows; `images` then gives the name that the reader is called with. `box` is kit's:
    a part of a photo, where `images` ends in the box, such as photos/{file}/{left}_{top}_{right}_{bottom}.
    """

    @model_validator(mode="after")
    def _consistent(self) -> PhotoFormat:
        if isinstance(self.range, tuple) and not self.range[0] < self.range[1]:
            raise ValueError(f"'range' must rise: {list(self.range)}")
        if self.bands is not None:
            if len(self.bands) < 2 or len(set(self.bands)) != len(self.bands):
                raise ValueError(f"'bands' needs two or more different parts of file names: {list(self.bands)}")
            if self.channels != len(self.bands):
                raise ValueError(f"{len(self.bands)} 'bands' make {len(self.bands)} channels: write that number")
        return self

    def band_names(self, image: str) -> tuple[str, ...]:
        """The files that hold the channels of a photo, the photo's own first."""
        if self.bands is None:
            return (image,)
        folder, slash, name = image.rpartition("/")
        before, _, after = name.rpartition(self.bands[0])
        return tuple(f"{folder}{slash}{before}{band}{after}" for band in self.bands)
