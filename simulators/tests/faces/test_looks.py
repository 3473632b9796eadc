"""Paper is looked at in a thread, as far as it may be fed before the next look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from scanwright_simulators.device import (
    Identity,
    Input,
    Mechanics,
    Mode,
    ScanSettings,
    Sheet,
    Size,
    View,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError, SimulatorError
from scanwright_simulators.faces.looks import look_before_feeding

ScannerMaker = Callable[..., VirtualScanner]

REMOVAL = ScanSettings(Input.FEEDER, Mode.GRAY, 75, skip_blank=True)


@dataclass(slots=True)
class Watched:
    """Paper that knows which threads have looked at it."""

    is_printed: bool = False
    lookers: list[int] = field(default_factory=list)
    size: Size = BlankSide().size
    label: str = "watched"

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return nothing but white."""
        return BlankSide(self.size).strips(view, identity)

    def is_blank(self) -> bool:
        """Take note of the thread."""
        self.lookers.append(threading.get_ident())
        return not self.is_printed


class Torn(Watched):
    """Paper that cannot be looked at."""

    def is_blank(self) -> bool:
        """Fail."""
        raise ContentError("the paper is torn")


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Return a thread to look in."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


def pile(*sides: Watched) -> list[Sheet]:
    """Return a sheet for each two sides."""
    return [Sheet(*pair) for pair in zip(sides[::2], sides[1::2], strict=True)]


@pytest.mark.parametrize(
    ("ahead", "source", "looked_at"),
    [
        (0, Input.FEEDER, "10100000"),
        (1, Input.FEEDER, "10101000"),
        (0, Input.DUPLEX, "11110000"),
        (9, Input.DUPLEX, "11111111"),
    ],
)
async def test_what_may_be_fed_is_looked_at(
    make_scanner: ScannerMaker,
    threads: ThreadPoolExecutor,
    ahead: int,
    source: Input,
    looked_at: str,
) -> None:
    """Every blank page before the one that is wanted, or the last one scanned ahead."""
    sides = [Watched(is_printed=number >= 2) for number in range(8)]
    scanner = make_scanner()
    scanner.model = replace(scanner.model, mechanics=Mechanics(scan_ahead=ahead))
    scanner.load(pile(*sides))
    await look_before_feeding(scanner, replace(REMOVAL, input=source), threads)
    assert "".join(str(len(side.lookers)) for side in sides) == looked_at
    assert threading.get_ident() not in sides[0].lookers


async def test_the_glass_is_looked_at(
    make_scanner: ScannerMaker,
    threads: ThreadPoolExecutor,
) -> None:
    """From the glass the page is what lies there, and not what is in the tray."""
    scanner, glass, sheet = make_scanner(), Watched(), Watched()
    scanner.lay_on_glass(glass)
    scanner.load([Sheet(sheet, sheet)])
    settings = replace(REMOVAL, input=Input.PLATEN)
    await look_before_feeding(scanner, settings, threads)
    assert (len(glass.lookers), len(sheet.lookers)) == (1, 0)


async def test_nobody_looks_for_nothing(
    make_scanner: ScannerMaker,
    threads: ThreadPoolExecutor,
) -> None:
    """A job that wants all pages does not ask whether they are blank."""
    scanner, sheet = make_scanner(), Watched()
    scanner.load([Sheet(sheet, sheet)])
    await look_before_feeding(scanner, replace(REMOVAL, skip_blank=False), threads)
    assert sheet.lookers == []


async def test_a_look_that_fails_is_forgiven(
    make_scanner: ScannerMaker,
    threads: ThreadPoolExecutor,
) -> None:
    """What is wrong with the paper is told when it is fed."""
    scanner = make_scanner()
    scanner.load([Sheet(Torn(), Torn())])
    await look_before_feeding(scanner, REMOVAL, threads)
    with pytest.raises(SimulatorError, match="torn"):
        scanner.next_page(scanner.start(REMOVAL))
