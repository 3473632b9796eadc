"""Pages of PDF files as sides of sheets, drawn by pdfium at the resolution asked for.

The size of a page is that of its page box. Only the part that is scanned is drawn, so
a large page costs no more memory than the bed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_simulators.device.blankness import looks_blank
from scanwright_simulators.device.bounds import MOST_SHEETS, sheet_size, too_many
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.images import file_stamp
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import STEPS_PER_INCH, Mode, Size, View
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["SUFFIX", "PdfSide", "sides"]

SUFFIX: Final = ".pdf"
POINTS_PER_INCH: Final = 72

NEEDS: Final = "to read PDF, install pypdfium2: pip install 'scanwright[simulators]'"

_pdfium: Final = threading.Lock()
"""pdfium is not thread-safe, and two devices may scan at once."""


@dataclass(frozen=True, slots=True)
class PdfSide:
    """One page of a PDF file; `page` counts from 0."""

    path: Path
    page: int
    size: Size

    @property
    def label(self) -> str:
        """The name of the file and the number of the page."""
        return f"{self.path.name} {self.page + 1}"

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the page as `view` sees it; it carries no identity."""
        del identity
        key = (self, file_stamp(self.path), view)
        return (Strip(key, view.width_px, view.height_px, lambda: self._draw(view)),)

    def is_blank(self) -> bool:
        """Say whether the page is empty."""
        return looks_blank(self, file_stamp(self.path))

    def _draw(self, view: View) -> Image.Image:
        from PIL import Image

        mode = plain(view).mode
        canvas = Image.new(mode.pillow, (view.width_px, view.height_px), "white")
        with _opened(self.path) as document:
            seen = _render(document, self.page, view)
            if seen is not None:
                canvas.paste(seen, (0, 0))
        return develop(canvas, view)


def sides(path: Path) -> list[PdfSide]:
    """Return the pages of the PDF file `path`, without drawing any."""
    with _opened(path) as document:
        # Pages may be shared: 1000 bytes can have millions of them.
        if len(document) > MOST_SHEETS:
            raise too_many(f"{path} has {len(document):,} pages")
        sizes = (document.get_page_size(page) for page in range(len(document)))
        return [PdfSide(path, page, _size(path, *s)) for page, s in enumerate(sizes)]


def _size(path: Path, *points: float) -> Size:
    width, height = (length * STEPS_PER_INCH / POINTS_PER_INCH for length in points)
    return sheet_size(path, width, height)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open the PDF; whatever goes wrong names the file."""
    try:
        import pypdfium2
    except ImportError as error:
        message = f"{path}: {NEEDS}"
        raise ContentError(message) from error
    try:
        with _pdfium, pypdfium2.PdfDocument(path) as document:
            yield document
    except (OSError, ValueError, MemoryError, pypdfium2.PdfiumError) as error:
        reason = str(error) or type(error).__name__
        if "password" in reason:
            reason = "it is encrypted"
        message = f"{path} is no PDF that can be read: {reason}"
        raise ContentError(message) from error


def _render(document: Any, number: int, view: View) -> Image.Image | None:
    """Return the part of the page that `view` sees; None when it sees nothing of it."""
    scale = view.resolution_dpi / POINTS_PER_INCH
    page = document[number]
    right = ceil(page.get_width() * scale) - view.left_px - view.width_px
    bottom = ceil(page.get_height() * scale) - view.top_px - view.height_px
    if right <= -view.width_px or bottom <= -view.height_px:
        return None
    crop = (view.left_px, max(0, bottom), max(0, right), view.top_px)
    bitmap = page.render(
        scale=scale,
        # pdfium2 rounds up to whole pixels: half a pixel less arrives at this number.
        crop=tuple((pixels - 0.5) / scale for pixels in crop),
        grayscale=view.mode is not Mode.COLOR,
    )
    image: Image.Image = bitmap.to_pil().copy()  # the bitmap ends with its document
    return image
