"""Content: what is to be seen on one side of a sheet, and how files become sheets.

Content has a physical size and draws any view of itself, at the resolution asked for.
Beyond its edges it draws white; `paper.py` puts another background behind it. Files
are opened when a page is scanned, not before: a tray of a thousand pages costs a
thousand paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING, Final, Protocol

from scanwright_simulators.device import images, pdfs
from scanwright_simulators.device.bounds import MOST_SHEETS, from_afar, too_many
from scanwright_simulators.device.identity import PREVIEW, Identity
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import STEPS_PER_INCH, Mode, Size, View
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.errors import ContentError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["A4", "BlankSide", "Content", "load", "thumbnail"]

A4: Final = Size.of_mm(210, 297)
PREVIEW_DPI: Final = 50
"""Generated text and codes are drawn for at least that."""
TALLEST: Final = 10
"""How many times as high as wide a thumbnail may be."""


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

    Raises:
        ContentError: A file cannot be used, or there are more pages than a tray holds.
    """
    pages = (side for path in paths for side in _load_one(path, bed))
    loaded = tuple(islice(pages, MOST_SHEETS + 1))
    if len(loaded) > MOST_SHEETS:
        raise too_many("these files have more pages")
    return loaded


def thumbnail(
    content: Content,
    width_px: int,
    *,
    identity: Identity = PREVIEW,
) -> Image.Image:
    """Return a small RGB picture of the whole of `content`, `width_px` wide.

    That of a long strip of paper is narrower, so that its height has a limit.
    """
    size = content.size
    width_px = max(1, min(width_px, TALLEST * width_px * size.width // size.height))
    height_px = max(1, round(width_px * size.height / size.width))
    dpi = max(PREVIEW_DPI, round(width_px * STEPS_PER_INCH / size.width))
    view = from_afar(size, Mode.COLOR, dpi)
    page = render(content.strips(view, identity), Mode.COLOR)
    return page.resize((width_px, height_px), reducing_gap=2)


def _load_one(path: Path, bed: Size) -> Iterator[Content]:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise ContentError(f"{path} cannot be read: {error}") from error
    if S_ISDIR(mode):
        for file in _files(path):
            yield from _load_one(file, bed)
    elif not S_ISREG(mode):  # to read from a pipe may never end
        raise ContentError(f"{path} is neither a file nor a folder")
    elif path.suffix.lower() == pdfs.SUFFIX:
        yield from pdfs.sides(path)
    else:
        yield from images.sides(path, bed)


def _files(folder: Path) -> list[Path]:
    """Return what a folder gives, by name: pipes and such are passed over."""
    try:
        files = sorted(file for file in folder.iterdir() if _is_content(file))
    except OSError as error:
        raise ContentError(f"the folder {folder} cannot be read: {error}") from error
    if not files:
        raise ContentError(f"the folder {folder} has no image and no PDF in it")
    if len(files) > MOST_SHEETS:
        raise too_many(f"the folder {folder} has {len(files):,} files")
    return files


def _is_content(file: Path) -> bool:
    has_suffix = file.suffix.lower() in {*images.SUFFIXES, pdfs.SUFFIX}
    return has_suffix and (file.is_file() or file.is_dir())
