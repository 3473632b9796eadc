"""Calls that scan: pages come into the buffer, and the scanner is let go of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from scanwright.errors import (
    Code,
    DeviceError,
    InvalidParameter,
    OutOfSequence,
    ScannerLocked,
)
from scanwright.protocol.requests import JobRequest, device_to_string
from scanwright.protocol.scanning import DeviceId, DeviceType
from scanwright.sessions.run import CallFailed

Desk = Any
FEEDER = device_to_string(DeviceId(DeviceType.ESCL, "memory:1", "Feeder"))


async def _until(is_so: Callable[[], object]) -> None:
    """Let others run until it is so."""
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - nothing tells of these, by design
            await asyncio.sleep(0)


async def _settled(desk: Desk) -> None:
    """Wait until the jobs have let go of every scanner."""
    await _until(lambda: not desk.session.services.jobs._holders)


async def test_scanners_are_listed(desk: Desk) -> None:
    """All scanners are listed, network scanners too, or those of a mask."""
    names = [s["name"] for s in (await desk.call("scanner.list"))["scanners"]]
    assert names == ["Glass", "Feeder"]
    (one,) = (await desk.call("scanner.list", types=0x200))["scanners"]
    assert one["device"] == FEEDER


async def test_an_open_scanner_says_what_it_can(desk: Desk) -> None:
    """Opening tells sources, sizes and depths, and locks the scanner for others."""
    opened = await desk.call("scanner.open", device=FEEDER)
    assert opened["description"]["inputs"][0]["source"] == "feeder"
    assert opened["settings"]["source"] == "feeder"
    device = DeviceId(DeviceType.ESCL, "memory:1", "Feeder")
    with pytest.raises(ScannerLocked):
        await desk.session.services.jobs.create(JobRequest(device=device), None)
    await desk.call("scanner.close")
    await _settled(desk)


async def test_a_scan_fills_the_buffer(desk: Desk, scanners: Any) -> None:
    """Pages come in their order, each told at once, and are counted."""
    scanners.pages = 3
    result = await desk.call("scan.start", device=FEEDER, tag="scan")
    assert await desk.shades() == [1, 2, 3]
    assert list(desk.session.album.document.images) == result["images"]
    assert [told["done"] for told in desk.told("progress")] == [1, 2, 3]
    assert [e["action"] for e in desk.told("buffer.changed")] == ["add"] * 3
    await _settled(desk)
    assert not scanners.in_use


async def test_pages_of_a_scan_are_the_sessions_own(desk: Desk, scanners: Any) -> None:
    """They are sealed with its key, so they are noise with its end."""
    scanners.pages = 3
    await desk.call("scan.start", device=FEEDER)
    usage = desk.session.store.usage()
    assert set(usage) == {desk.session.key}
    assert usage[desk.session.key].memory_bytes == desk.session.store.stats().hot_bytes
    await _settled(desk)


async def test_a_scan_uses_the_scanner_that_is_open(desk: Desk, scanners: Any) -> None:
    """A scanner that the page has opened is set anew and scans."""
    await desk.call("scanner.open", device=FEEDER)
    await desk.call("scan.start", settings={"pageLimit": 1, "resolutionDpi": 50})
    assert await desk.shades() == [1]
    await _settled(desk)
    assert not scanners.in_use


@pytest.mark.parametrize("calls", [["open"], ["open", "close"], ["open", "open"]])
async def test_a_scan_waits_for_what_is_asked_of_its_scanner(
    desk: Desk, scanners: Any, calls: list[str]
) -> None:
    """A session is not kept from a scanner that it is opening or closing itself."""
    async with asyncio.TaskGroup() as tasks:
        for name in calls:
            params = {"device": FEEDER} if name == "open" else {}
            tasks.create_task(desk.call(f"scanner.{name}", **params))
        tasks.create_task(desk.call("scan.start", device=FEEDER))
    assert await desk.shades() == [1, 2]
    await _settled(desk)
    assert not scanners.in_use


async def test_pages_come_at_their_place(desk: Desk) -> None:
    """Pages of a scan come one behind the other at the place that was asked for."""
    await desk.add(2, shade=9)
    await desk.call("scan.start", device=FEEDER, at=1)
    assert await desk.shades() == [9, 1, 2, 9]


async def test_scans_before_the_current_image_keep_their_order(
    desk: Desk, scanners: Any
) -> None:
    """Two scans in a row that come by option stand one behind the other."""
    await desk.add(2, shade=9)
    await desk.call("buffer.options", insert="before-current")
    scanners.pages = 3
    await desk.call("scan.start", device=FEEDER)
    scanners.pages = 2
    await desk.call("scan.start", device=FEEDER)
    assert await desk.shades() == [9, 1, 2, 3, 1, 2, 9]


async def test_a_scan_stays_in_its_document(desk: Desk, scanners: Any) -> None:
    """Opening another document while a scan goes on does not split it."""
    first = desk.session.album.open_id
    made = await desk.call("document.create", name="Other")
    scanners.next_page = asyncio.Semaphore(1)
    async with asyncio.TaskGroup() as tasks:
        scan = tasks.create_task(desk.call("scan.start", device=FEEDER))
        await _until(lambda: desk.told("progress"))
        await desk.call("document.open", **made)
        scanners.next_page.release()
        scanners.next_page.release()
    assert await desk.shades() == []
    await desk.call("document.open", document=first)
    assert await desk.shades() == [1, 2]
    assert scan.result()["images"] == list(desk.session.album.document.images)


async def test_one_undo_takes_a_scan_back(desk: Desk) -> None:
    """All pages of a scan are one step."""
    await desk.call("scan.start", device=FEEDER)
    await desk.call("buffer.undo")
    assert await desk.shades() == []


async def test_a_fault_keeps_the_pages_before_it(
    desk: Desk, scanners: Any, jam: DeviceError
) -> None:
    """A jam fails the call with its code; the pages that came are named and stay."""
    scanners.fault = jam
    with pytest.raises(CallFailed) as caught:
        await desk.call("scan.start", device=FEEDER)
    assert caught.value.code == Code.FEEDER_JAM
    assert caught.value.data["images"] == list(desk.session.album.document.images)
    assert await desk.shades() == [1, 2]


async def test_a_scanner_that_cannot_be_opened(
    desk: Desk, scanners: Any, jam: DeviceError
) -> None:
    """A scanner that fails to open is the call's error, and is not held."""
    scanners.open_fault = jam
    with pytest.raises(Exception, match="jam") as caught:
        await desk.call("scanner.open", device=FEEDER)
    assert getattr(caught.value, "code", None) == Code.FEEDER_JAM
    assert desk.session.job is None
    await _settled(desk)


