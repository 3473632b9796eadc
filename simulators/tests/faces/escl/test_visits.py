"""Hosts that come and go, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    JobState,
    Mode,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.faces.escl.requests import JobRequest
from scanwright_simulators.faces.escl.visits import Visits

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
DUPLEX = f"{FEEDER}<scan:Duplex>true</scan:Duplex>"
GONE = (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)


async def test_a_silent_host_loses_its_job(host: HostMaker) -> None:
    """A job that nobody asks about does not block the device for ever."""
    async with host(job_timeout_s=10) as it:
        job = await it.start(FEEDER)
        it.clock.now_s = 9
        await it.page(job)
        it.clock.now_s = 18
        assert await it.status("AdfState") == "ScannerAdfProcessing"
        it.clock.now_s = 20
        await it.start(FEEDER)
        assert (await it.page(job)).status == 410


async def test_a_silent_host_is_noticed_unasked(host: HostMaker) -> None:
    """The job ends by itself, for other faces wait for the device, too."""
    loop = asyncio.get_running_loop()
    async with host(job_timeout_s=0.05, time=loop.time) as it, asyncio.timeout(5):
        ended = asyncio.Event()
        await it.start(FEEDER)
        it.scanner.subscribe(ended.set)
        await ended.wait()
        assert it.scanner.jobs[0].state is JobState.ABORTED


async def test_a_host_that_asked_meanwhile_is_noticed_when_it_goes(
    make_scanner: ScannerMaker,
) -> None:
    """Whatever it asked last, its silence is measured from then on, and has an end."""
    loop = asyncio.get_running_loop()
    scanner = make_scanner(clock=loop.time)
    visits = Visits(scanner, timeout_s=0.05)
    settings = ScanSettings(Input.FEEDER, Mode.GRAY, 75)
    job = scanner.start(settings)
    visits.begin(job, JobRequest(settings, "image/png"))
    middle, ended = asyncio.Event(), asyncio.Event()
    loop.call_later(0.025, middle.set)
    scanner.subscribe(ended.set)
    async with asyncio.timeout(5):
        await middle.wait()
        asked_s = loop.time()
        visits.find(job.id)
        await ended.wait()
    assert job.state is JobState.ABORTED
    assert loop.time() - asked_s >= 0.05


async def test_a_host_that_hangs_up_ends_its_job(host: HostMaker) -> None:
    """When the connection breaks in mid-page the device is free for others."""
    async with host(faults=(Fault(FaultKind.STALL, 1),)) as it:
        job = await it.start(FEEDER)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await it.page(job)
        async with asyncio.timeout(5):
            while it.scanner.running:
                await it.status("State")
        assert it.scanner.jobs[0].state is JobState.ABORTED
        assert "connection ended" in it.told()[1].text


async def test_jobs_of_other_faces_are_not_ours(host: HostMaker) -> None:
    """A job that came by another way is busy here, and nobody else's to end."""
    async with host() as it:
        other = it.scanner.start(ScanSettings(Input.PLATEN, Mode.GRAY, 75))
        assert (await it.post()).status == 503
        assert (await it.delete(f"/eSCL/ScanJobs/{other.id}")).status == 404
        assert "JobInfo" not in (await it.ask("GET", "/eSCL/ScannerStatus")).text


async def test_a_reset_device_forgets_its_jobs(host: HostMaker) -> None:
    """After a reset a job of before is unknown."""
    async with host() as it:
        job = await it.start()
        it.scanner.reset()
        assert (await it.page(job)).status == 404
