"""What main and an add-on worker say to each other, beside what all workers share.

    main to worker                          worker to main
    ─────────────────────────────────────────────────────────────────────────────
    EditPage +fd    a page and a wish       Need, Page, Ended: the new page
    MeasurePage +fd a page and a question   Found       the answer
    ReadFile +fd    a file from outside     Need, Page [+fd], ..., Ended: its pages;
                                            a page's own JPEG comes as a descriptor
    WriteFile +fd   options, the file to    NextSheet   the next page, please
              [+fd] fill, and a TIFF that   Progress    so many pages are in the file
                    it is to begin with     Ended       the file is complete
    Sheet +fd [+fd] the page that was
                    asked for, and its JPEG

Every command has one last answer: `Ended`, `Found` or `Failed`. `Cancel` only hastens
it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from scanwright.protocol.edits import Analysis, Edit, Measured
from scanwright.protocol.saving import SaveOptions
from scanwright.protocol.scanning import PageFormat

__all__ = [
    "EditPage",
    "Found",
    "MeasurePage",
    "NextSheet",
    "Progress",
    "ReadFile",
    "Room",
    "Sheet",
    "WriteFile",
]


@dataclass(frozen=True, slots=True)
class Room:
    """A slot with a page in it; its descriptor comes along."""

    slot: int
    size: int
    format: PageFormat


@dataclass(frozen=True, slots=True)
class EditPage:
    """Make a new page of this one."""

    page: Room
    edit: Edit


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """Say something about this page."""

    page: Room
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Deliver the pages of a file."""

    name: str
    password: str = field(repr=False)
    resolution_dpi: int
    size: int


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Make a file of this many pages."""

    options: SaveOptions
    count: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page that `NextSheet` asked for."""

    page: Room


@dataclass(frozen=True, slots=True)
class Found:
    """What was measured."""

    measured: Measured


@dataclass(frozen=True, slots=True)
class NextSheet:
    """The page of this index is wanted; the one before is done with."""

    index: int


@dataclass(frozen=True, slots=True)
class Progress:
    """So many pages are in the file."""

    done: int