async def test_a_cancelled_scan_keeps_its_pages(desk: Desk, scanners: Any) -> None:
    """Cancelling ends the scan, frees the scanner, and keeps what came."""
    scanners.next_page = asyncio.Semaphore(1)
    async with asyncio.TaskGroup() as tasks:
        scan = tasks.create_task(desk.call("scan.start", device=FEEDER))
        await _until(lambda: desk.told("progress"))
        scan.cancel()
    assert await desk.shades() == [1]
    await _settled(desk)
    assert not scanners.in_use


async def test_one_scan_at_a_time(desk: Desk, scanners: Any) -> None:
    """A second scan of the same session is refused while the first goes on."""
    scanners.next_page = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as tasks:
        scan = tasks.create_task(desk.call("scan.start", device=FEEDER))
        await _until(lambda: scanners.in_use)
        with pytest.raises(OutOfSequence):
            await desk.call("scan.start", device=FEEDER)
        scan.cancel()
    await _settled(desk)


async def test_blank_pages_are_left_out(desk: Desk, scanners: Any) -> None:
    """Blank pages are dropped on the way where that is wished, and counted."""
    scanners.pages = 2
    result = await desk.call("scan.start", device=FEEDER, discardBlank=True)
    # Pages of one shade have no marks on them.
    assert result == {"images": [], "discarded": 2}


async def test_pages_are_straightened_on_the_way(desk: Desk) -> None:
    """Pages are edited before they come into the buffer, and nothing leaks."""
    await desk.call("scan.start", device=FEEDER, deskew=True, autoBorder=True)
    assert len(desk.session.album.images) == 2


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"source": "flatbed"}, "settings.source"),
        ({"pixelType": "bw"}, "settings.pixelType"),
        ({"resolutionDpi": 5000}, "settings.resolutionDpi"),
    ],
)
async def test_what_the_scanner_lacks_is_named(
    desk: Desk, settings: dict[str, object], named: str
) -> None:
    """A wish that the scanner cannot fulfil is refused by the member's name."""
    with pytest.raises(InvalidParameter, match=named):
        await desk.call("scan.start", device=FEEDER, settings=settings)
    await _settled(desk)


async def test_a_device_string_of_nobody(desk: Desk) -> None:
    """A device that no listing gave out is refused."""
    with pytest.raises(InvalidParameter, match="device"):
        await desk.call("scanner.open", device="nonsense")


async def test_the_end_of_the_session_frees_the_scanner(
    desk: Desk, scanners: Any
) -> None:
    """A session that ends lets go of the scanner that it held."""
    assert not desk.session.has_held_job
    await desk.call("scanner.open", device=FEEDER)
    assert desk.session.has_held_job
    desk.session.end()
    await _settled(desk)
    assert not scanners.in_use
