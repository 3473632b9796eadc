"""What the service says about a scanner and asks of it, independent of any driver.

Lengths are millimetres, resolutions dots per inch, brightness and contrast the
TWAIN scale of -1000 to 1000 with 0 for neutral.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag, StrEnum
from typing import Final

__all__ = [
    "DEFAULT_TYPES",
    "Depth",
    "DeviceDescription",
    "DeviceId",
    "DeviceType",
    "InputDescription",
    "PageFormat",
    "PixelType",
    "Range",
    "Region",
    "ScanSettings",
    "Source",
]


class DeviceType(IntFlag):
    """Published bit mask of device types; a device has exactly one bit."""

    TWAIN = 0x10
    WIA = 0x20
    TWAIN64 = 0x40
    ICA = 0x80
    SANE = 0x100
    ESCL = 0x200
    WIFI_DIRECT = 0x400
    WIA_TWAIN = 0x800


DEFAULT_TYPES: Final = (
    DeviceType.TWAIN
    | DeviceType.WIA
    | DeviceType.TWAIN64
    | DeviceType.ICA
    | DeviceType.SANE
)
"""What a listing without `type` asks for. Implements: DEV-default-types."""


class PixelType(IntEnum):
    """TWAIN pixel types that scanners of today deliver."""

    BW = 0
    GRAY = 1
    RGB = 2


class Source(StrEnum):
    """Where the paper comes from."""

    FLATBED = "flatbed"
    FEEDER = "feeder"
    DUPLEX = "duplex"


@dataclass(frozen=True, slots=True)
class DeviceId:
    """One scanner as a driver names it.

    `address` is the SANE device name or the eSCL base URL. It never leaves the
    service unchecked: a client may only send back what a listing gave out.
    """

    type: DeviceType
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Range:
    """Every value from `minimum` to `maximum` in steps; step 0 means continuous."""

    minimum: float
    maximum: float
    step: float = 0.0


@dataclass(frozen=True, slots=True)
class Depth:
    """A pixel type with its bits per sample (1, 8 or 16)."""

    pixel_type: PixelType
    bits_per_sample: int


@dataclass(frozen=True, slots=True)
class InputDescription:
    """What one source of a scanner can do. Tuples are never empty."""

    source: Source
    width_mm: float
    height_mm: float
    depths: tuple[Depth, ...]
    resolutions_dpi: tuple[int, ...] | Range


@dataclass(frozen=True, slots=True)
class DeviceDescription:
    """What an open scanner can do; `inputs` is never empty, default first.

    `feeder_loaded` is None when the device cannot tell.
    """

    inputs: tuple[InputDescription, ...]
    brightness: Range | None = None
    contrast: Range | None = None
    feeder_loaded: bool | None = None

    def input(self, source: Source) -> InputDescription | None:
        """Return the description of `source`, or None when there is no such input."""
        return next((i for i in self.inputs if i.source is source), None)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the glass, from its upper left corner."""

    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """One complete wish: what a driver is asked for. `region` None is all there is.

    `page_limit` None means every page that the source has.
    """

    source: Source
    depth: Depth
    resolution_dpi: int
    region: Region | None = None
    brightness: int = 0
    contrast: int = 0
    page_limit: int | None = None


@dataclass(frozen=True, slots=True)
class PageFormat:
    """How the bytes of a page are to be read.

    Rows are packed without padding beyond the last byte, top to bottom. RGB is
    interleaved. 16-bit samples are in the machine's byte order. In 1-bit pages the
    most significant bit is leftmost and 1 is black, as in a SANE frame.
    """

    width_px: int
    height_px: int
    depth: Depth
    resolution_dpi: tuple[int, int]
    source: Source
    side: int = field(default=0)
    """0 front, 1 back."""

    @property
    def samples(self) -> int:
        """Samples per pixel: 3 for RGB, else 1."""
        return 3 if self.depth.pixel_type is PixelType.RGB else 1

    @property
    def stride_bytes(self) -> int:
        """Bytes from one row to the next."""
        bits = self.width_px * self.samples * self.depth.bits_per_sample
        return (bits + 7) // 8

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole page."""
        return self.stride_bytes * self.height_px
