"""A page as numbers: rows of samples that edits, codecs and file formats work on.

A page in the buffer is bytes, as drivers deliver them (`PageFormat`); a raster is the
same picture as an array. One rule for every depth: 0 is black, the highest value that
the depth has is white. So a 1-bit page, where a driver's 1 is black, is turned round
here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

__all__ = ["Raster", "Samples"]

Samples: TypeAlias = NDArray[np.unsignedinteger[Any]]
"""Of bytes or of words; `Raster.bits` says which."""


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """A picture: `samples` has the shape (height, width), or (height, width, 3) in RGB.

    `bits` per sample are 1, 4 or 8, held in bytes, or 16, held in words. A sample is
    from 0 to `white`, not stretched: white is 1, 15, 255, 65535. Nobody writes into
    the samples of a raster: they may be the page itself.
    """

    samples: Samples
    bits: int = 8
    resolution_dpi: tuple[int, int] = (300, 300)

    @property
    def width_px(self) -> int:
        """Pixels in a row."""
        return int(self.samples.shape[1])

    @property
    def height_px(self) -> int:
        """Rows."""
        return int(self.samples.shape[0])

    @property
    def is_colour(self) -> bool:
        """Whether a pixel has three samples."""
        return self.samples.ndim == 3

    @property
    def white(self) -> int:
        """The highest sample."""
        return (1 << self.bits) - 1

    @property
    def depth(self) -> Depth:
        """The depth that a page of these samples has."""
        if self.is_colour:
            return Depth(PixelType.RGB, self.bits)
        kind = PixelType.BW if self.bits == 1 else PixelType.GRAY
        return Depth(kind, self.bits)

    def format(self, *, source: Source = Source.FLATBED, side: int = 0) -> PageFormat:
        """Return how the bytes of `write` are to be read."""
        return PageFormat(
            self.width_px,
            self.height_px,
            self.depth,
            self.resolution_dpi,
            source,
            side,
        )

    def with_samples(self, samples: Samples, *, bits: int | None = None) -> Raster:
        """Return another picture of the same resolution."""
        return replace(self, samples=samples, bits=bits or self.bits)

    @classmethod
    def read(cls, pixels: memoryview, page: PageFormat) -> Raster:
        """Return the picture in these bytes; 8 and 16 bits are a view, not a copy.

        Raises:
            ValueError: There are fewer or more bytes than the format says.
        """
        if len(pixels) != page.size_bytes:
            raise ValueError(f"{len(pixels)} bytes are not a page of {page.size_bytes}")
        bits = page.depth.bits_per_sample
        rows = np.frombuffer(pixels, np.uint8).reshape(
            page.height_px, page.stride_bytes
        )
        in_a_row = page.width_px * page.samples
        samples: Samples
        if bits == 1:
            samples = np.unpackbits(np.invert(rows), axis=1, count=in_a_row)
        elif bits == 4:
            halves = np.stack((rows >> 4, rows & 15), axis=-1)
            samples = halves.reshape(page.height_px, -1)[:, :in_a_row]
        elif bits == 16:
            samples = rows.view(np.uint16)
        else:
            samples = rows
        if page.samples == 3:
            samples = samples.reshape(page.height_px, page.width_px, 3)
        return cls(samples, bits, page.resolution_dpi)

    def write(self, room: memoryview) -> None:
        """Fill the start of `room` with the bytes that `format` describes."""
        rows: Samples = np.ascontiguousarray(self.samples)
        rows = rows.reshape(self.height_px, -1)
        if self.bits == 1:
            rows = np.packbits(rows == 0, axis=1)
        elif self.bits == 4:
            even = np.pad(rows, ((0, 0), (0, rows.shape[1] % 2)))
            rows = np.bitwise_or(even[:, ::2] * 16, even[:, 1::2])
        flat = rows.reshape(-1).view(np.uint8)
        np.frombuffer(room, np.uint8)[: flat.size] = flat
