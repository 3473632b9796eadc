"""Pages over real HTTP: whole, late, broken off, or none at all."""

from __future__ import annotations

import asyncio
import gc
import io
import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import Any

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.device import (
    Clears,
    Fault,
    FaultKind,
    Identity,
    JobState,
    Mechanics,
    Model,
    Sheet,
    Size,
    View,
    VirtualScanner,
    read_identity,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.escl.sending import STEPS, Outgoing

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
DUPLEX = f"{FEEDER}<scan:Duplex>true</scan:Duplex>"
GONE = (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)


def identity_of(body: bytes) -> Identity | None:
    """Return who the page in `body` is."""
    with Image.open(io.BytesIO(body)) as image:
        return read_identity(image)


async def everything(content: aiohttp.StreamReader) -> int:
    """Return how many bytes came before the connection broke, as it must."""
    got = 0
    try:
        async for piece in content.iter_any():
            got += len(piece)
    except GONE:
        return got
    raise AssertionError("the body came to an orderly end")


async def test_a_fault_keeps_the_pages_before_it(host: HostMaker) -> None:
    """A jam at page 2: page 1 arrives, then 409, the status says jam until DELETE."""
    jam = Fault(FaultKind.JAM, 2, clears=Clears.BY_ITSELF)
    async with host(faults=(jam,)) as it:
        job = await it.start(FEEDER)
        assert (await it.page(job)).status == 200
        assert (await it.page(job)).status == 409
        assert await it.status("AdfState") == "ScannerAdfJam"
        await it.delete(job)
        assert await it.status("AdfState") == "ScannerAdfLoaded"


@pytest.mark.parametrize(
    "kind",
    [FaultKind.JAM, FaultKind.COVER_OPEN, FaultKind.RESET, FaultKind.STATUS],
)
async def test_a_fault_at_a_byte_cuts_the_body(
    host: HostMaker,
    kind: FaultKind,
) -> None:
    """The host gets the share before the fault, and a connection that ends."""
    fault = Fault(kind, 1, byte=100_000)
    async with host(faults=(fault,)) as it:
        job = await it.start(FEEDER)
        async with it.session.get(f"{job}/NextDocument") as answer:
            assert answer.status == 200
            got = await everything(answer.content)
        whole = int(answer.headers["Content-Length"])
        assert 0 < got <= whole * 100_000 // (620 * 877)
        assert it.scanner.jobs[0].state is JobState.ABORTED
        assert it.scanner.jobs[0].pages == 0


async def test_a_truncated_page_ends_in_order(host: HostMaker) -> None:
    """Content-Length is that of the whole, the body is half of it, then the end."""
    async with host(faults=(Fault(FaultKind.TRUNCATED, 1),)) as it:
        job = await it.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
        request = f"GET {job}/NextDocument HTTP/1.1\r\nHost: localhost\r\n\r\n"
        writer.write(request.encode())
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        assert len(body) == length // 2
        assert it.scanner.jobs[0].state is JobState.ABORTED


async def test_garbage_is_no_image(host: HostMaker) -> None:
    """The body has the length of a page, and nothing of an image."""
    async with host(faults=(Fault(FaultKind.GARBAGE, 1),)) as it:
        page = await it.page(await it.start())
        assert page.status == 200
        assert page.body.startswith(b"this is no image")
        assert it.scanner.jobs[0].state is JobState.ABORTED


async def test_garbage_can_begin_in_the_page(host: HostMaker) -> None:
    """With a byte, the page begins as it should."""
    async with host(faults=(Fault(FaultKind.GARBAGE, 1, byte=200_000),)) as it:
        page = await it.page(await it.start())
        assert page.body.startswith(b"\x89PNG")
        assert b"no image" in page.body


@pytest.mark.parametrize("status", [418, 507])
@pytest.mark.parametrize(
    "kind",
    [FaultKind.STATUS, FaultKind.JAM, FaultKind.STALL, FaultKind.HARDWARE],
)
async def test_a_fault_can_have_its_own_status(
    host: HostMaker,
    kind: FaultKind,
    status: int,
) -> None:
    """`http_status` takes the place of what the kind would have said."""
    async with host(faults=(Fault(kind, 1, http_status=status),)) as it:
        assert (await it.page(await it.start(FEEDER))).status == status


async def test_a_stalled_page_never_comes(host: HostMaker) -> None:
    """A stalling device holds the request until the job is deleted."""
    async with (
        host(faults=(Fault(FaultKind.STALL, 2),)) as it,
        asyncio.TaskGroup() as tasks,
    ):
        job = await it.start(FEEDER)
        assert (await it.page(job)).status == 200
        waiting = tasks.create_task(it.page(job))
        async with asyncio.timeout(5):
            while not it.told("stall"):
                await it.status("State")
        assert not waiting.done()
        await it.delete(job)
        assert (await waiting).status == 410


async def test_a_page_can_stall_half_way(host: HostMaker) -> None:
    """What was sent before stays with the host; DELETE cuts the connection."""
    fault = Fault(FaultKind.STALL, 1, byte=300_000)
    async with host(faults=(fault,)) as it:
        job = await it.start(FEEDER)
        async with it.session.get(f"{job}/NextDocument") as answer:
            assert await answer.content.readany()
            async with asyncio.timeout(5):
                while not it.told("stall"):
                    await it.status("State")
            await it.delete(job)
            with pytest.raises(GONE):
                await answer.content.read()


async def test_a_slow_page_comes_in_pieces(host: HostMaker) -> None:
    """The beginning of a slow page is there long before its end."""
    loop = asyncio.get_running_loop()
    fault = Fault(FaultKind.SLOW, 1, rate=4_000_000)
    async with host(faults=(fault,), time=loop.time) as it:
        job = await it.start(FEEDER)
        begun_s = loop.time()
        async with it.session.get(f"{job}/NextDocument") as answer:
            await answer.content.readany()
            first_s = loop.time() - begun_s
            await answer.content.read()
        whole_s = loop.time() - begun_s
        assert whole_s >= 620 * 877 / 4_000_000
        assert first_s < whole_s
        assert it.scanner.jobs[0].pages == 1


async def test_a_slow_device_can_be_stopped(
    host: HostMaker,
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """DELETE ends a page that is not there yet."""
    slow = replace(model, mechanics=Mechanics(page_time_s=1000, warm_up_s=10))
    async with (
        host(scanner=make_scanner(of=slow)) as it,
        asyncio.TaskGroup() as tasks,
    ):
        job = await it.start(FEEDER)
        waiting = tasks.create_task(it.page(job))
        async with asyncio.timeout(5):
            while not it.scanner.jobs[0].in_transit:
                await it.status("State")
        await it.delete(job)
        assert (await waiting).status == 410


async def test_a_strike_in_mid_page_cuts_it(
    host: HostMaker,
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """A jam from outside reaches the page that is on its way."""
    slow = replace(model, mechanics=Mechanics(page_time_s=1000))
    async with (
        host(scanner=make_scanner(of=slow)) as it,
        asyncio.TaskGroup() as tasks,
    ):
        job = await it.start(FEEDER)
        waiting = tasks.create_task(it.session.get(f"{job}/NextDocument"))
        async with asyncio.timeout(5):
            while not it.scanner.jobs[0].in_transit:
                await it.status("State")
        it.clock.now_s = 600
        it.scanner.press("scan")  # any change makes the device look at the clock
        async with await waiting as answer:
            assert await answer.content.readany()
            it.scanner.strike(Fault(FaultKind.JAM))
            with pytest.raises(GONE):
                await answer.content.read()
        assert await it.status("AdfState") == "ScannerAdfJam"


@pytest.mark.slow
async def test_a_page_under_way_goes_out_in_steps(
    host: HostMaker,
    make_scanner: ScannerMaker,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not by the byte, as they come: that would keep a core busy."""
    sent: list[int] = []
    send = Outgoing.send

    async def count(outgoing: Outgoing, up_to: int) -> None:
        await send(outgoing, up_to)
        sent.append(outgoing.sent)

    monkeypatch.setattr(Outgoing, "send", count)
    slow = replace(model, mechanics=Mechanics(page_time_s=0.5))
    async with host(scanner=make_scanner(of=slow, clock=time.monotonic)) as it:
        assert (await it.page(await it.start(FEEDER))).status == 200
    assert 0 < len(sent) <= STEPS + 1


@pytest.mark.slow
async def test_a_host_that_takes_nothing_ends_its_job(host: HostMaker) -> None:
    """Who asks for a page and does not read it loses the job in the end."""
    async with host(job_timeout_s=0.2) as it:
        big = "<scan:ColorMode>RGB24</scan:ColorMode><scan:XResolution>600"
        document = it.settings(f"{big}</scan:XResolution>")
        reply = await it.ask("POST", "/eSCL/ScanJobs", document)
        path = reply.headers["Location"].partition("/eSCL")[2]
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.connect(("127.0.0.1", it.port))
            request = (
                f"GET /eSCL{path}/NextDocument HTTP/1.1\r\nHost: localhost\r\n\r\n"
            )
            deaf.sendall(request.encode())
            async with asyncio.timeout(10):
                while it.scanner.running:
                    await it.status("State")
        assert it.scanner.jobs[0].pages == 0


@pytest.mark.slow
async def test_two_hosts_share_a_job_without_doubles(host: HostMaker) -> None:
    """Requests at the same time get different pages, each once."""
    async with host(sheets=8) as it, asyncio.TaskGroup() as tasks:
        job = await it.start(FEEDER)
        asked = [tasks.create_task(it.page(job)) for _ in range(10)]
        pages = [await task for task in asked]
        seen = [identity_of(page.body) for page in pages if page.status == 200]
        assert sorted(i.serial for i in seen if i) == list(range(1, 9))


async def test_blank_pages_are_left_out(host: HostMaker) -> None:
    """BlankPageDetectionAndRemoval takes blank sides out of the job."""
    wish = "<scan:BlankPageDetectionAndRemoval>true</scan:BlankPageDetectionAndRemoval>"
    async with host(sheets=1) as it:
        front = it.scanner.feeder.pile[0].sheet.front
        it.scanner.load([Sheet(front, BlankSide()), Sheet(front, front)])
        job = await it.start(DUPLEX, wish)
        seen = []
        while (page := await it.page(job)).status == 200:
            seen.append(identity_of(page.body))
        assert [f"{i.sheet}{i.side}" for i in seen if i] == ["1A", "2A", "2B"]


async def test_blank_pages_are_told(host: HostMaker) -> None:
    """BlankPageDetection says of each page whether it was blank."""
    wish = "<scan:BlankPageDetection>true</scan:BlankPageDetection>"
    async with host() as it:
        front = it.scanner.feeder.pile[0].sheet.front
        it.scanner.load([Sheet(front, BlankSide())])
        job = await it.start(DUPLEX, wish)
        told = []
        for _ in range(2):
            await it.page(job)
            told.append((await it.ask("GET", f"{job}/ScanImageInfo")).text)
        assert ["BlankPageDetected>true" in text for text in told] == [False, True]


async def test_a_fault_at_the_first_byte_comes_instead(host: HostMaker) -> None:
    """Where nothing was sent yet, the device can still say what is wrong."""
    async with host(faults=(Fault(FaultKind.JAM, 1, byte=0),)) as it:
        assert (await it.page(await it.start(FEEDER))).status == 409
        assert await it.status("AdfState") == "ScannerAdfJam"


async def test_the_glass_can_be_blank(host: HostMaker) -> None:
    """Blankness is told of the glass, too."""
    async with host() as it:
        it.scanner.lay_on_glass(BlankSide())
        job = await it.start("<scan:BlankPageDetection>1</scan:BlankPageDetection>")
        await it.page(job)
        info = await it.ask("GET", f"{job}/ScanImageInfo")
        assert "BlankPageDetected>true" in info.text


@dataclass(slots=True)
class Watched:
    """Paper with something on it, that knows which threads have looked at it."""

    lookers: list[int] = field(default_factory=list)
    size: Size = BlankSide().size
    label: str = "watched"

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return nothing but white."""
        return BlankSide(self.size).strips(view, identity)

    def is_blank(self) -> bool:
        """Take note of the thread."""
        self.lookers.append(threading.get_ident())
        return False


@pytest.mark.parametrize("name", ["Detection", "DetectionAndRemoval"])
async def test_the_event_loop_looks_at_no_paper(host: HostMaker, name: str) -> None:
    """Whether a page is blank is found out in a thread: a file takes its time."""
    async with host() as it:
        sides = Watched(), Watched()
        it.scanner.load([Sheet(*sides)])
        job = await it.start(DUPLEX, f"<scan:BlankPage{name}>1</scan:BlankPage{name}>")
        assert (await it.page(job)).status == 200
        assert sides[0].lookers[0] != threading.get_ident()
        assert (await it.page(job)).status == 200
        assert sides[1].lookers[0] != threading.get_ident()


@dataclass(frozen=True, slots=True)
class Torn:
    """Paper that cannot be drawn."""

    error: type[Exception] = ContentError
    size: Size = BlankSide().size
    label: str = "torn"

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what fails when it is drawn."""

        def draw() -> Image.Image:
            raise self.error("the paper is torn")

        return (Strip(identity, view.width_px, view.height_px, draw),)

    def is_blank(self) -> bool:
        """Say no."""
        return False


async def test_a_page_that_cannot_be_drawn_ends_its_job(host: HostMaker) -> None:
    """Made ahead it harms nothing; when it comes, the host is told."""
    async with host() as it:
        it.scanner.load([Sheet(BlankSide(), BlankSide()), Sheet(Torn(), BlankSide())])
        job = await it.start(FEEDER)
        assert (await it.page(job)).status == 200
        assert (await it.page(job)).status == 500
        assert (await it.page(job)).status == 410


@pytest.mark.parametrize("error", [ContentError, ImportError, ZeroDivisionError])
async def test_whatever_goes_wrong_ends_one_job(
    host: HostMaker,
    error: type[Exception],
) -> None:
    """An error that nobody thought of is told, and the next job is served."""
    async with host() as it:
        glass = it.scanner.glass
        it.scanner.lay_on_glass(Torn(error))
        reply = await it.page(await it.start())
        assert (reply.status, "torn" in reply.text) == (500, True)
        assert it.told()[-1].data["status"] == 500
        assert it.scanner.jobs[0].state is JobState.ABORTED
        it.scanner.lay_on_glass(glass)
        assert (await it.page(await it.start())).status == 200


async def test_an_answer_that_fails_half_way_is_cut(
    host: HostMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was sent already cannot become a 500: the connection ends."""

    async def fail(outgoing: Outgoing) -> None:
        raise ZeroDivisionError(outgoing.sent)

    monkeypatch.setattr(Outgoing, "finish", fail)
    async with host(quirks=("no-content-length",)) as it:
        with pytest.raises(GONE):
            await it.page(await it.start())
        assert await it.status("State") == "Idle"
        assert "ZeroDivisionError" in it.told()[1].text


async def test_a_page_that_nobody_asks_for_may_fail(
    host: HostMaker,
    make_scanner: ScannerMaker,
    model: Model,
) -> None:
    """Scanned and drawn ahead, and then the host cancels: nothing is left to tell."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, what: told.append(what))
    ahead = replace(model, mechanics=Mechanics(scan_ahead=2))
    async with host(scanner=make_scanner(of=ahead)) as it:
        good = Sheet(BlankSide(), BlankSide())
        it.scanner.load([good, good, Sheet(Torn(), BlankSide())])
        job = await it.start(FEEDER)
        assert [(await it.page(job)).status for _ in range(2)] == [200, 200]
        it.scanner.reset()  # so that the job is forgotten, too
        await it.page(await it.start())
    gc.collect()
    assert told == []
