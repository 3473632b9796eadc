"""How much of a page is due, and when the next piece is."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_simulators.device import (
    Capture,
    Input,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.faces.escl.sending import (
    hang_up,
    reset,
    share,
    spoiled,
    until_next_slice_s,
)

ScannerMaker = Callable[..., VirtualScanner]


@pytest.fixture
def capture(make_scanner: ScannerMaker, model: Model) -> Capture:
    """Return a page that passes from second 10 to second 60."""
    mechanics = Mechanics(page_time_s=50, warm_up_s=10)
    scanner = make_scanner(of=replace(model, mechanics=mechanics))
    job = scanner.start(ScanSettings(Input.FEEDER, Mode.GRAY, 75))
    found = scanner.next_page(job)
    assert found is not None
    return found


def test_shares_are_proportional(capture: Capture) -> None:
    """Half of the pixels is half of the file, and all is all."""
    assert share(0, capture, 1000) == 0
    assert share(capture.size_bytes // 2, capture, 1000) == 500
    assert share(capture.size_bytes, capture, 999) == 999


def test_pieces_come_at_a_steady_pace(capture: Capture) -> None:
    """Nothing before the page begins, then a piece a second, and no waiting for 0."""
    assert until_next_slice_s(capture, 4) == 6
    assert until_next_slice_s(capture, 10) == pytest.approx(1)
    assert until_next_slice_s(capture, 59.5) == pytest.approx(0.5)
    assert until_next_slice_s(capture, 60) > 0


@pytest.mark.parametrize("start", [0, 10, 99, 100])
def test_spoiled_bodies_keep_their_length(start: int) -> None:
    """Up to the start all is well, after it nothing."""
    body = bytes(100)
    made = spoiled(body, start)
    assert len(made) == 100
    assert made[:start] == body[:start]
    assert 0 not in made[start:]


def test_a_connection_that_is_gone_cannot_be_cut() -> None:
    """Ending it twice does no harm."""
    reset(None)
    hang_up(None)


async def test_a_connection_is_cut_once() -> None:
    """The first cut resets it, the second finds nothing to cut."""
    ours, theirs = socket.socketpair()
    with theirs:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        reset(transport)
        ours.close()
        reset(transport)
        assert transport.is_closing()
