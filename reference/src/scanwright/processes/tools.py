"""The work of an add-on worker: edits, measurements, files in and files out.

A port, so that a worker can be tried with work that hangs, or takes too much.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Protocol

from scanwright.protocol.edits import Analysis, Edit, Measured
from scanwright.protocol.saving import SaveOptions

if TYPE_CHECKING:
    from scanwright.imaging.files.pages import PageIn, ReadPage
    from scanwright.imaging.raster import Raster

__all__ = ["IMAGING", "NAMES", "PDF", "ImagingTools", "Tools"]

IMAGING = "imaging"
PDF = "pdf"
NAMES = (IMAGING, PDF)
"""Kinds of add-on workers: they differ in what they import ahead of need."""
HEAVY = {
    IMAGING: ("scanwright.imaging.editing",),
    PDF: ("scanwright.imaging.files.reading", "scanwright.imaging.files.writing"),
}
OPTIONAL = {IMAGING: (), PDF: ("pikepdf", "pypdfium2")}


class Tools(Protocol):
    """What a worker can do. Rasters that come in are read-only."""

    def prepare(self) -> None:
        """Import what the work needs."""
        ...

    def apply(self, raster: Raster, edit: Edit) -> Raster:
        """Return the page that the edit makes of this one."""
        ...

    def measure(self, raster: Raster, analysis: Analysis) -> Measured:
        """Return what is asked about a page."""
        ...

    def open_file(
        self, data: memoryview, *, name: str, password: str, resolution_dpi: int
    ) -> Iterator[ReadPage]:
        """Yield the pages of a file."""
        ...

    def write_file(
        self,
        pages: Iterable[PageIn],
        options: SaveOptions,
        out: BinaryIO,
        *,
        progress: Callable[[int], None],
        existing: BinaryIO | None = None,
    ) -> None:
        """Make a file of pages, each of which is asked for when its turn comes.

        `existing` is a TIFF from outside, to a copy of which the pages are appended;
        its offset is anywhere.
        """
        ...


class ImagingTools:
    """The real ones, of `scanwright.imaging`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def prepare(self) -> None:
        """Import what the work needs, and what is installed of the extras."""
        for module in HEAVY[self._name]:
            importlib.import_module(module)
        for module in OPTIONAL[self._name]:
            if importlib.util.find_spec(module):
                importlib.import_module(module)

    def apply(self, raster: Raster, edit: Edit) -> Raster:
        """Edit, by `imaging.editing`."""
        from scanwright.imaging.editing import apply

        return apply(raster, edit)

    def measure(self, raster: Raster, analysis: Analysis) -> Measured:
        """Measure, by `imaging.editing`."""
        from scanwright.imaging.editing import measure

        return measure(raster, analysis)

    def open_file(
        self, data: memoryview, *, name: str, password: str, resolution_dpi: int
    ) -> Iterator[ReadPage]:
        """Read, by `imaging.files`."""
        from scanwright.imaging.files.reading import open_file

        return open_file(
            data, name=name, password=password, resolution_dpi=resolution_dpi
        )

    def write_file(
        self,
        pages: Iterable[PageIn],
        options: SaveOptions,
        out: BinaryIO,
        *,
        progress: Callable[[int], None],
        existing: BinaryIO | None = None,
    ) -> None:
        """Write, by `imaging.files`."""
        from scanwright.imaging.files.writing import write_file

        write_file(pages, options, out, progress=progress, existing=existing)
