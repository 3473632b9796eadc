"""eSCL scanners of the field, as the port has them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from scanwright.devices.escl import device as module
from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.escl.device import EsclDevice
from scanwright.devices.port import Cancelled
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import (
    Depth,
    PixelType,
    Region,
    ScanSettings,
    Source,
)

MakePicture = Callable[..., bytes]
WISH = ScanSettings(Source.FEEDER, Depth(PixelType.GRAY, 8), 300)


async def run(scanner: Any, sink: Any, wish: ScanSettings = WISH) -> None:
    """Open, set and scan."""

    def work() -> None:
        device = EsclDevice(scanner.address)
        device.configure(wish)
        device.scan(sink)
        device.close()

    await asyncio.to_thread(work)


async def fault(scanner: Any, sink: Any, wish: ScanSettings = WISH) -> DeviceError:
    """Scan, and return what went wrong."""
    with pytest.raises(DeviceError) as caught:
        await run(scanner, sink, wish)
    return caught.value


def _refused(_device: EsclDevice) -> None:
    raise DeviceError("no status")


def shades(sink: Any) -> list[int]:
    """The first byte of every page."""
    return [pixels[0] for _, pixels, _ in sink.pages]


async def test_feeder_is_read_to_its_end(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """Every page comes, then 404 is the end, and the job is cleaned up."""
    scanner.script.extend(picture(shade) for shade in (1, 2, 3))
    await run(scanner, sink)
    assert shades(sink) == [1, 2, 3]
    form, _, original = sink.pages[0]
    assert (form.width_px, form.height_px, form.resolution_dpi) == (8, 4, (300, 300))
    assert original is None
    assert scanner.journal[-1] == "DELETE ScanJobs/1"


async def test_a_job_is_owed_while_it_runs(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """What the scanner keeps for its host is told while there is a job, no longer."""
    scanner.script.append(picture(1))
    await run(scanner, sink)
    asked, owed, settled = sink.debts
    assert asked == "asked beside 1"
    assert owed.endswith("/ScanJobs/1")
    assert settled == ""


async def test_the_job_of_a_dead_host_is_deleted_first(scanner: Any) -> None:
    """Opening with the debt of a process that died lets the scanner go of its job."""
    path = f"{scanner.address.path}/ScanJobs/7"
    await asyncio.to_thread(EsclDevice, scanner.address, path)
    assert scanner.journal[0] == "DELETE ScanJobs/7"


@pytest.mark.parametrize(
    ("debt", "state", "is_deleted"),
    [
        ("asked beside 6 7", "Processing", True),
        ("asked beside ", "Pending", True),
        ("asked beside 1", "Processing", False),
        ("asked beside 7", "Completed", False),
    ],
)
async def test_the_job_that_a_dead_host_had_asked_for_is_deleted(
    scanner: Any,
    debt: str,
    state: str,
    is_deleted: bool,  # noqa: FBT001 - a table
) -> None:
    """It died before it knew the path; jobs of others and ended ones are left alone."""
    scanner.job_states[0] = state
    await asyncio.to_thread(EsclDevice, scanner.address, debt)
    assert ("DELETE ScanJobs/1" in scanner.journal) is is_deleted


async def test_glass_is_scanned_by_a_scanner_that_tells_no_status(
    scanner: Any, sink: Any, picture: MakePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could tell its job from those of others, so none is owed beside them."""
    scanner.script.append(picture(1))
    monkeypatch.setattr(EsclDevice, "_status", _refused)
    await run(scanner, sink, replace(WISH, source=Source.FLATBED))
    assert shades(sink) == [1]
    assert not any(debt.startswith("asked") for debt in sink.debts)


async def test_a_scanner_in_use_owes_nothing(scanner: Any, sink: Any) -> None:
    """The job that is there meanwhile is somebody else's."""
    scanner.posts.append(400)
    await fault(scanner, sink)
    assert sink.debts == ["asked beside 1", ""]


async def test_state_of_the_feeder_is_asked_before_the_job(
    scanner: Any, sink: Any
) -> None:
    """An empty feeder is a fault before there is a job."""
    scanner.adf_state = "ScannerAdfEmpty"
    assert (await fault(scanner, sink)).code is Code.FEEDER_EMPTY
    assert "POST ScanJobs" not in scanner.journal


