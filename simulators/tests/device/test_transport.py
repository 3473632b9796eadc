"""The transport decides before anything moves."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_simulators.device import (
    Capture,
    Fault,
    FaultKind,
    Input,
    Job,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    Sheet,
    Size,
    View,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.faults import FaultScript
from scanwright_simulators.device.feeder import Feeder
from scanwright_simulators.device.transport import Transport
from scanwright_simulators.errors import DeviceFault, Refusal

INCH = Size(1200, 1200)
BLANK = BlankSide(INCH)


class Bench:
    """A transport by itself, with two sheets in the tray."""

    def __init__(self, source: Input, *faults: Fault) -> None:
        moving = Mechanics(transport_mm_s=25.4)
        model = Model("a", "a", INCH, tuple(Input), (100,), (Mode.GRAY,))
        self.struck: list[Fault] = []
        self.told: list[str] = []
        self.feeder = Feeder([Sheet(BLANK, BLANK)] * 2, self._tell)
        self.transport = Transport(
            Model(**{**_fields(model), "mechanics": moving}),
            self.feeder,
            FaultScript(faults, seed="x"),
            strike=self.struck.append,
            told=self._tell,
        )
        wish = ScanSettings(source, Mode.GRAY, 100)
        self.job = Job("1", "host", wish, View.of(wish, INCH), 0.0, 0.0)

    def feed(self) -> list[Capture | Refusal]:
        """Return what a feed at 10 s adds to the queue."""
        self.job.queue.clear()
        self.transport.feed(self.job, BLANK, 10.0)
        return list(self.job.queue)

    def _tell(self, what: str, text: str, **data: Any) -> None:
        del text, data
        self.told.append(what)


def _fields(model: Model) -> dict[str, Any]:
    return {name: getattr(model, name) for name in model.__dataclass_fields__}


def pages(queue: list[Capture | Refusal]) -> list[str]:
    """Return sheets and sides of the captures."""
    return [
        f"{item.page.identity.sheet}{item.page.identity.side}"
        for item in queue
        if isinstance(item, Capture)
    ]


@pytest.mark.parametrize(
    ("source", "first", "second", "third"),
    [
        (Input.PLATEN, ["0A"], [], []),
        (Input.FEEDER, ["1A"], ["2A"], []),
        (Input.DUPLEX, ["1A", "1B"], ["2A", "2B"], []),
    ],
)
def test_sources_feed_what_they_have(
    source: Input,
    first: list[str],
    second: list[str],
    third: list[str],
) -> None:
    """The glass once, the tray sheet by sheet, both sides at once; then it is dry."""
    bench = Bench(source)
    assert [pages(bench.feed()) for _ in range(3)] == [first, second, third]
    assert bench.job.is_dry


def test_both_sides_take_the_time_of_one() -> None:
    """An inch at an inch a second; the path is free after it."""
    front, back = Bench(Input.DUPLEX).feed()
    assert isinstance(front, Capture)
    assert isinstance(back, Capture)
    assert (front.begins_s, front.ready_s) == (back.begins_s, back.ready_s)
    assert front.ready_s == pytest.approx(11.0)


def test_a_fault_of_the_back_strikes_the_sheet() -> None:
    """Neither side is scanned, and the sheet is in the path."""
    bench = Bench(Input.DUPLEX, Fault(FaultKind.JAM, page=2))
    (error,) = bench.feed()
    assert isinstance(error, DeviceFault)
    assert [placed.number for placed in bench.feeder.path] == [1]
    assert bench.struck == [error.fault]
    assert bench.job.is_dry


def test_a_fault_in_the_back_leaves_the_front() -> None:
    """The front is whole, the back ends at its byte, nothing follows."""
    bench = Bench(Input.DUPLEX, Fault(FaultKind.RESET, page=2, byte=7))
    front, back = bench.feed()
    assert isinstance(front, Capture)
    assert isinstance(back, Capture)
    assert front.due is None
    assert back.limit_bytes == 7
    assert bench.job.is_dry


def test_a_discarded_page_is_explained() -> None:
    """And its number is free when a condition stopped it."""
    bench = Bench(Input.FEEDER, Fault(FaultKind.JAM, page=1, byte=7))
    (capture,) = bench.feed()
    assert isinstance(capture, Capture)
    bench.transport.discard(capture, "jam in mid-page")
    assert bench.told[-1] == "page discarded"
    assert bench.transport.serial == 0
