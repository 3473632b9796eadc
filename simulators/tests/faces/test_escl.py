"""The eSCL face answers as its state table says, over real HTTP."""

from __future__ import annotations

import asyncio
import io
import socket
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Identity,
    JobState,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.faces.escl import EsclFace, Pace, served
from scanwright_simulators.formats import FORMATS, PageEncoder

ScannerMaker = Callable[..., VirtualScanner]

SPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
RESOLUTION = "<scan:XResolution>75</scan:XResolution>"
GRAY = "<scan:ColorMode>Grayscale8</scan:ColorMode>"
FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
PNG = "<pwg:DocumentFormat>image/png</pwg:DocumentFormat>"


@dataclass(slots=True)
class Clock:
    """A clock that tests set."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s


@dataclass(frozen=True, slots=True)
class Host:
    """A host that talks eSCL to one device."""

    session: aiohttp.ClientSession
    scanner: VirtualScanner
    clock: Clock

    async def ask(
        self,
        method: str,
        path: str,
        body: str | bytes = b"",
    ) -> tuple[int, bytes]:
        """Return status and body of the answer."""
        async with self.session.request(method, path, data=body) as answer:
            return answer.status, await answer.read()

    async def start(self, *inside: str) -> str:
        """Start a job; return its path."""
        settings = "".join((RESOLUTION, GRAY, PNG, *inside))
        document = f"<scan:ScanSettings {SPACES}>{settings}</scan:ScanSettings>"
        async with self.session.post("/eSCL/ScanJobs", data=document) as answer:
            assert answer.status == 201, await answer.text()
            location: str = answer.headers["Location"]
        return "/eSCL/" + location.split("/eSCL/")[1]

    async def page(self, job: str) -> tuple[int, bytes]:
        """Return the answer to NextDocument."""
        return await self.ask("GET", f"{job}/NextDocument")

    async def adf_state(self) -> str:
        """Return the feeder's state as the status tells it."""
        _, body = await self.ask("GET", "/eSCL/ScannerStatus")
        return body.decode().partition("AdfState>")[2].partition("<")[0]


HostMaker = Callable[..., AbstractAsyncContextManager[Host]]


@pytest.fixture
def host(make_scanner: ScannerMaker) -> HostMaker:
    """Return a maker of a device together with a host that talks to it."""

    @asynccontextmanager
    async def make(
        pace: Pace | None = None,
        **scanner_options: object,
    ) -> AsyncIterator[Host]:
        """Serve a device and yield a host."""
        scanner, clock = make_scanner(**scanner_options), Clock()
        with ThreadPoolExecutor(2) as threads, socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            face = EsclFace(
                scanner,
                formats=FORMATS,
                encoder=PageEncoder(),
                threads=threads,
                clock=clock,
                pace=pace,
            )
            base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            async with served(face, listener), aiohttp.ClientSession(base) as session:
                yield Host(session, scanner, clock)

    return make


def identity_of(body: bytes) -> Identity | None:
    """Return who the page in `body` is."""
    with Image.open(io.BytesIO(body)) as image:
        return read_identity(image)


async def test_a_glass_job_from_start_to_end(host: HostMaker) -> None:
    """A job is created, gives its page, says 404 at the end, and can be deleted."""
    async with host() as it:
        job = await it.start()
        status, body = await it.page(job)
        assert status == 200
        assert str(identity_of(body)) == "SW1:virtual-office:0:A:1"
        assert (await it.page(job))[0] == 404
        assert (await it.ask("DELETE", job))[0] == 200


@pytest.mark.slow
async def test_a_feeder_job_gives_every_sheet(host: HostMaker) -> None:
    """All sheets arrive in order, on both sides where asked for."""
    async with host(sheets=2) as it:
        job = await it.start(FEEDER, "<scan:Duplex>true</scan:Duplex>")
        assert await it.adf_state() == "ScannerAdfProcessing"
        seen = []
        while (answer := await it.page(job))[0] == 200:
            seen.append(identity_of(answer[1]))
        assert [f"{i.sheet}{i.side}" for i in seen if i] == ["1A", "1B", "2A", "2B"]
        assert await it.adf_state() == "ScannerAdfLoaded"


@pytest.mark.parametrize("mime", FORMATS)
async def test_pages_come_in_the_type_asked_for(host: HostMaker, mime: str) -> None:
    """The page has the type that the job asked for."""
    async with host() as it:
        wish = f"<scan:DocumentFormatExt>{mime}</scan:DocumentFormatExt>"
        job = await it.start(wish)
        async with it.session.get(f"{job}/NextDocument") as answer:
            assert answer.content_type == mime
            assert answer.content_length == len(await answer.read())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", 400),
        (b"not xml", 400),
        (b"<x/>", 400),
        (f"<scan:ScanSettings {SPACES}><scan:XResolution>x</scan:XResolution>", 400),
        (b" " * 70_000, 413),
    ],
)
async def test_broken_requests_are_told_so(
    host: HostMaker,
    body: str | bytes,
    expected: int,
) -> None:
    """What is no ScanSettings is 400, what is far too long is 413."""
    async with host() as it:
        status, reason = await it.ask("POST", "/eSCL/ScanJobs", body)
        assert status == expected
        assert reason


@pytest.mark.parametrize(
    "inside",
    [
        "<scan:XResolution>99999</scan:XResolution>",
        "<pwg:InputSource>Camera</pwg:InputSource>",
        "<scan:ColorMode>Pink</scan:ColorMode>",
        "<pwg:ScanRegion><pwg:Width>9999</pwg:Width></pwg:ScanRegion>",
    ],
)
async def test_unknown_settings_are_a_conflict(host: HostMaker, inside: str) -> None:
    """What the device does not have is 409, and no job begins."""
    async with host() as it:
        document = f"<scan:ScanSettings {SPACES}>{inside}</scan:ScanSettings>"
        assert (await it.ask("POST", "/eSCL/ScanJobs", document))[0] == 409
        assert it.scanner.running is None


