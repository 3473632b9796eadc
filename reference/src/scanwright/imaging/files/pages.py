"""A page on its way out of a file, or into one."""

from __future__ import annotations

from dataclasses import dataclass

from scanwright.imaging.raster import Raster

__all__ = ["PageIn", "ReadPage"]


@dataclass(frozen=True, slots=True, eq=False)
class ReadPage:
    """A page that was in a file.

    `original_jpeg` is the very JPEG that the raster was decoded from, where it can
    stand for the page: 8 bits, gray or YCbCr, upright.
    """

    raster: Raster
    original_jpeg: bytes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PageIn:
    """A page to be written.

    Give `original_jpeg` only while the raster is what it decodes to. The resolution
    that counts is that of `resolution_dpi`, else the raster's own.
    """

    raster: Raster
    original_jpeg: bytes | None = None
    resolution_dpi: tuple[int, int] | None = None

    @property
    def dpi(self) -> tuple[int, int]:
        """Dots per inch, across and down."""
        return self.resolution_dpi or self.raster.resolution_dpi
