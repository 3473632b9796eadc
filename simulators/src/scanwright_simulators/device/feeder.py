"""The feeder: where every sheet is. Sheets are moved and never made or lost.

    load      a new pile lies in the tray
    feed      tray -> path
    pass_out  path -> output
    hold      output -> path: a sheet that had passed is caught after all
    put_back  path -> tray, on top, in order: what somebody does with a jammed sheet
    refill    path and output -> tray: the pile is complete again
    eject     everything -> removed

A pile is numbered from 1; sheets that are added to it go on counting. Every move is
told to `told`, so that the journal alone says where each sheet is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scanwright_simulators.device.content import Content

__all__ = ["Feeder", "Place", "Placed", "Sheet"]

Told = Callable[..., Any]


class Place(StrEnum):
    """Where a sheet can be."""

    TRAY = "tray"
    PATH = "path"
    OUTPUT = "output"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Paper with two sides."""

    front: Content
    back: Content


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A sheet of a pile: two of one content are still two."""

    number: int
    sheet: Sheet


class Feeder:
    """A tray, a paper path and an output tray."""

    def __init__(self, sheets: Sequence[Sheet], told: Told) -> None:
        self._told = told
        self._pile: list[Placed] = []
        self.tray: deque[Placed] = deque()
        self.path: list[Placed] = []
        self.output: list[Placed] = []
        self._load(sheets)

    @property
    def pile(self) -> tuple[Placed, ...]:
        """Every sheet that was loaded and not removed, by number."""
        return tuple(self._pile)

    def place(self, placed: Placed) -> Place:
        """Say where a sheet is."""
        for place, sheets in (
            (Place.TRAY, self.tray),
            (Place.PATH, self.path),
            (Place.OUTPUT, self.output),
        ):
            if placed in sheets:
                return place
        return Place.REMOVED

    def load(self, sheets: Sequence[Sheet], *, append: bool = False) -> None:
        """Put a new pile into the tray, or add to the one that is there."""
        if not append:
            self.eject()
        self._load(sheets)

    def feed(self) -> Placed | None:
        """Draw the top sheet into the path; None when the tray is empty."""
        if not self.tray:
            return None
        placed = self.tray.popleft()
        self.path.append(placed)
        self._tell(Place.PATH, placed)
        return placed

    def pass_out(self, placed: Placed) -> None:
        """Let a sheet leave the path on the far side."""
        self.path.remove(placed)
        self.output.append(placed)
        self._tell(Place.OUTPUT, placed)

    def hold(self, placed: Placed) -> None:
        """Catch a sheet that had passed: it is in the path again."""
        if placed in self.output:
            self.output.remove(placed)
            self.path.append(placed)
            self._tell(Place.PATH, placed)

    def put_back(self) -> None:
        """Lay what is in the path on top of the tray, in its old order."""
        for placed in sorted(self.path, key=lambda each: each.number, reverse=True):
            self.tray.appendleft(placed)
            self._tell(Place.TRAY, placed)
        self.path.clear()

    def refill(self) -> None:
        """Lay the complete pile into the tray again."""
        if not self.path and not self.output:
            return
        self.path.clear()
        self.output.clear()
        self.tray = deque(self._pile)
        self._tell_all(Place.TRAY, self._pile, "the pile lies in the tray again")

    def eject(self) -> int:
        """Take everything away; return how many sheets that were."""
        gone = self._pile
        self._pile = []
        for sheets in (self.tray, self.path, self.output):
            sheets.clear()
        self._tell_all(Place.REMOVED, gone, "taken away")
        return len(gone)

    def _load(self, sheets: Sequence[Sheet]) -> None:
        first = len(self._pile) + 1
        added = [Placed(number, sheet) for number, sheet in enumerate(sheets, first)]
        self._pile.extend(added)
        self.tray.extend(added)
        self._tell_all(Place.TRAY, added, "laid into the tray")

    def _tell(self, place: Place, placed: Placed) -> None:
        number = placed.number
        self._told(
            "sheet",
            f"sheet {number} is in the {place}",
            place=place.value,
            first=number,
            last=number,
        )

    def _tell_all(self, place: Place, sheets: Sequence[Placed], text: str) -> None:
        if not sheets:
            return
        first, last = sheets[0].number, sheets[-1].number
        which = f"sheet {first}" if first == last else f"sheets {first} to {last}"
        self._told(
            "sheet",
            f"{which}: {text}",
            place=place.value,
            first=first,
            last=last,
        )
