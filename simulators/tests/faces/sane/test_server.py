"""The server with libsane in other processes: who has what, and for how long."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Input,
    Mechanics,
    Mode,
    Model,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.in_process import ManualClock
from scanwright_simulators.faces.sane import server as module
from scanwright_simulators.faces.sane.library import locate
from scanwright_simulators.faces.sane.server import SaneServer

ScannerMaker = Callable[..., VirtualScanner]
Serve = Any  # tests are no packages: conftest.py has the type

pytestmark = pytest.mark.slow

DEVICE = "scanwright:virtual-office"
A4_BYTES = 620 * 877 * 3


@pytest.fixture
async def make(make_scanner: ScannerMaker) -> ScannerMaker:
    """Return a maker of scanners whose clock is the loop's."""
    clock = asyncio.get_running_loop().time
    return lambda *faults, **named: make_scanner(faults=faults, clock=clock, **named)


async def opened(it: Any, **values: Any) -> Any:
    """Return a frontend that has the device open, at 75 dpi unless told otherwise."""
    frontend = await it.frontend()
    assert await frontend.ask("open", DEVICE) == "GOOD"
    numbers = await frontend.numbers()
    for name, value in {"resolution": 75, **values}.items():
        assert (await frontend.ask("set", numbers[name], value))[0] == "GOOD"
    return frontend


async def read(frontend: Any) -> list[Any]:
    """Start and read a page; return the last status, the bytes and their digest."""
    assert await frontend.ask("start") == "GOOD"
    await frontend.ask("read")
    found: list[Any] = await frontend.ask("join")
    return found


async def test_one_client_at_a_time(serve: Serve, make: ScannerMaker) -> None:
    """A device that is open is busy for all others, and free when it is closed."""
    async with serve(make()) as it:
        one, two = await opened(it), await it.frontend()
        assert await two.ask("open", DEVICE) == "DEVICE_BUSY"
        await one.ask("close")
        assert await two.ask("open", DEVICE) == "GOOD"


async def test_a_client_that_is_killed_frees_the_device(
    serve: Serve, make: ScannerMaker
) -> None:
    """SIGKILL in mid-page: the job is aborted, the next client may open at once."""
    scanner = make(Fault(FaultKind.STALL, byte=100, times=1))
    async with serve(scanner) as it:
        one, two = await opened(it), await opened_not(it)
        assert await one.ask("start") == "GOOD"
        await one.kill()
        assert await two.ask("open", DEVICE) == "GOOD"
        assert scanner.jobs[0].state.value == "Aborted"


async def opened_not(it: Any) -> Any:
    """Return a frontend that found the device busy."""
    frontend = await it.frontend()
    assert await frontend.ask("open", DEVICE) == "DEVICE_BUSY"
    return frontend


async def test_names(serve: Serve, make: ScannerMaker) -> None:
    """No name is the first device, an unknown one none."""
    async with serve(make()) as it:
        frontend = await it.frontend()
        assert await frontend.ask("list") == [DEVICE]
        assert await frontend.ask("open", "scanwright:nobody") == "INVAL"
        assert await frontend.ask("open", "scanwright:") == "GOOD"


async def test_another_host(serve: Serve, make: ScannerMaker) -> None:
    """A job that came through another face makes sane_start busy, until it ends."""
    scanner = make()
    async with serve(scanner) as it:
        frontend = await opened(it)
        job = scanner.start(ScanSettings(Input.PLATEN, Mode.GRAY, 75), host="eSCL")
        assert await frontend.ask("start") == "DEVICE_BUSY"
        scanner.cancel(job)
        assert (await read(frontend))[:2] == ["EOF", A4_BYTES]


@pytest.mark.parametrize("when", ["start", "read"])
async def test_a_stalled_page_is_cancelled_at_once(
    serve: Serve, make: ScannerMaker, when: str
) -> None:
    """sane_cancel from another thread ends sane_read, and the next page comes."""
    scanner = make(Fault(FaultKind.STALL, byte=100_000, times=1))
    async with serve(scanner) as it:
        frontend = await opened(it)
        assert await frontend.ask("start") == "GOOD"
        await frontend.ask("read")
        if when == "read":
            while await frontend.ask("has_read") < 100_000:
                pass  # the answer takes its time, and the test has a limit
        await frontend.ask("cancel")
        status, size, _ = await frontend.ask("join")
        assert status == "CANCELLED"
        assert size <= 100_000
        assert await frontend.ask("read_once") == ["CANCELLED", 0]
        assert (await read(frontend))[:2] == ["EOF", A4_BYTES]


async def test_start_is_cancelled_while_it_draws(
    serve: Serve, make: ScannerMaker
) -> None:
    """sane_cancel ends sane_start, too, and nothing is left of that page."""
    scanner = make()
    async with serve(scanner) as it:
        frontend = await opened(it, resolution=600)
        await frontend.ask("start_in_thread")
        await frontend.ask("cancel")
        assert await frontend.ask("join") in {"CANCELLED", "GOOD"}
        assert await frontend.ask("read_once") in (["CANCELLED", 0], ["GOOD", 32768])
        await frontend.ask("cancel")
        await frontend.ask("get", 0)
        assert scanner.running is None


