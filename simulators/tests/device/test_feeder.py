"""The feeder moves sheets, and tells every move."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_simulators.device import Size
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.feeder import Feeder, Place, Placed, Sheet

BLANK = BlankSide(Size(1200, 1200))
SHEET = Sheet(BLANK, BLANK)


class Teller:
    """Keeps what is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int, int]] = []

    def __call__(self, what: str, text: str, **data: Any) -> None:
        """Keep where which sheets went."""
        assert what == "sheet"
        assert text
        self.said.append((data["place"], data["first"], data["last"]))


@pytest.fixture
def teller() -> Teller:
    """Return one who keeps what is told."""
    return Teller()


@pytest.fixture
def feeder(teller: Teller) -> Feeder:
    """Return a feeder with three sheets."""
    return Feeder([SHEET] * 3, teller)


def numbers(sheets: Any) -> list[int]:
    """Return the numbers of some sheets."""
    return [placed.number for placed in sheets]


def fed(feeder: Feeder) -> Placed:
    """Return the sheet that was just fed."""
    placed = feeder.feed()
    assert placed is not None
    return placed


def test_sheets_go_through(feeder: Feeder, teller: Teller) -> None:
    """From the tray through the path to the output."""
    placed = fed(feeder)
    assert feeder.place(placed) is Place.PATH
    feeder.pass_out(placed)
    assert feeder.place(placed) is Place.OUTPUT
    assert teller.said == [("tray", 1, 3), ("path", 1, 1), ("output", 1, 1)]


def test_an_empty_tray_feeds_nothing(teller: Teller) -> None:
    """None is the answer, and nothing is told."""
    assert Feeder([], teller).feed() is None
    assert teller.said == []


def test_stuck_sheets_go_back_on_top_in_order(feeder: Feeder) -> None:
    """Two in the path lie on top of the third."""
    fed(feeder)
    fed(feeder)
    feeder.put_back()
    assert numbers(feeder.tray) == [1, 2, 3]
    assert not feeder.path


def test_a_sheet_is_caught_after_it_passed(feeder: Feeder) -> None:
    """It is in the path again; one that is not in the output stays where it is."""
    placed = fed(feeder)
    feeder.pass_out(placed)
    feeder.hold(placed)
    feeder.hold(placed)
    assert feeder.path == [placed]
    assert not feeder.output


def test_refill_brings_the_whole_pile_back(feeder: Feeder, teller: Teller) -> None:
    """From wherever the sheets are; a full tray is left alone."""
    teller.said.clear()
    feeder.refill()
    assert teller.said == []
    feeder.pass_out(fed(feeder))
    fed(feeder)
    feeder.refill()
    assert numbers(feeder.tray) == [1, 2, 3]
    assert not feeder.path
    assert not feeder.output


def test_added_sheets_go_on_counting(feeder: Feeder, teller: Teller) -> None:
    """They lie below the others."""
    feeder.load([SHEET] * 2, append=True)
    assert numbers(feeder.tray) == [1, 2, 3, 4, 5]
    assert teller.said[-1] == ("tray", 4, 5)


def test_a_new_pile_takes_the_place_of_the_old(feeder: Feeder, teller: Teller) -> None:
    """The old one is gone from everywhere, and counting begins anew."""
    old = fed(feeder)
    feeder.load([SHEET])
    assert feeder.place(old) is Place.REMOVED
    assert numbers(feeder.pile) == [1]
    assert teller.said[-2:] == [("removed", 1, 3), ("tray", 1, 1)]


def test_eject_counts(feeder: Feeder) -> None:
    """Everything is taken away, once."""
    assert feeder.eject() == 3
    assert feeder.eject() == 0
