"""Pictures in files as sides of sheets: JPEG, PNG, BMP, and TIFF with many pages.

A picture keeps its physical size when it states its resolution, and fills the bed when
it does not, or states one that no paper can have. Photos are turned as their camera was
held. When a tray is filled only the heads of files are read; the pixels are decoded
when a page is scanned.
"""

from __future__ import annotations

import struct
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from scanwright_simulators.device.blankness import looks_blank
from scanwright_simulators.device.bounds import (
    LONGEST,
    MOST_SHEETS,
    sheet_size,
    too_many,
)
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import STEPS_PER_INCH, Size, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError

__all__ = ["SUFFIXES", "ImageSide", "file_stamp", "sides"]

SUFFIXES: Final = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp"},
)
PAGED: Final = frozenset({".tif", ".tiff"})
FORMATS: Final = ("JPEG", "PNG", "BMP", "TIFF", "GIF", "WEBP")
"""What is opened, whatever a file is called. JPEG has those of phones in it (MPO)."""
ORIENTATION: Final = 0x0112
PLAUSIBLE_DPI: Final = (10, 100_000)
"""What is below may be a shape of pixels, as in JFIF, and is no resolution."""
TURNED: Final = frozenset({5, 6, 7, 8})
"""Orientations that swap width and height."""

UNREADABLE: Final = (
    OSError,  # gone, cut short, or no picture at all
    EOFError,  # fewer frames than it had
    SyntaxError,  # Pillow's word for broken chunks
    TypeError,  # and for a TIFF file without dimensions
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    MemoryError,
    # Its decoders trust what they read, and stumble over damage in many ways.
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError),
    *(ValueError, struct.error),
)

_opening: Final = threading.Lock()
"""What Python does with warnings is one setting for all threads."""


