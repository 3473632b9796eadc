"""The state table is what the device does, row by row over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Mechanics,
    Model,
    VirtualScanner,
)
from scanwright_simulators.faces.escl import states
from scanwright_simulators.faces.escl.states import ROWS, Row, fault_status

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]
Walk = Callable[[Any], Awaitable[str]]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
UNKNOWN = "/eSCL/ScanJobs/nobody"
WALKS: dict[tuple[str, str], tuple[Walk, dict[str, Any]]] = {}
"""How the situation of a row is made and asked about, and with which device."""


def row(request: str, state: str, **options: Any) -> Callable[[Walk], Walk]:
    """Register how a row is walked: the function returns what was answered."""

    def register(walk: Walk) -> Walk:
        WALKS[request, state] = (walk, options)
        return walk

    return register


def fault_row(state: str, kind: FaultKind) -> None:
    """Register a row whose job meets a fault at its first page."""

    @row("GET NextDocument", state, faults=(Fault(kind, 1),))
    async def walk(it: Any) -> str:
        return await told(it, await it.page(await it.start(FEEDER)))


async def told(it: Any, reply: Any) -> str:
    """Return an answer as the table writes it."""
    words = [str(reply.status)]
    if reply.status in {409, 404}:
        state = await it.status("AdfState")
        words += [state] if state not in {"ScannerAdfLoaded", ""} else []
    if await it.status("State") == "Stopped" and reply.status in {500, 503}:
        words.append("Stopped")
    told = ", ".join(words)
    for header in ("Location", "Retry-After", "Allow"):
        told += f" and {header}" * (header in reply.headers)
    return told


@row("GET ScannerCapabilities", "any")
async def _(it: Any) -> str:
    return await told(it, await it.ask("GET", "/eSCL/ScannerCapabilities"))


@row("GET ScannerStatus", "any")
async def _(it: Any) -> str:
    return await told(it, await it.ask("GET", "/eSCL/ScannerStatus"))


@row("POST ScanJobs", "idle, paper if needed")
async def _(it: Any) -> str:
    return await told(it, await it.post(FEEDER))


@row("POST ScanJobs", "asleep")
async def _(it: Any) -> str:
    it.scanner.sleep()
    return await told(it, await it.post(FEEDER))


@row("POST ScanJobs", "body is no ScanSettings")
async def _(it: Any) -> str:
    return await told(it, await it.ask("POST", "/eSCL/ScanJobs", "<x/>"))


@row("POST ScanJobs", "no such input, mode, ...")
async def _(it: Any) -> str:
    return await told(it, await it.post("<scan:Intent>Pink</scan:Intent>"))


@row("POST ScanJobs", "feeder empty", sheets=0)
async def _(it: Any) -> str:
    return await told(it, await it.post(FEEDER))


@row("POST ScanJobs", "jammed, feeder wanted")
async def _(it: Any) -> str:
    it.scanner.strike(Fault(FaultKind.JAM))
    return await told(it, await it.post(FEEDER))


@row("POST ScanJobs", "jammed, glass wanted")
async def _(it: Any) -> str:
    it.scanner.strike(Fault(FaultKind.JAM))
    return await told(it, await it.post())


@row("POST ScanJobs", "another job is running")
async def _(it: Any) -> str:
    await it.start()
    return await told(it, await it.post())


@row("POST ScanJobs", "held by another host")
async def _(it: Any) -> str:
    it.scanner.lock("the front panel")
    return await told(it, await it.post())


@row("POST ScanJobs", "scanner locked")
async def _(it: Any) -> str:
    it.scanner.strike(Fault(FaultKind.LOCKED))
    return await told(it, await it.post())


@row("POST ScanJobs", "hardware failure")
async def _(it: Any) -> str:
    it.scanner.strike(Fault(FaultKind.HARDWARE))
    return await told(it, await it.post())


@row("POST ScanJobs", "body above 64 KiB")
async def _(it: Any) -> str:
    return await told(it, await it.ask("POST", "/eSCL/ScanJobs", " " * 70_000))


@row("POST ScanJobs", "body comes too late", is_impatient=True)
async def _(it: Any) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", it.port)
    writer.write(
        b"POST /eSCL/ScanJobs HTTP/1.1\r\nHost: localhost\r\n"
        b"Content-Length: 100\r\n\r\n<half",
    )
    line = await reader.readline()
    writer.close()
    return line.split()[1].decode()


@row("GET NextDocument", "running, a page is left")
async def _(it: Any) -> str:
    reply = await it.page(await it.start())
    is_page = reply.body.startswith(b"\x89PNG")
    return f"{reply.status} and the page" if is_page else str(reply.status)


@row("GET NextDocument", "running, none is left")
async def _(it: Any) -> str:
    job = await it.start()
    await it.page(job)
    reply = await it.page(job)
    assert reply.body == b""
    return f"{reply.status}, {await it.status('JobState')}"


@row("GET NextDocument", "running, cold", is_cold=True)
async def _(it: Any) -> str:
    job = await it.start()
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(it.page(job))
        while not it.scanner.jobs[0].in_transit:
            assert await it.status("State") == "Testing"
        it.clock.now_s = 20
        it.scanner.press("scan")  # any change makes the device look at the clock
    return f"{waiting.result().status} when it is warm"


fault_row("running, busy for now", FaultKind.BUSY)
fault_row("running, still warming up", FaultKind.WARMING_UP)
fault_row("running, jam", FaultKind.JAM)
fault_row("running, double feed", FaultKind.DOUBLE_FEED)
fault_row("running, cover open", FaultKind.COVER_OPEN)
fault_row("running, scanner locked", FaultKind.LOCKED)
fault_row("running, hardware failure", FaultKind.HARDWARE)
fault_row("running, seemingly empty", FaultKind.EMPTY)


@row("GET NextDocument", "running, stalled", faults=(Fault(FaultKind.STALL, 1),))
async def _(it: Any) -> str:
    job = await it.start(FEEDER)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(it.page(job))
        while not it.told("stall"):
            await it.status("State")
        assert not waiting.done()
        await it.delete(job)
    return f"none until DELETE, {waiting.result().status}"


@row("GET NextDocument", "Completed")
async def _(it: Any) -> str:
    job = await it.start()
    await it.page(job)
    await it.page(job)
    return await told(it, await it.page(job))


@row("GET NextDocument", "Canceled")
async def _(it: Any) -> str:
    job = await it.start(FEEDER)
    await it.delete(job)
    return await told(it, await it.page(job))


@row("GET NextDocument", "Aborted")
async def _(it: Any) -> str:
    job = await it.start(FEEDER)
    it.scanner.abort(it.scanner.running)
    return await told(it, await it.page(job))


@row("GET NextDocument", "unknown")
async def _(it: Any) -> str:
    return await told(it, await it.page(UNKNOWN))


@row("GET ScanImageInfo", "known")
async def _(it: Any) -> str:
    reply = await it.ask("GET", f"{await it.start()}/ScanImageInfo")
    assert b">620<" in reply.body
    return await told(it, reply)


@row("GET ScanImageInfo", "unknown")
async def _(it: Any) -> str:
    return await told(it, await it.ask("GET", f"{UNKNOWN}/ScanImageInfo"))


@row("DELETE job", "running")
async def _(it: Any) -> str:
    reply = await it.delete(await it.start())
    return f"{reply.status}, {await it.status('JobState')}"


@row("DELETE job", "ended")
async def _(it: Any) -> str:
    job = await it.start()
    await it.page(job)
    await it.page(job)
    before = await it.status("JobState")
    reply = await it.delete(job)
    return f"{reply.status}, as it was" if await it.status("JobState") == before else ""


@row("DELETE job", "unknown")
async def _(it: Any) -> str:
    return await told(it, await it.delete(UNKNOWN))


@row("any", "unknown path")
async def _(it: Any) -> str:
    return await told(it, await it.ask("GET", "/eSCL/Nothing"))


@row("any", "known path, other method")
async def _(it: Any) -> str:
    assert (await it.ask("HEAD", "/eSCL/ScannerStatus")).status == 405
    return await told(it, await it.ask("PUT", "/eSCL/ScannerStatus"))


@row("any", "foreign Host")
async def _(it: Any) -> str:
    path = "/eSCL/ScannerStatus"
    return await told(it, await it.ask("GET", path, Host="evil.example"))


@row("any", "foreign Origin")
async def _(it: Any) -> str:
    path, settings = "/eSCL/ScanJobs", it.settings()
    welcome = await it.ask("POST", path, settings, Origin="http://localhost:3000")
    assert welcome.status == 201
    return await told(it, await it.ask("POST", path, settings, Origin="https://x.org"))


@row("any", "offline")
async def _(it: Any) -> str:
    it.scanner.strike(Fault(FaultKind.OFFLINE))
    with pytest.raises(aiohttp.ClientConnectorError):
        await it.ask("GET", "/eSCL/ScannerStatus")
    return "connection refused"


@pytest.mark.parametrize("expected", ROWS, ids=lambda r: f"{r.request}: {r.state}")
async def test_every_row_is_what_the_device_does(
    host: HostMaker,
    make_scanner: ScannerMaker,
    model: Model,
    monkeypatch: pytest.MonkeyPatch,
    expected: Row,
) -> None:
    """In the state of the row, the request gets the answer of the row."""
    walk, options = WALKS[expected.request, expected.state]
    options = dict(options)
    if options.pop("is_cold", False):
        cold = replace(model, mechanics=Mechanics(warm_up_s=10))
        options["scanner"] = make_scanner(of=cold)
    if options.pop("is_impatient", False):
        name = "scanwright_simulators.faces.escl.device.BODY_TIMEOUT_S"
        monkeypatch.setattr(name, 0.05)
    async with host(**options) as it, asyncio.timeout(10):
        assert await walk(it) == expected.answer


def test_every_walk_has_its_row() -> None:
    """Nothing is walked that the table does not publish."""
    assert WALKS.keys() == {(row.request, row.state) for row in ROWS}


def test_the_module_shows_its_table() -> None:
    """What stands on top of the module is the table."""
    assert states.as_text() in (states.__doc__ or "")


def test_the_documentation_shows_the_table() -> None:
    """simulators/ESCL.md has the table as it is."""
    document = Path(__file__).parents[3] / "ESCL.md"
    assert states.as_markdown() in document.read_text("utf-8")


@pytest.mark.parametrize("kind", list(FaultKind))
def test_every_fault_has_a_status(kind: FaultKind) -> None:
    """No kind is left without words, and a status of its own goes first."""
    assert 400 <= fault_status(Fault(kind)) < 600
    assert fault_status(Fault(kind, http_status=418)) == 418