async def test_glass_gives_one_page(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """From the flatbed comes one page, whatever the scanner would go on to give."""
    scanner.adf_state = "ScannerAdfEmpty"
    scanner.script.extend([picture(1), picture(2)])
    await run(scanner, sink, replace(WISH, source=Source.FLATBED))
    assert shades(sink) == [1]


async def test_page_limit_deletes_the_rest(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """The scanner is told to stop when there are enough pages."""
    scanner.script.extend(picture(shade) for shade in (1, 2, 3))
    await run(scanner, sink, replace(WISH, page_limit=2))
    assert shades(sink) == [1, 2]
    assert scanner.journal[-1] == "DELETE ScanJobs/1"


async def test_sides_alternate_in_duplex(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """Front and back take turns."""
    scanner.script.extend(picture(shade) for shade in (1, 2, 3, 4))
    await run(scanner, sink, replace(WISH, source=Source.DUPLEX))
    assert [form.side for form, _, _ in sink.pages] == [0, 1, 0, 1]


async def test_jpeg_is_kept_as_it_came(
    scanner: Any, sink: Any, picture: MakePicture, capabilities: Callable[..., bytes]
) -> None:
    """Without PNG the device's own JPEG goes along with its pixels."""
    scanner.capabilities = capabilities("image/jpeg")
    scanner.script.append(picture(9, "JPEG"))
    await run(scanner, sink)
    assert sink.pages[0][2] == picture(9, "JPEG")
    assert "image/jpeg" in scanner.ticket


@pytest.mark.parametrize("status", [503, 404, 410])
async def test_page_that_takes_its_time_is_waited_for(
    scanner: Any, sink: Any, picture: MakePicture, status: int
) -> None:
    """503 is "later"; so are 404 and 410 while the job is being processed."""
    scanner.job_states = type(scanner.job_states)(["Processing"] * 3 + ["Completed"])
    scanner.script.extend([status, picture(1), status, picture(2)])
    await run(scanner, sink)
    assert shades(sink) == [1, 2]


async def test_job_that_never_completes_ends_all_the_same(
    scanner: Any, sink: Any, picture: MakePicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner that forgets to complete its job does not lose its pages."""
    monkeypatch.setattr(module, "STILL_SCANNING_S", 0.2)
    scanner.job_states = type(scanner.job_states)(["Processing"])
    scanner.script.append(picture(1))
    await run(scanner, sink)
    assert shades(sink) == [1]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("ScannerAdfJam", Code.FEEDER_JAM),
        ("ScannerAdfHatchOpen", Code.COVER_OPEN),
        ("ScannerAdfMultipickDetected", Code.DOUBLE_FEED),
    ],
)
async def test_feeder_fault_in_mid_job(
    scanner: Any, sink: Any, picture: MakePicture, state: str, code: Code
) -> None:
    """Pages before a fault are delivered, and the fault has the feeder's code."""

    def jam() -> None:
        scanner.adf_state = state

    for shade, end in enumerate((404, 500, "break", "reset")):
        scanner.adf_state = "ScannerAdfLoaded"
        sink.on_alive = jam
        scanner.script.extend([picture(shade), end])
        assert (await fault(scanner, sink)).code is code
        assert shades(sink)[-1] == shade
        assert scanner.journal[-1] == "DELETE ScanJobs/1"


async def test_job_aborted_at_the_scanner(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """A job that somebody ended at the scanner is a fault, not a short scan."""
    scanner.job_states = type(scanner.job_states)(["Canceled"])
    scanner.script.append(picture(1))
    assert (await fault(scanner, sink)).code is Code.OPERATION_ERROR
    assert shades(sink) == [1]


async def test_no_page_at_all_is_a_fault(scanner: Any, sink: Any) -> None:
    """A job without a page says so, with the feeder's reason if there is one."""
    assert (await fault(scanner, sink)).code is Code.READ_ERROR

    def take_paper() -> None:
        scanner.adf_state = "ScannerAdfEmpty"

    scanner.script.append(503)
    original = scanner._next

    async def emptied(request: Any) -> Any:
        take_paper()
        return await original(request)

    scanner._next = emptied
    assert (await fault(scanner, sink)).code is Code.FEEDER_EMPTY


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (409, Code.CAPABILITY_UNSUPPORTED),
        (500, Code.OPERATION_ERROR),
        (200, Code.OPERATION_ERROR),
    ],
)
async def test_refused_job(scanner: Any, sink: Any, status: int, code: Code) -> None:
    """A job that is not made is a fault with the reason that HTTP gives."""
    scanner.posts.append(status)
    assert (await fault(scanner, sink)).code is code


async def test_busy_scanner_is_asked_again(
    scanner: Any, sink: Any, picture: MakePicture
) -> None:
    """A scanner that is busy for a moment gets the job when it is free."""
    scanner.posts.extend([503, 503])
    scanner.script.append(picture(1))
    await run(scanner, sink)
    assert shades(sink) == [1]


async def test_scanner_in_use_is_locked(
    scanner: Any, sink: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A scanner that stays busy belongs to somebody else."""
    monkeypatch.setattr(module, "BUSY_S", 0.1)
    scanner.posts.extend([503] * 9)
    assert (await fault(scanner, sink)).code is Code.SCANNER_LOCKED


@pytest.mark.parametrize(
    "location",
    [
        "/eSCL/ScanJobs/1",
        "/eSCL/ScanJobs/1/",
        "ScanJobs/1",
        "http://[fe80::1%25eth0]/eSCL/ScanJobs/1",
        "http://[fe80::/eSCL/ScanJobs/1",
        "https://0.0.0.0:443/eSCL/ScanJobs/1",
    ],
)
async def test_host_in_location_does_not_count(
    scanner: Any, sink: Any, picture: MakePicture, location: str
) -> None:
    """However wrong the host of a job is, the scanner that we know has it."""
    scanner.location = location
    scanner.script.append(picture(1))
    await run(scanner, sink)
    assert "GET ScanJobs/1/NextDocument" in scanner.journal


async def test_missing_location_is_a_refusal(scanner: Any, sink: Any) -> None:
    """A job that nobody can find is no job."""
    scanner.location = ""
    assert (await fault(scanner, sink)).code is Code.OPERATION_ERROR


@pytest.mark.parametrize(
    ("item", "codes"),
    [
        (b"garbage", {Code.READ_ERROR}),
        ("break", {Code.READ_ERROR, Code.DEVICE_OFFLINE}),
        ("reset", {Code.DEVICE_OFFLINE}),
    ],
)
async def test_broken_page(
    scanner: Any, sink: Any, picture: MakePicture, item: object, codes: set[Code]
) -> None:
    """Garbage and broken connections are faults after the good pages."""
    scanner.script.extend([picture(1), item])
    assert (await fault(scanner, sink)).code in codes
    assert shades(sink) == [1]


async def test_cancel_in_mid_page_deletes_the_job(scanner: Any, sink: Any) -> None:
    """A cancelled scan ends soon, and the scanner is told."""
    asked, hang = threading.Event(), asyncio.Event()

    async def wait(_request: object) -> None:
        asked.set()
        await hang.wait()

    scanner._next = wait

    def work() -> bool:
        device = EsclDevice(scanner.address)
        device.configure(WISH)
        scan = threading.Thread(target=_quiet_scan, args=[device, sink])
        scan.start()
        asked.wait(10)
        device.cancel()
        scan.join(10)
        return scan.is_alive()

    assert not await asyncio.to_thread(work)
    hang.set()
    assert scanner.journal[-1] == "DELETE ScanJobs/1"


async def test_cancel_while_the_job_is_made_deletes_it(scanner: Any, sink: Any) -> None:
    """A job whose address has not come yet is waited for, and then deleted."""
    posted, answer = threading.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    plain = scanner.answer

    async def hesitate(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            posted.set()
            await answer.wait()
        response: web.StreamResponse = await plain(request)
        return response

    scanner.answer = hesitate

    def work() -> bool:
        device = EsclDevice(scanner.address)
        device.configure(WISH)
        scan = threading.Thread(target=_quiet_scan, args=[device, sink])
        scan.start()
        posted.wait(10)
        device.cancel()
        loop.call_soon_threadsafe(answer.set)
        scan.join(10)
        return scan.is_alive()

    assert not await asyncio.to_thread(work)
    assert scanner.journal[-1] == "DELETE ScanJobs/1"


def _quiet_scan(device: EsclDevice, sink: Any) -> None:
    with pytest.raises(Cancelled):
        device.scan(sink)


async def test_description_tells_whether_there_is_paper(scanner: Any) -> None:
    """The feeder's sensor is in the description."""
    for state, expected in (
        ("ScannerAdfLoaded", True),
        ("ScannerAdfEmpty", False),
        ("ScannerAdfProcessing", None),
    ):
        scanner.adf_state = state
        device = await asyncio.to_thread(EsclDevice, scanner.address)
        found = await asyncio.to_thread(device.describe)
        assert found.feeder_loaded is expected


async def test_wish_is_fitted_to_the_scanner(scanner: Any) -> None:
    """The nearest resolution is taken, and a region is cut at the edge of the glass."""
    device = await asyncio.to_thread(EsclDevice, scanner.address)
    found = device.configure(
        replace(WISH, resolution_dpi=200, region=Region(200, 0, 100, 10))
    )
    assert found.resolution_dpi == 300
    assert found.region is not None
    assert found.region.width_mm == pytest.approx(15.9, abs=0.01)
    with pytest.raises(DeviceError, match="beyond"):
        device.configure(replace(WISH, region=Region(500, 0, 1, 1)))
    with pytest.raises(DeviceError, match="does not scan"):
        device.configure(replace(WISH, depth=Depth(PixelType.RGB, 16)))


async def test_scanner_without_capabilities_cannot_be_opened(scanner: Any) -> None:
    """A server that is no scanner is refused when it is opened."""
    address = EsclAddress("Other", f"http://127.0.0.1:{scanner.port}/other")
    with pytest.raises(DeviceError, match="404"):
        await asyncio.to_thread(EsclDevice, address)


async def test_scan_needs_settings(scanner: Any, sink: Any) -> None:
    """A scan without a wish is refused."""
    device = await asyncio.to_thread(EsclDevice, scanner.address)
    with pytest.raises(DeviceError, match="not configured"):
        device.scan(sink)
