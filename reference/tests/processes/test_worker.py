"""A worker on loan, with SANE's real test devices."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Event, Thread

import pytest
from PIL import Image

from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import Ended, Need, Page
from scanwright.processes.workers import ScanWorker, ScanWorkers
from scanwright.protocol.scanning import (
    Depth,
    DeviceId,
    DeviceType,
    PageFormat,
    PixelType,
    Region,
    ScanSettings,
    Source,
)

pytestmark = pytest.mark.slow

DEVICE = DeviceId(DeviceType.SANE, "test:0", "Test")
GRAY = Depth(PixelType.GRAY, 8)
STAMP = ScanSettings(Source.FEEDER, GRAY, 75, Region(0, 0, 20, 30))
LARGE = ScanSettings(Source.FEEDER, Depth(PixelType.RGB, 8), 300, None)
DEADLINE_S = 20.0


async def ready(workers: ScanWorkers, wish: ScanSettings = STAMP) -> ScanWorker:
    """A worker with an open device that is set."""
    worker = await workers.acquire()
    await worker.open(DEVICE, timeout_s=DEADLINE_S)
    await worker.configure(wish, timeout_s=DEADLINE_S)
    return worker


async def pages_of(worker: ScanWorker, slots: SlotPool) -> int:
    """Scan and give every page's memory back; return how many there were."""
    count = 0
    async for page in worker.scan(timeout_s=DEADLINE_S):
        slots.release(page.slot)
        count += 1
    return count


async def signalled(
    worker: ScanWorker, slots: SlotPool, how: signal.Signals, *, timeout_s: float
) -> DeviceError:
    """Send a signal with every page that comes; return the fault that follows."""
    try:
        async for page in worker.scan(timeout_s=timeout_s):
            slots.release(page.slot)
            with suppress(ProcessLookupError):
                os.kill(worker.pid, how)
    except DeviceError as error:
        return error
    raise AssertionError("the scan ended well")


def adjust(sane_config: Path, line: str) -> None:
    """Add to the configuration of devices that are opened from now on."""
    with (sane_config / "test.conf").open("a") as file:
        file.write(f"{line}\n")


