"""All scan workers of a service."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from scanwright.buffer.slots import SlotPool
from scanwright.devices.escl.address import EsclAddress
from scanwright.errors import DeviceError
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.scanning import (
    Depth,
    DeviceId,
    DeviceType,
    PixelType,
    Region,
    ScanSettings,
    Source,
)

pytestmark = pytest.mark.slow

DEADLINE_S = 20.0


def is_running(pid: int) -> bool:
    """Whether a process of this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def maps_a_page(pid: int) -> bool:
    """Whether a process has the memory of a page in its address space."""
    return "scanwright-page" in Path(f"/proc/{pid}/maps").read_text()


async def test_listing_leaves_a_warm_worker(workers: ScanWorkers) -> None:
    """The first job after a listing needs no new process."""
    found = await workers.list_devices(DeviceType.SANE, timeout_s=DEADLINE_S)
    assert [device.address for device in found] == ["test:0", "test:1"]
    warm = {child.pid for child, _ in workers._idle}
    worker = await workers.acquire()
    assert {worker.pid} == warm
    await worker.release()


async def test_listing_is_fresh_and_stable(
    workers: ScanWorkers, sane_config: Path
) -> None:
    """Nothing changes while nothing changes; what is added is seen."""
    first = await workers.list_devices(DeviceType.SANE, timeout_s=DEADLINE_S)
    assert await workers.list_devices(DeviceType.SANE, timeout_s=DEADLINE_S) == first
    with (sane_config / "test.conf").open("a") as file:
        file.write("number_of_devices 3\n")
    more = await workers.list_devices(DeviceType.SANE, timeout_s=DEADLINE_S)
    assert len(more) == 3


async def test_dead_network_scanner_is_left_out(
    slots: SlotPool, sane_config: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A listing goes on without it, and the log says why."""
    del sane_config
    off = EsclAddress("Off", "http://127.0.0.1:1/eSCL")
    async with ScanWorkers(slots=slots, escl=[off]) as workers:
        mask = DeviceType.SANE | DeviceType.ESCL
        found = await workers.list_devices(mask, timeout_s=DEADLINE_S)
    assert {device.type for device in found} == {DeviceType.SANE}
    assert "Off is not listed" in caplog.text


async def test_listing_that_hangs_is_an_error(workers: ScanWorkers) -> None:
    """A listing has a deadline too."""
    workers.warm()
    os.kill(workers._idle[0][0].pid, signal.SIGSTOP)
    with pytest.raises(DeviceError, match="did not answer"):
        await workers.list_devices(DeviceType.SANE, timeout_s=0.2)


async def test_dead_idle_worker_is_not_lent(workers: ScanWorkers) -> None:
    """A worker that died while it waited is replaced before anybody notices."""
    workers.warm()
    child = workers._idle[0][0]
    os.kill(child.pid, signal.SIGKILL)
    while not child.has_exited():
        pass
    worker = await workers.acquire()
    assert worker.pid != child.pid
    await worker.release()


async def test_idle_workers_are_ended(slots: SlotPool) -> None:
    """What nobody has used for a while goes."""
    now = [0.0]
    async with ScanWorkers(slots=slots, clock=lambda: now[0], idle_s=30) as workers:
        workers.warm()
        child = workers._idle[0][0]
        now[0] = 29.0
        workers._housekeep()
        assert child in workers._children
        now[0] = 30.0
        workers._housekeep()
        async with asyncio.timeout(DEADLINE_S):
            await child.died()
        assert not is_running(child.pid)


async def test_cooled_workers_are_ended(workers: ScanWorkers) -> None:
    """When nobody scans any more, idle workers end without waiting for their time."""
    workers.warm()
    workers.cool()
    async with asyncio.timeout(10):
        while workers.processes():  # noqa: ASYNC110 - nothing tells of a death
            await asyncio.sleep(0.02)


async def test_leaving_kills_and_reaps_all(slots: SlotPool, sane_config: Path) -> None:
    """No process outlives its owner, neither idle nor at work."""
    del sane_config
    async with ScanWorkers(slots=slots) as workers:
        busy = await workers.acquire()
        workers.warm()
        pids = {child.pid for child in workers._children}
        assert busy.pid in pids
        assert len(pids) == 2
    assert not any(is_running(pid) for pid in pids)


async def test_two_devices_scan_side_by_side(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """Each open device has its own process, and every page arrives once."""
    wish = ScanSettings(
        Source.FEEDER, Depth(PixelType.RGB, 8), 75, Region(0, 0, 50, 50)
    )

    async def scan(address: str) -> tuple[int, int]:
        worker = await workers.acquire()
        device = DeviceId(DeviceType.SANE, address, address)
        await worker.open(device, timeout_s=DEADLINE_S)
        await worker.configure(wish, timeout_s=DEADLINE_S)
        count = 0
        async for page in worker.scan(timeout_s=DEADLINE_S):
            slots.release(page.slot)
            count += 1
        await worker.release()
        return worker.pid, count

    one, two = await asyncio.gather(scan("test:0"), scan("test:1"))
    assert one[0] != two[0]
    assert (one[1], two[1]) == (10, 10)
    assert slots.stats().used == 0


async def test_discarded_slots_are_forgotten_by_workers(
    workers: ScanWorkers, slots: SlotPool
) -> None:
    """When the pool gives memory up, no worker's mapping keeps it."""
    worker = await workers.acquire()
    device = DeviceId(DeviceType.SANE, "test:0", "Test")
    await worker.open(device, timeout_s=DEADLINE_S)
    wish = ScanSettings(
        Source.FLATBED, Depth(PixelType.RGB, 8), 75, Region(0, 0, 99, 99)
    )
    await worker.configure(wish, timeout_s=DEADLINE_S)
    async for page in worker.scan(timeout_s=DEADLINE_S):
        slots.release(page.slot)
    assert maps_a_page(worker.pid)
    slots.close()
    async with asyncio.timeout(DEADLINE_S):
        while maps_a_page(worker.pid):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.01)
    await worker.release()