async def test_an_empty_feeder_is_a_conflict(host: HostMaker) -> None:
    """Without paper a feeder job is 409, and the status says why."""
    async with host(sheets=0) as it:
        document = f"<scan:ScanSettings {SPACES}>{FEEDER}</scan:ScanSettings>"
        assert (await it.ask("POST", "/eSCL/ScanJobs", document))[0] == 409
        assert await it.adf_state() == "ScannerAdfEmpty"


async def test_a_busy_device_asks_to_come_back(host: HostMaker) -> None:
    """A second job is 503 with Retry-After while the first runs."""
    async with host() as it:
        job = await it.start()
        document = f"<scan:ScanSettings {SPACES}/>"
        async with it.session.post("/eSCL/ScanJobs", data=document) as answer:
            assert answer.status == 503
            assert answer.headers["Retry-After"]
        await it.ask("DELETE", job)
        await it.start()


@pytest.mark.parametrize("what", ["NextDocument", "ScanImageInfo"])
async def test_unknown_jobs_are_not_found(host: HostMaker, what: str) -> None:
    """A job that never was is 404."""
    async with host() as it:
        assert (await it.ask("GET", f"/eSCL/ScanJobs/nobody/{what}"))[0] == 404
        assert (await it.ask("DELETE", "/eSCL/ScanJobs/nobody"))[0] == 404


async def test_a_deleted_job_is_gone(host: HostMaker) -> None:
    """After DELETE in mid-job the next page is 410, and DELETE again is fine."""
    async with host() as it:
        job = await it.start(FEEDER)
        await it.page(job)
        assert (await it.ask("DELETE", job))[0] == 200
        assert (await it.page(job))[0] == 410
        assert (await it.ask("DELETE", job))[0] == 200


async def test_a_fault_keeps_the_pages_before_it(host: HostMaker) -> None:
    """A jam at page 2: page 1 arrives, then 409, the status says jam until DELETE."""
    async with host(faults=(Fault(FaultKind.JAM, 2),)) as it:
        job = await it.start(FEEDER)
        assert (await it.page(job))[0] == 200
        assert (await it.page(job))[0] == 409
        assert await it.adf_state() == "ScannerAdfJam"
        await it.ask("DELETE", job)
        assert await it.adf_state() == "ScannerAdfLoaded"


async def test_image_info_is_there(host: HostMaker) -> None:
    """ScanImageInfo tells the size of a job's pages."""
    async with host() as it:
        job = await it.start()
        status, body = await it.ask("GET", f"{job}/ScanImageInfo")
        assert status == 200
        assert b">620<" in body


async def test_capabilities_are_there(host: HostMaker) -> None:
    """ScannerCapabilities answers at any time."""
    async with host() as it:
        status, body = await it.ask("GET", "/eSCL/ScannerCapabilities")
        assert status == 200
        assert b"AdfDuplexInputCaps" in body


async def test_a_silent_host_loses_its_job(host: HostMaker) -> None:
    """A job that nobody asks about does not block the device for ever."""
    async with host(Pace(job_timeout_s=10)) as it:
        job = await it.start(FEEDER)
        it.clock.now_s = 9
        await it.page(job)
        it.clock.now_s = 18
        assert await it.adf_state() == "ScannerAdfProcessing"
        it.clock.now_s = 20
        await it.start(FEEDER)
        assert (await it.page(job))[0] == 410


async def test_a_stalled_page_never_comes(host: HostMaker) -> None:
    """A stalling device holds the request until the job is deleted."""
    async with host(Pace(stall_at_page=2)) as it, asyncio.TaskGroup() as tasks:
        job = await it.start(FEEDER)
        assert (await it.page(job))[0] == 200
        waiting = tasks.create_task(it.page(job))
        done, _ = await asyncio.wait([waiting], timeout=0.05)
        assert not done
        await it.ask("DELETE", job)
        assert (await waiting)[0] == 410


async def test_a_slow_page_takes_its_time(host: HostMaker) -> None:
    """A slow device gives its page late, and a deleted job ends the waiting."""
    async with host(Pace(page_time_s=0.1)) as it, asyncio.TaskGroup() as tasks:
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        job = await it.start(FEEDER)
        assert (await it.page(job))[0] == 200
        assert loop.time() - begun_s >= 0.1
        waiting = tasks.create_task(it.page(job))
        await it.ask("DELETE", job)
        assert (await waiting)[0] == 410


async def test_a_host_that_hangs_up_ends_its_job(host: HostMaker) -> None:
    """When the connection breaks in mid-page the device is free for others."""
    async with host(Pace(stall_at_page=1)) as it:
        job = await it.start(FEEDER)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await it.page(job)
        async with asyncio.timeout(5):
            while it.scanner.running:
                await it.adf_state()
        assert it.scanner.jobs[0].state is JobState.ABORTED


@pytest.mark.slow
async def test_two_hosts_share_a_job_without_doubles(host: HostMaker) -> None:
    """Requests at the same time get different pages, each once."""
    async with host(sheets=8) as it, asyncio.TaskGroup() as tasks:
        job = await it.start(FEEDER)
        asked = [tasks.create_task(it.page(job)) for _ in range(10)]
        answers = [await task for task in asked]
        seen = [identity_of(body) for status, body in answers if status == 200]
        assert sorted(i.serial for i in seen if i) == list(range(1, 9))
