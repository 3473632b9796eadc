"""Pages are drawn in threads, and cut or spoilt where their fault says so."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from scanwright_simulators.device import (
    Capture,
    Input,
    Mode,
    ScanSettings,
    Sheet,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.faces.sane.pixels import Part, PixelCache
from scanwright_simulators.faces.sane.studio import Studio

SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)


@pytest.fixture
async def threads() -> AsyncIterator[ThreadPoolExecutor]:
    """Return a thread to draw in."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


@pytest.fixture
def capture(make_scanner: Callable[..., VirtualScanner]) -> Capture:
    """Return a page."""
    scanner = make_scanner()
    capture = scanner.next_page(scanner.start(SETTINGS))
    assert capture
    return capture


def content(parts: list[Part]) -> bytes:
    """Return the bytes of all parts."""
    return b"".join(os.pread(p.file.descriptor, p.size, 0) for p in parts)


async def test_a_page_has_all_its_bytes(
    threads: ThreadPoolExecutor, capture: Capture
) -> None:
    """The parts together are the page."""
    parts = await Studio(threads).parts(capture, None)
    assert len(content(parts)) == capture.size_bytes


async def test_a_page_may_end_in_noise(
    threads: ThreadPoolExecutor, capture: Capture
) -> None:
    """Up to that byte it is the page, from there on it is not."""
    studio = Studio(threads)
    true = content(await studio.parts(capture, None))
    spoilt = content(await studio.parts(capture, 60_001))
    assert len(spoilt) == len(true)
    assert spoilt[:60_001] == true[:60_001]
    assert spoilt[60_001:] != true[60_001:]


async def test_pages_can_be_drawn_ahead(
    threads: ThreadPoolExecutor, capture: Capture
) -> None:
    """What was drawn ahead is there without a thread."""
    pixels = PixelCache()
    Studio(threads, pixels).draw_ahead([capture])
    await asyncio.wrap_future(threads.submit(int))
    Studio(threads, pixels).draw_ahead([capture])
    page = capture.page
    assert pixels.ready(page.strips, page.view)


async def test_few_pages_are_drawn_ahead(
    threads: ThreadPoolExecutor, make_scanner: Callable[..., VirtualScanner]
) -> None:
    """Of many that wait, only the two are drawn that come next."""
    pixels, scanner = PixelCache(), make_scanner(sheets=4)
    job = scanner.start(SETTINGS)
    captures = [capture for _ in range(4) if (capture := scanner.next_page(job))]
    Studio(threads, pixels).draw_ahead(captures)
    await asyncio.wrap_future(threads.submit(int))
    pages = [capture.page for capture in captures]
    drawn = [bool(pixels.ready(page.strips, page.view)) for page in pages]
    assert drawn == [True, True, False, False]


async def test_paper_is_looked_at_in_a_thread(
    threads: ThreadPoolExecutor, make_scanner: Callable[..., VirtualScanner]
) -> None:
    """The engine will find in memory whether a file is blank."""
    scanner = make_scanner()
    lookers: list[int] = []

    class Watched(BlankSide):
        def is_blank(self) -> bool:
            lookers.append(threading.get_ident())
            return True

    scanner.load([Sheet(Watched(), Watched())])
    await Studio(threads).look(scanner, replace(SETTINGS, skip_blank=True))
    assert len(lookers) == 1
    assert lookers != [threading.get_ident()]
