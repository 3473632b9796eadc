"""What lies on the glass and in the tray: files of the user's choice.

An image keeps its physical size when it says its resolution, and fills the bed when it
does not. A PDF page has the size that it says. Files are opened when a page is
scanned, not before: a tray of a thousand pages costs a thousand paths.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from PIL import Image, UnidentifiedImageError

from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.settings import STEPS_PER_INCH, Mode, Size, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError

__all__ = ["BlankSide", "Content", "ImageSide", "PdfSide", "load"]

IMAGE_SUFFIXES: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff"})
PDF_SUFFIX: Final = ".pdf"
POINTS_PER_INCH: Final = 72

_pdfium: Final = threading.Lock()
"""pdfium is not thread-safe, and two devices may scan at once."""


class Content(Protocol):
    """One side of a sheet."""

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what `view` sees of this side, as the page called `identity`."""


@dataclass(frozen=True, slots=True)
class BlankSide:
    """White paper."""

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return nothing but white, whoever the page is."""
        del identity
        return (_whole(self, view, lambda: _canvas(view)),)


@dataclass(frozen=True, slots=True)
class ImageSide:
    """One picture of an image file, scaled to `bed` when it has no resolution."""

    path: Path
    frame: int
    bed: Size

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the picture as `view` sees it; it carries no identity."""
        del identity
        return (_whole(self, view, lambda: self._draw(view)),)

    def _draw(self, view: View) -> Image.Image:
        try:
            with Image.open(self.path) as file:
                file.seek(self.frame)
                dpi = _resolution(file, self.bed)
                return _resample(_flatten(file, view.mode), dpi, view)
        except (OSError, EOFError) as error:
            message = f"{self.path} cannot be read any more: {error}"
            raise ContentError(message) from error


@dataclass(frozen=True, slots=True)
class PdfSide:
    """One page of a PDF file."""

    path: Path
    page: int

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the page as `view` sees it; it carries no identity."""
        del identity
        return (_whole(self, view, lambda: self._draw(view)),)

    def _draw(self, view: View) -> Image.Image:
        import pypdfium2

        dpi = view.resolution_dpi
        try:
            with _pdfium, pypdfium2.PdfDocument(self.path) as document:
                bitmap = document[self.page].render(scale=dpi / POINTS_PER_INCH)
                page = bitmap.to_pil().copy()  # the bitmap ends with its document
        except (OSError, pypdfium2.PdfiumError) as error:
            message = f"{self.path} cannot be read any more: {error}"
            raise ContentError(message) from error
        return _resample(_flatten(page, view.mode), (dpi, dpi), view)


def load(paths: Sequence[Path], bed: Size) -> tuple[Content, ...]:
    """Return the pages of `paths` in order; folders give their files by name."""
    return tuple(side for path in paths for side in _load_one(path, bed))


def _load_one(path: Path, bed: Size) -> list[Content]:
    if path.is_dir():
        known = {*IMAGE_SUFFIXES, PDF_SUFFIX}
        files = sorted(f for f in path.iterdir() if f.suffix.lower() in known)
        if not files:
            raise ContentError(f"the folder {path} has no image and no PDF in it")
        return [side for file in files for side in _load_one(file, bed)]
    try:
        if path.suffix.lower() == PDF_SUFFIX:
            return [PdfSide(path, page) for page in range(_count_pages(path))]
        with Image.open(path) as file:
            frames = getattr(file, "n_frames", 1)
        return [ImageSide(path, frame, bed) for frame in range(frames)]
    except (OSError, UnidentifiedImageError) as error:
        message = f"{path} is no image and no PDF that can be read: {error}"
        raise ContentError(message) from error


def _count_pages(path: Path) -> int:
    import pypdfium2

    try:
        with _pdfium, pypdfium2.PdfDocument(path) as document:
            return len(document)
    except pypdfium2.PdfiumError as error:
        raise ContentError(f"{path} is no PDF that can be read: {error}") from error


def _resolution(file: Image.Image, bed: Size) -> tuple[float, float]:
    """Return the dots per inch of `file`, or those that make it fit the bed."""
    stated = file.info.get("dpi", (0, 0))
    if min(stated) > 1:
        return float(stated[0]), float(stated[1])
    fitting = max(
        file.width * STEPS_PER_INCH / bed.width,
        file.height * STEPS_PER_INCH / bed.height,
    )
    return fitting, fitting


def _flatten(image: Image.Image, mode: Mode) -> Image.Image:
    """Return `image` on white paper, gray or in colour; the threshold comes last."""
    target = "RGB" if mode is Mode.COLOR else "L"
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert(target)


def _canvas(view: View) -> Image.Image:
    return Image.new(view.mode.pillow, (view.width_px, view.height_px), "white")


def _whole(side: Content, view: View, draw: Callable[[], Image.Image]) -> Strip:
    return Strip((side, view), view.width_px, view.height_px, draw)


def _resample(image: Image.Image, dpi: tuple[float, float], view: View) -> Image.Image:
    """Return what `view` sees of `image` lying in the upper left corner."""
    scale_x, scale_y = dpi[0] / view.resolution_dpi, dpi[1] / view.resolution_dpi
    right = min(view.left_px + view.width_px, round(image.width / scale_x))
    bottom = min(view.top_px + view.height_px, round(image.height / scale_y))
    page = _canvas(view)
    if right <= view.left_px or bottom <= view.top_px:
        return page
    box = (
        view.left_px * scale_x,
        view.top_px * scale_y,
        min(right * scale_x, image.width),
        min(bottom * scale_y, image.height),
    )
    size = (right - view.left_px, bottom - view.top_px)
    if box == (0, 0, *size):
        seen = image.crop((0, 0, *size))
    else:
        seen = image.resize(size, Image.Resampling.BICUBIC, box=box, reducing_gap=3)
    if view.mode is Mode.BW:
        seen = seen.convert("1", dither=Image.Dither.NONE)
    page.paste(seen, (0, 0))
    return page
