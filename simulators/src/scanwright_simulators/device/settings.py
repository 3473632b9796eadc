"""What a host can ask of a scanner, and the geometry behind it.

Lengths are integers in steps of 1/1200 inch: eSCL's 1/300 inch and every usual
resolution divide them, so no page is ever a pixel too short by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = [
    "MM_PER_INCH",
    "STEPS_PER_INCH",
    "Input",
    "Levels",
    "Mode",
    "Region",
    "ScanSettings",
    "Side",
    "Size",
    "View",
    "steps",
]

STEPS_PER_INCH: Final = 1200
MM_PER_INCH: Final = 25.4


def steps(millimetres: float) -> int:
    """Return the length of `millimetres` in steps."""
    return round(millimetres * STEPS_PER_INCH / MM_PER_INCH)


def pixels(length: int, resolution_dpi: int) -> int:
    """Return how many pixels `length` steps are, rounded half up."""
    return (2 * length * resolution_dpi + STEPS_PER_INCH) // (2 * STEPS_PER_INCH)


class Input(StrEnum):
    """Where the paper comes from."""

    PLATEN = "platen"
    FEEDER = "feeder"
    DUPLEX = "duplex"

    @property
    def is_fed(self) -> bool:
        """Whether sheets move: all but the glass."""
        return self is not Input.PLATEN


class Mode(StrEnum):
    """What a pixel can say."""

    BW = "bw"
    GRAY = "gray"
    COLOR = "color"

    @property
    def pillow(self) -> str:
        """Pillow's name of this mode."""
        return {"bw": "1", "gray": "L", "color": "RGB"}[self.value]


class Side(StrEnum):
    """Which side of a sheet."""

    FRONT = "A"
    BACK = "B"


@dataclass(frozen=True, slots=True)
class Size:
    """A width and a height in steps."""

    width: int
    height: int

    @classmethod
    def of_mm(cls, width_mm: float, height_mm: float) -> Size:
        """Return the size of that many millimetres."""
        return cls(steps(width_mm), steps(height_mm))


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the bed in steps, from its upper left corner."""

    left: int
    top: int
    width: int
    height: int

    def lies_within(self, size: Size) -> bool:
        """Say whether the region is not empty and nowhere leaves `size`."""
        return (
            self.left >= 0
            and self.top >= 0
            and self.width > 0
            and self.height > 0
            and self.left + self.width <= size.width
            and self.top + self.height <= size.height
        )


@dataclass(frozen=True, slots=True)
class Levels:
    """How light becomes numbers: what a scanner's gamma table and comparator do.

    `brightness` and `contrast` go from -100 to 100, 0 is neutral. `threshold` goes from
    1 to 255: in 1-bit pages a pixel at least as light as that is white.
    """

    brightness: int = 0
    contrast: int = 0
    threshold: int = 128


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """One complete wish of a host; `region` None is the whole bed.

    `depth` is in bits a sample: 8 or 16, and ignored where the mode is `bw`.
    """

    input: Input
    mode: Mode
    resolution_dpi: int
    region: Region | None = None
    depth: int = 8
    levels: Levels = Levels()
    skip_blank: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A region in pixels, and their levels: what content is asked to draw."""

    mode: Mode
    resolution_dpi: int
    left_px: int
    top_px: int
    width_px: int
    height_px: int
    depth: int = 8
    levels: Levels = Levels()

    @classmethod
    def of(cls, settings: ScanSettings, bed: Size) -> View:
        """Return the pixels that `settings` see of `bed`."""
        region = settings.region or Region(0, 0, bed.width, bed.height)
        dpi = settings.resolution_dpi
        return cls(
            mode=settings.mode,
            resolution_dpi=dpi,
            left_px=pixels(region.left, dpi),
            top_px=pixels(region.top, dpi),
            width_px=max(1, pixels(region.width, dpi)),
            height_px=max(1, pixels(region.height, dpi)),
            depth=1 if settings.mode is Mode.BW else settings.depth,
            levels=settings.levels,
        )

    @property
    def row_bytes(self) -> int:
        """Bytes of one row without padding: 1-bit rows end at a whole byte."""
        samples = self.width_px * (3 if self.mode is Mode.COLOR else 1)
        return (samples * self.depth + 7) // 8

    @property
    def size_bytes(self) -> int:
        """Bytes of the whole page without compression."""
        return self.row_bytes * self.height_px
