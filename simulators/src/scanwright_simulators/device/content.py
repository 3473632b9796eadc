"""Content: what is to be seen on one side of a sheet, and how files become sheets.

Content has a physical size and draws any view of itself, at the resolution asked for.
Beyond its edges it draws white; `paper.py` puts another background behind it. Files
are opened when a page is scanned, not before: a tray of a thousand pages costs a
thousand paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from scanwright_simulators.device import images, pdfs
from scanwright_simulators.device.identity import PREVIEW, Identity
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import (
    STEPS_PER_INCH,
    Input,
    Mode,
    ScanSettings,
    Size,
    View,
)
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.errors import ContentError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["A4", "BlankSide", "Content", "load", "thumbnail"]

A4: Final = Size.of_mm(210, 297)
PREVIEW_DPI: Final = 50
"""Generated text and codes are drawn for at least that."""


class Content(Protocol):
    """One side of a sheet."""

    @property
    def size(self) -> Size:
        """How large the side is."""

    @property
    def label(self) -> str:
        """A few words for people."""

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what `view` sees of this side, as the page called `identity`."""

    def is_blank(self) -> bool:
        """Say whether nothing is on it; files are looked at once."""


@dataclass(frozen=True, slots=True)
class BlankSide:
    """White paper."""

    size: Size = A4

    @property
    def label(self) -> str:
        """What it is."""
        return "blank"

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return nothing but white, whoever the page is."""
        del identity

        def draw() -> Image.Image:
            from PIL import Image

            size = (view.width_px, view.height_px)
            return develop(Image.new(plain(view).mode.pillow, size, "white"), view)

        return (Strip(("blank", view), view.width_px, view.height_px, draw),)

    def is_blank(self) -> bool:
        """Say yes."""
        return True


def load(paths: Sequence[Path], bed: Size) -> tuple[Content, ...]:
    """Return the pages of `paths` in order; folders give their files by name.

    A picture that does not state its resolution is fitted to `bed`.
    """
    return tuple(side for path in paths for side in _load_one(path, bed))


def thumbnail(
    content: Content,
    width_px: int,
    *,
    identity: Identity = PREVIEW,
) -> Image.Image:
    """Return a small RGB picture of the whole of `content`, `width_px` wide."""
    size = content.size
    dpi = max(PREVIEW_DPI, round(width_px * STEPS_PER_INCH / size.width))
    view = View.of(ScanSettings(Input.PLATEN, Mode.COLOR, dpi), size)
    page = render(content.strips(view, identity), Mode.COLOR)
    height_px = max(1, round(width_px * page.height / page.width))
    return page.resize((width_px, height_px), reducing_gap=2)


def _load_one(path: Path, bed: Size) -> Sequence[Content]:
    if path.is_dir():
        return [side for file in _files(path) for side in _load_one(file, bed)]
    if path.suffix.lower() == pdfs.SUFFIX:
        return pdfs.sides(path)
    return images.sides(path, bed)


def _files(folder: Path) -> list[Path]:
    known = {*images.SUFFIXES, pdfs.SUFFIX}
    try:
        files = sorted(f for f in folder.iterdir() if f.suffix.lower() in known)
    except OSError as error:
        raise ContentError(f"the folder {folder} cannot be read: {error}") from error
    if not files:
        raise ContentError(f"the folder {folder} has no image and no PDF in it")
    return files