async def test_reads_that_do_not_wait(
    serve: Serve, make_scanner: ScannerMaker, model: Model, clock: ManualClock
) -> None:
    """Non-blocking reads give nothing while there is nothing, and the file tells."""
    slow = replace(model, mechanics=Mechanics(page_time_s=2))
    async with serve(make_scanner(of=slow)) as it:
        frontend = await opened(it)
        assert await frontend.ask("nonblocking") == ["INVAL", "INVAL"]
        assert await frontend.ask("start") == "GOOD"
        assert await frontend.ask("nonblocking") == ["GOOD", "GOOD"]
        size = 0
        for time_s in (1, 2):
            assert await frontend.ask("read_once") == ["GOOD", 0]
            assert not await frontend.ask("poll", 0)
            clock.wait_until(time_s)
            while size < A4_BYTES * time_s // 2:
                assert await frontend.ask("poll", 10_000)
                size += (await frontend.ask("read_once"))[1]
        assert size == A4_BYTES
        assert await frontend.ask("poll", 10_000)
        assert await frontend.ask("read_once") == ["EOF", 0]


async def test_who_counts_needs_no_eof(serve: Serve, make: ScannerMaker) -> None:
    """A frontend that stops at the last byte may start the next page."""
    scanner = make()
    async with serve(scanner) as it:
        frontend = await opened(it, source="ADF")
        for _ in range(3):
            assert await frontend.ask("start") == "GOOD"
            await frontend.ask("read", A4_BYTES)
            assert (await frontend.ask("join"))[:2] == ["GOOD", A4_BYTES]
        assert await frontend.ask("start") == "NO_DOCS"
    assert scanner.jobs[0].pages == 3


async def test_a_page_is_read_before_the_next(serve: Serve, make: ScannerMaker) -> None:
    """sane_start in mid-page is INVAL, options are busy, the page goes on."""
    async with serve(make()) as it:
        frontend = await opened(it)
        assert await frontend.ask("start") == "GOOD"
        await frontend.ask("read", 100)
        await frontend.ask("join")
        assert await frontend.ask("start") == "INVAL"
        number = (await frontend.numbers())["resolution"]
        assert (await frontend.ask("set", number, 300))[0] == "DEVICE_BUSY"
        await frontend.ask("read")
        assert (await frontend.ask("join"))[:2] == ["EOF", A4_BYTES - 100]


async def test_parameters(serve: Serve, make: ScannerMaker) -> None:
    """Before a page they follow the options, in it they are the page's."""
    async with serve(make()) as it:
        frontend = await opened(it, mode="Gray")
        expected = ["GOOD", [0, 1, 620, 620, 877, 8]]
        assert await frontend.ask("parameters") == expected
        assert await frontend.ask("start") == "GOOD"
        assert await frontend.ask("parameters") == expected


async def test_parameters_after_a_page(serve: Serve, make: ScannerMaker) -> None:
    """Once a page has ended they are those of the next one, as it is set by then."""
    async with serve(make()) as it:
        frontend = await opened(it, mode="Gray")
        assert (await read(frontend))[0] == "EOF"
        number = (await frontend.numbers())["resolution"]
        assert (await frontend.ask("set", number, 150))[0] == "GOOD"
        _, (_, _, row_bytes, width, height, _) = await frontend.ask("parameters")
        assert (row_bytes, width, height) == (1240, 1240, 1754)


async def test_a_start_that_stalls_can_be_cancelled(
    serve: Serve, make: ScannerMaker
) -> None:
    """A stall at the start of a job keeps sane_start until sane_cancel."""
    async with serve(make(Fault(FaultKind.STALL, page=0, times=1))) as it:
        frontend = await opened(it)
        await frontend.ask("start_in_thread")
        await it.until("start")
        await frontend.ask("cancel")
        assert await frontend.ask("join") == "CANCELLED"
        assert (await read(frontend))[:2] == ["EOF", A4_BYTES]


async def test_garbage_reaches_the_frontend(serve: Serve, make: ScannerMaker) -> None:
    """Parameters without sense, and as many bytes of noise as a page has."""
    async with serve(make(Fault(FaultKind.GARBAGE, page=1))) as it:
        frontend = await opened(it)
        assert await frontend.ask("start") == "GOOD"
        assert (await frontend.ask("parameters"))[1][:3] == [9, 1, 930]
        await frontend.ask("read")
        assert (await frontend.ask("join"))[:2] == ["EOF", A4_BYTES]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault(FaultKind.TRUNCATED, byte=12_345), ["EOF", 12_345]),
        (Fault(FaultKind.RESET, byte=70_000), ["IO_ERROR", 70_000]),
        (Fault(FaultKind.COVER_OPEN, byte=0), ["COVER_OPEN", 0]),
        (
            Fault(FaultKind.STATUS, byte=1, sane_status="ACCESS_DENIED"),
            ["ACCESS_DENIED", 1],
        ),
    ],
)
async def test_any_status_at_any_byte(
    serve: Serve, make: ScannerMaker, fault: Fault, expected: list[Any]
) -> None:
    """Exactly so many bytes, and then the status."""
    async with serve(make(fault)) as it:
        frontend = await opened(it, source="ADF")
        assert (await read(frontend))[:2] == expected


