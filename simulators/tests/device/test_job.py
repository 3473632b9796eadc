"""Pages under way: which bytes are there when."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import (
    Capture,
    Due,
    Fault,
    FaultKind,
    Identity,
    Input,
    Mode,
    Page,
    ScanSettings,
    Side,
    Size,
    View,
)

VIEW = View.of(ScanSettings(Input.FEEDER, Mode.GRAY, 100), Size(1200, 1200))
IDENTITY = Identity("a", 1, Side.FRONT, 1)


def capture(begins_s: float, ready_s: float, byte: int | None = None) -> Capture:
    """Return a page of 10,000 bytes, perhaps with a fault after some of them."""
    due = None if byte is None else Due(Fault(FaultKind.RESET), byte)
    return Capture(Page(IDENTITY, VIEW, ()), None, begins_s, ready_s, due)


@pytest.mark.parametrize(
    ("now_s", "bytes_"),
    [(0, 0), (10, 0), (10.5, 5000), (11, 10_000), (99, 10_000)],
)
def test_bytes_come_in_time(now_s: float, bytes_: int) -> None:
    """Nothing before it begins, everything when it is ready, and a share between."""
    assert capture(10, 11).available(now_s) == bytes_


def test_a_fault_caps_them() -> None:
    """Bytes behind the fault never come."""
    page = capture(10, 11, byte=2500)
    assert page.available(99) == page.limit_bytes == 2500
    assert page.limit_s == 10.25


def test_a_fault_without_a_place_caps_nothing() -> None:
    """The whole page is there: its content is what is wrong."""
    page = capture(0, 1)
    page.due = Due(Fault(FaultKind.GARBAGE))
    assert page.limit_bytes == page.size_bytes == 10_000


def test_a_page_without_time_is_there_at_once() -> None:
    """Begun and ready in the same moment."""
    assert capture(10, 10).available(10) == 10_000


@given(
    begins_s=st.floats(0, 100),
    lasts_s=st.floats(0, 100),
    byte=st.none() | st.integers(0, 20_000),
    moments=st.lists(st.floats(0, 300), min_size=2, max_size=2),
)
def test_bytes_never_go_back(
    begins_s: float,
    lasts_s: float,
    byte: int | None,
    moments: list[float],
) -> None:
    """Later means as many or more, and all that may come are there at `limit_s`."""
    page = capture(begins_s, begins_s + lasts_s, byte)
    early, late = sorted(moments)
    assert page.available(early) <= page.available(late) <= page.limit_bytes
    assert page.limit_bytes - page.available(page.limit_s + 1e-3) <= 10_000 * 1e-3