async def test_feeder_is_scanned_to_its_end(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Ten pages come through shared memory, and the scan ends."""
    worker = await ready(workers)
    shapes = []
    async for page in worker.scan(timeout_s=DEADLINE_S):
        assert len(page.pixels) == page.format.size_bytes
        shapes.append((page.format.width_px, page.format.height_px, page.original))
        slots.release(page.slot)
    assert len(shapes) == 10
    assert len(set(shapes)) == 1
    await worker.release()
    assert slots.stats().used == 0


async def test_worker_stays_warm_after_a_good_job(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """The next job gets the same process, and the memory of the last one."""
    pids = []
    for _ in range(2):
        worker = await ready(workers, replace(STAMP, page_limit=2))
        pids.append(worker.pid)
        assert await pages_of(worker, slots) == 2
        await worker.release()
    assert pids[0] == pids[1]
    assert slots.stats().made <= 2


async def test_device_can_be_scanned_again_without_reopening(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """A second scan with other settings is one more call."""
    worker = await ready(workers, replace(STAMP, page_limit=1))
    assert await pages_of(worker, slots) == 1
    await worker.configure(replace(STAMP, page_limit=3), timeout_s=DEADLINE_S)
    assert await pages_of(worker, slots) == 3
    await worker.release()


async def test_failed_open_discards_the_worker(workers: ScanWorkers) -> None:
    """After a fault the process is not used again."""
    worker = await workers.acquire()
    nowhere = DeviceId(DeviceType.SANE, "test:77", "Nowhere")
    with pytest.raises(DeviceError) as caught:
        await worker.open(nowhere, timeout_s=DEADLINE_S)
    assert caught.value.code is Code.SOURCE_NOT_FOUND
    await worker.release()
    await worker.release()
    another = await workers.acquire()
    assert another.pid != worker.pid
    await another.release()


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("SANE_STATUS_JAMMED", Code.FEEDER_JAM),
        ("SANE_STATUS_COVER_OPEN", Code.COVER_OPEN),
        ("SANE_STATUS_NO_MEM", Code.OUT_OF_MEMORY),
    ],
)
async def test_fault_of_the_device_keeps_its_code(
    workers: ScanWorkers, sane_config: Path, slots: SlotPool, status: str, code: Code
) -> None:
    """The status of a driver arrives as the code of a fault."""
    adjust(sane_config, f'read-status-code "{status}"')
    worker = await ready(workers)
    with pytest.raises(DeviceError) as caught:
        await pages_of(worker, slots)
    assert caught.value.code is code
    await worker.release()
    assert slots.stats().used == 0


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
async def test_crash_is_a_fault_and_nothing_else(
    workers: ScanWorkers, slots: SlotPool, how: signal.Signals
) -> None:
    """A worker that dies in mid-scan costs its job, and the next one has a new one."""
    worker = await ready(workers, LARGE)
    fault = await signalled(worker, slots, how, timeout_s=DEADLINE_S)
    assert f"of Test died ({how.name})" in fault.message
    assert fault.code is Code.GENERAL_FAILURE
    await worker.release()
    assert slots.stats().used == 0
    healthy = await ready(workers, replace(STAMP, page_limit=1))
    assert await pages_of(healthy, slots) == 1
    await healthy.release()


async def test_silent_worker_is_given_up_and_killed(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Silence beyond the deadline is a fault, and the process is gone after it."""
    worker = await ready(workers, LARGE)
    fault = await signalled(worker, slots, signal.SIGSTOP, timeout_s=0.3)
    assert "did not answer for 0.3 s" in fault.message
    assert fault.code is Code.DEVICE_OFFLINE
    async with asyncio.timeout(DEADLINE_S):
        await worker.release()
    with pytest.raises(ProcessLookupError):
        os.kill(worker.pid, 0)
    assert slots.stats().used == 0


async def test_silent_open_is_given_up(workers: ScanWorkers) -> None:
    """A driver that hangs in open is killed at the deadline."""
    worker = await workers.acquire()
    os.kill(worker.pid, signal.SIGSTOP)
    with pytest.raises(DeviceError) as caught:
        await worker.open(DEVICE, timeout_s=0.2)
    assert caught.value.code is Code.DEVICE_OFFLINE
    await worker.release()


async def test_slow_device_is_not_silent(
    workers: ScanWorkers, slots: SlotPool, sane_config: Path
) -> None:
    """A page that takes longer than the deadline is fine while data keeps coming."""
    adjust(sane_config, "read-delay true")
    adjust(sane_config, "read-delay-duration 30000")
    wish = replace(LARGE, resolution_dpi=150, page_limit=1)
    worker = await ready(workers, wish)
    begun = asyncio.get_running_loop().time()
    async for page in worker.scan(timeout_s=1.0):
        slots.release(page.slot)
    assert asyncio.get_running_loop().time() - begun > 1.0
    await worker.release()


async def test_release_in_mid_scan_is_quick_and_keeps_the_worker(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """A cancelled scan leaves a healthy worker, and none of its pages."""
    worker = await ready(workers, LARGE)
    async for page in worker.scan(timeout_s=DEADLINE_S):
        slots.release(page.slot)
        break
    async with asyncio.timeout(3):
        await worker.release()
    assert slots.stats().used == 0
    again = await ready(workers, replace(STAMP, page_limit=1))
    assert again.pid == worker.pid
    assert await pages_of(again, slots) == 1
    await again.release()


async def test_grant_does_not_follow_a_release(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Room that the cancelled scan asked for too late is not given to the next one."""
    worker = await ready(workers)
    worker._is_released = True
    worker._receive(Need(100), None)
    assert slots.stats().used == 0
    worker._is_released = False
    await worker.release()


async def test_page_in_the_wrong_room_is_a_fault(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """A worker that mixes up its pages loses its job, and no page silently."""
    worker = await ready(workers)
    form = PageFormat(1, 1, GRAY, (75, 75), Source.FEEDER)
    worker._receive(Page(77, form), None)
    worker._receive(Ended(), None)
    with pytest.raises(DeviceError, match="mixed up"):
        await pages_of(worker, slots)
    await worker.release()


async def test_cancelled_consumer_is_a_normal_path(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Cancelling the task that reads pages, then releasing, leaves nothing behind."""
    worker = await ready(workers, LARGE)
    got_one = asyncio.Event()

    async def consume() -> None:
        async for page in worker.scan(timeout_s=DEADLINE_S):
            slots.release(page.slot)
            got_one.set()

    async with asyncio.TaskGroup() as group:
        task = group.create_task(consume())
        await got_one.wait()
        task.cancel()
    await worker.release()
    assert slots.stats().used == 0


async def test_cancelled_release_kills(workers: ScanWorkers, slots: SlotPool) -> None:
    """Who has no time for a release leaves a dead worker, and no memory behind."""
    worker = await ready(workers, LARGE)
    async for page in worker.scan(timeout_s=DEADLINE_S):
        slots.release(page.slot)
        break
    async with asyncio.TaskGroup() as group:
        task = group.create_task(worker.release())
        await asyncio.sleep(0)
        task.cancel()
    async with asyncio.timeout(DEADLINE_S):
        await worker._child.died()
    assert slots.stats().used == 0


async def test_scanner_runs_ahead_only_so_far(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Pages that nobody takes stop the scanner, and none is lost by that."""
    worker = await ready(workers)
    taken: list[ScannedPage] = []
    most = 0
    async for page in worker.scan(timeout_s=DEADLINE_S):
        taken.append(page)
        for _ in range(20):
            await asyncio.sleep(0.005)
        most = max(most, slots.stats().used - len(taken))
    assert len(taken) == 10
    assert most <= 5
    for page in taken:
        slots.release(page.slot)
    await worker.release()


async def test_scan_waits_while_the_flow_is_held(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """While there is no room the scanner waits, without being called silent."""
    worker = await ready(workers, replace(STAMP, page_limit=2))
    slots.hold("test")
    loop = asyncio.get_running_loop()
    loop.call_later(0.5, slots.resume, "test")
    count = 0
    async for page in worker.scan(timeout_s=0.3):
        slots.release(page.slot)
        count += 1
    assert count == 2
    await worker.release()


async def test_calls_out_of_sequence_are_refused(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """One thing at a time, and nothing after the release."""
    worker = await ready(workers, LARGE)
    async for page in worker.scan(timeout_s=DEADLINE_S):
        slots.release(page.slot)
        with pytest.raises(DeviceError, match="not free"):
            await worker.configure(STAMP, timeout_s=DEADLINE_S)
        break
    await worker.release()
    with pytest.raises(DeviceError, match="not free"):
        await worker.open(DEVICE, timeout_s=DEADLINE_S)


async def test_what_a_dead_worker_owed_is_settled_by_the_next(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """A job that a killed worker left at the scanner is deleted at the next opening."""
    asked: list[str] = []

    class Keeping(OneJpeg):
        """Keeps a job for its host until it is deleted; its page never comes."""

        def do_GET(self) -> None:
            if "NextDocument" in self.path:
                asked.append("page")
                held.wait(DEADLINE_S)
            super().do_GET()

        def do_DELETE(self) -> None:
            asked.append(f"DELETE {self.path}")
            super().do_DELETE()

    held = Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keeping)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/eSCL"
        device = DeviceId(DeviceType.ESCL, url, "One")
        worker = await workers.acquire()
        await worker.open(device, timeout_s=DEADLINE_S)
        wish = ScanSettings(Source.FLATBED, GRAY, 100)
        await worker.configure(wish, timeout_s=DEADLINE_S)
        async with asyncio.TaskGroup() as tasks:
            scan = tasks.create_task(_faulted(worker, slots))
            async with asyncio.timeout(DEADLINE_S):
                while "page" not in asked:  # noqa: ASYNC110 - seen by the scanner
                    await asyncio.sleep(0.01)
            os.kill(worker.pid, signal.SIGKILL)
        assert scan.result() is Code.GENERAL_FAILURE
        await worker.release()
        assert not any(line.startswith("DELETE") for line in asked)
        again = await workers.acquire()
        await again.open(device, timeout_s=DEADLINE_S)
        assert asked[-1].startswith("DELETE /eSCL/ScanJobs/")
        await again.release()
    finally:
        held.set()
        await asyncio.to_thread(server.shutdown)
        thread.join()
        server.server_close()


async def _faulted(worker: ScanWorker, slots: SlotPool) -> Code | int:
    """Scan, and return the code of the fault that ends it."""
    try:
        await pages_of(worker, slots)
    except DeviceError as error:
        return error.code
    raise AssertionError("the scan ended well")


async def test_own_jpeg_of_a_network_scanner_comes_along(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """The device's file arrives beside its pixels, however large it is."""
    server = HTTPServer(("127.0.0.1", 0), OneJpeg)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        worker = await workers.acquire()
        url = f"http://127.0.0.1:{server.server_port}/eSCL"
        device = DeviceId(DeviceType.ESCL, url, "One")
        await worker.open(device, timeout_s=DEADLINE_S)
        wish = ScanSettings(Source.FLATBED, GRAY, 100)
        await worker.configure(wish, timeout_s=DEADLINE_S)
        async for page in worker.scan(timeout_s=DEADLINE_S):
            assert page.original == JPEG
            assert len(page.pixels) == 1000 * 1000
            slots.release(page.slot)
        await worker.release()
    finally:
        await asyncio.to_thread(server.shutdown)
        thread.join()
        server.server_close()


def noise() -> bytes:
    """A JPEG that is larger than a packet."""
    out = BytesIO()
    Image.effect_noise((1000, 1000), 90).save(out, "JPEG", quality=95)
    return out.getvalue()


JPEG = noise()
CAPABILITIES = b"""<ScannerCapabilities><PlatenInputCaps><MaxWidth>3000</MaxWidth>
<MaxHeight>3000</MaxHeight><SettingProfile><ColorMode>Grayscale8</ColorMode>
<DocumentFormat>image/jpeg</DocumentFormat><DiscreteResolution>
<XResolution>100</XResolution><YResolution>100</YResolution></DiscreteResolution>
</SettingProfile></PlatenInputCaps></ScannerCapabilities>"""


class OneJpeg(BaseHTTPRequestHandler):
    """The smallest network scanner: a glass, and one picture."""

    def do_GET(self) -> None:
        """Answer with what is asked for."""
        name = self.path.rpartition("/")[2]
        answers = {"ScannerCapabilities": CAPABILITIES, "NextDocument": JPEG}
        self._answer(200, answers.get(name, b"<ScannerStatus/>"))

    def do_POST(self) -> None:
        """Make a job."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(201, b"")

    def do_DELETE(self) -> None:
        """Forget the job."""
        self._answer(200, b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Say nothing."""

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Location", "/eSCL/ScanJobs/1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