async def test_an_open_device_may_be_unplugged(
    serve: Serve, make: ScannerMaker
) -> None:
    """Options are still there; sensors and pages are I/O errors."""
    scanner = make()
    async with serve(scanner) as it:
        frontend = await opened(it)
        scanner.strike(Fault(FaultKind.OFFLINE))
        numbers = await frontend.numbers()
        assert (await frontend.ask("get", numbers["cover-open"]))[0] == "IO_ERROR"
        assert (await frontend.ask("get", numbers["mode"]))[0] == "GOOD"
        assert await frontend.ask("start") == "IO_ERROR"
        assert await frontend.ask("list") == []


async def test_buttons_reach_the_frontend(serve: Serve, make: ScannerMaker) -> None:
    """A press is read once."""
    scanner = make()
    async with serve(scanner) as it:
        frontend = await opened(it)
        number = (await frontend.numbers())["scan"]
        scanner.press("scan")
        assert await frontend.ask("get", number) == ["GOOD", 1]
        assert await frontend.ask("get", number) == ["GOOD", 0]


async def test_a_server_that_ends(serve: Serve, make: ScannerMaker) -> None:
    """Its clients get I/O errors, and none of them hangs."""
    async with serve(make()) as it:
        frontend = await opened(it)
        it.processes.clear()
    assert await frontend.ask("start") == "IO_ERROR"
    assert await frontend.ask("list") == []
    await frontend.kill()


async def test_other_users_are_refused(
    serve: Serve, make: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of another user gets no answer, and the journal says so."""
    async with serve(make()) as it:
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        assert await it.scanimage("-f", "%d%n") == ""
        assert "user" in it.told("refused")[0]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
async def test_the_backend_trusts_no_other_user(
    serve: Serve, make: ScannerMaker
) -> None:
    """A server of another user is refused, even where its socket is open to all."""
    async with serve(make()) as it:
        it.folder.chmod(0o755)
        (it.folder / "sane.sock").chmod(0o666)
        shutil.copy(locate(), it.folder)
        it.environment["LD_LIBRARY_PATH"] = str(it.folder)
        _, output = await it.run("scanimage", "-d", DEVICE, "-n", user=65534)
    assert "Access to resource has been denied" in output


async def test_there_may_be_too_many(
    serve: Serve, make: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Above the limit, clients are turned away."""
    monkeypatch.setattr(module, "MAX_CLIENTS", 0)
    async with serve(make()) as it:
        assert await it.scanimage("-f", "%d%n") == ""
        assert "too many" in it.told("refused")[0]


async def test_a_lack_of_files_passes(
    serve: Serve, make: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that cannot accept now tries again."""
    loop = asyncio.get_running_loop()
    accept, failures = loop.sock_accept, [OSError(errno.EMFILE, "too many files")]

    async def failing(listener: socket.socket) -> Any:
        if failures:
            raise failures.pop()
        return await accept(listener)

    monkeypatch.setattr(loop, "sock_accept", failing)
    async with serve(make()) as it:
        assert await it.scanimage("-f", "%d%n") == f"{DEVICE}\n"


async def test_a_socket_that_cannot_be(tmp_path: Path) -> None:
    """A path that is too long for a socket is an error that says so."""
    server = SaneServer(threads=None, journal=None)  # type: ignore[arg-type]
    path = tmp_path / ("x" * 120)
    with pytest.raises(StartError, match="AF_UNIX path too long"):
        async with server.serving(path):
            pass


async def test_errors_of_the_block_stay_what_they_are(
    serve: Serve, make: ScannerMaker
) -> None:
    """What goes wrong inside comes out as it is, and the socket is gone."""
    with pytest.raises(StartError, match="mine"):
        async with serve(make()) as it:
            raise StartError("mine")
    assert not (it.folder / "sane.sock").exists()


async def test_a_listener_that_breaks(
    make: ScannerMaker, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no waiting will mend is an error of the face."""

    async def failing(listener: socket.socket) -> Any:
        raise OSError(errno.EINVAL, f"{listener} is broken")

    monkeypatch.setattr(asyncio.get_running_loop(), "sock_accept", failing)
    server = SaneServer([make()], threads=None, journal=None)  # type: ignore[arg-type]
    with pytest.raises(ExceptionGroup):
        async with server.serving(short_folder / "sane.sock"):
            await asyncio.Event().wait()


def test_a_process_that_is_gone_has_no_name() -> None:
    """Who left before anybody asked is called something all the same."""
    assert module._program(0) == "a program"