@dataclass(frozen=True, slots=True)
class ImageSide:
    """One picture of an image file, upright: `dpi` is across and down."""

    path: Path
    frame: int
    size: Size
    dpi: tuple[float, float]

    @property
    def label(self) -> str:
        """The name of the file, and which page where it can have several."""
        has_pages = self.path.suffix.lower() in PAGED
        return f"{self.path.name} {self.frame + 1}" if has_pages else self.path.name

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the picture as `view` sees it; it carries no identity."""
        del identity
        key = (self, file_stamp(self.path), view)
        return (Strip(key, view.width_px, view.height_px, lambda: self._draw(view)),)

    def is_blank(self) -> bool:
        """Say whether the picture is empty paper."""
        return looks_blank(self, file_stamp(self.path))

    def _draw(self, view: View) -> Image.Image:
        with _opened(self.path, self.frame) as file:
            divisor = _shrink(file, 2 * view.resolution_dpi / min(self.dpi))
            image = _flatten(_upright(file), plain(view).mode.pillow)
            dpi = (self.dpi[0] / divisor, self.dpi[1] / divisor)
            return _resample(image, dpi, view)


def sides(path: Path, bed: Size) -> list[ImageSide]:
    """Return the pages of the image file `path`, by their heads."""
    with _opened(path) as file:
        pages: list[ImageSide] = []
        for frame in _frames(file):
            if frame == MOST_SHEETS:
                raise too_many(f"{path} has more pages")
            pages.append(_side(path, file, frame, bed))
        return pages


def file_stamp(path: Path) -> tuple[int, int]:
    """Return what changes when the file does; ContentError when it is gone."""
    try:
        status = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from error
    return status.st_mtime_ns, status.st_size


def _frames(file: Image.Image) -> Iterator[int]:
    """Go from page to page: to count them first takes as long."""
    if file.format != "TIFF":
        yield 0  # others keep previews and depth maps of phones in further frames
        return
    frame = 0
    with suppress(EOFError):
        while True:
            file.seek(frame)
            yield frame
            frame += 1


def _side(path: Path, file: Image.Image, frame: int, bed: Size) -> ImageSide:
    width, height = file.size
    stated = file.info.get("dpi", (0, 0))
    if _is_turned(file):
        width, height, stated = height, width, stated[::-1]
    dpi = _plausible(stated, (width, height))
    if dpi is None:
        dpi = (max(width / bed.width, height / bed.height) * STEPS_PER_INCH,) * 2
    size = sheet_size(
        path,
        width * STEPS_PER_INCH / dpi[0],
        height * STEPS_PER_INCH / dpi[1],
    )
    return ImageSide(path, frame, size, dpi)


def _plausible(
    stated: Sequence[float],
    size_px: tuple[int, int],
) -> tuple[float, float] | None:
    """Return the resolution that a file states; None unless paper can have it."""
    low, high = PLAUSIBLE_DPI
    across, down = map(float, stated)
    is_paper = all(
        low <= dots < high and pixels * STEPS_PER_INCH <= LONGEST * dots
        for dots, pixels in zip((across, down), size_px, strict=True)
    )
    return (across, down) if is_paper else None


@contextmanager
def _opened(path: Path, frame: int = 0) -> Iterator[Image.Image]:
    """Open `path` at one of its frames; whatever goes wrong names the file."""
    try:
        # A stream and not a path: what Pillow maps into memory it turns wrongly, namely
        # TIFF files without compression that lie on their side (seen in Pillow 13.0).
        with path.open("rb") as stream:
            with _opening, warnings.catch_warnings():
                warnings.simplefilter("error", Image.DecompressionBombWarning)
                file = Image.open(stream, formats=FORMATS)
                file.seek(frame)
            yield file
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> ContentError:
    return ContentError(f"{path} is no image that can be read: {_reason(error)}")


def _reason(error: Exception) -> str:
    """Return what is wrong, in words that name no part of Python."""
    if isinstance(error, UnidentifiedImageError):
        return "its content is none of JPEG, PNG, BMP, TIFF, GIF and WebP"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def _is_turned(file: Image.Image) -> bool:
    """Say whether the camera was held sideways; TIFF files turn themselves."""
    # Asking a PNG that has no EXIF in front for it would decode all its pixels.
    if file.format == "TIFF" or "exif" not in file.info:
        return False
    return file.getexif().get(ORIENTATION) in TURNED


def _shrink(file: Image.Image, scale: float) -> int:
    """Let a decoder that can do so divide the pixels, not below `scale`."""
    width = file.width
    if scale < 1:
        file.draft(None, (ceil(width * scale), ceil(file.height * scale)))
    return round(width / file.width)


def _upright(file: Image.Image) -> Image.Image:
    file.load()
    return ImageOps.exif_transpose(file) if "exif" in file.info else file


def _flatten(image: Image.Image, mode: str) -> Image.Image:
    """Return `image` on white paper in `mode`, which is gray or RGB."""
    if image.has_transparency_data:
        # Nothing is copied that need not be: pictures may have 90 million pixels.
        clear = image if image.mode == "RGBA" else image.convert("RGBA")
        paper = Image.new(mode, image.size, "white")
        paper.paste(clear, mask=clear)
        return paper
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    return image if image.mode == mode else image.convert(mode)


def _resample(image: Image.Image, dpi: tuple[float, float], view: View) -> Image.Image:
    """Return what `view` sees of `image` lying in the upper left corner."""
    scale_x, scale_y = dpi[0] / view.resolution_dpi, dpi[1] / view.resolution_dpi
    right = min(view.left_px + view.width_px, round(image.width / scale_x))
    bottom = min(view.top_px + view.height_px, round(image.height / scale_y))
    page = Image.new(image.mode, (view.width_px, view.height_px), "white")
    if right <= view.left_px or bottom <= view.top_px:
        return develop(page, view)
    box = (
        view.left_px * scale_x,
        view.top_px * scale_y,
        min(right * scale_x, image.width),
        min(bottom * scale_y, image.height),
    )
    size = (right - view.left_px, bottom - view.top_px)
    # Pillow copies the box unchanged when nothing is to be scaled.
    seen = image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3)
    page.paste(seen, (0, 0))
    return develop(page, view)
