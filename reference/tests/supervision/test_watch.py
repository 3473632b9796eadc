"""Main's half of the watch, in a main that is this test."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link, Packet
from scanwright.supervision.monitor import READY, TALLY
from scanwright.supervision.process import glance, reap
from scanwright.supervision.program import HELPER, MAIN, MONITOR, SCAN_WORKER
from scanwright.supervision.ward import ProcessInfo
from scanwright.supervision.watch import Supervision

pytestmark = pytest.mark.slow

DEADLINE_S = 20.0


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    """The estate of a home."""
    for folder in ("dump", "log", "cert"):
        (tmp_path / folder).mkdir()
    estate = Estate.new(["--port-base", "0"])
    log = tmp_path / "log" / "service.log"
    estate.settle(dump=tmp_path / "dump", log=log, lock=tmp_path / "port.lock")
    return estate


@pytest.fixture
async def alone(estate: Estate) -> AsyncIterator[Supervision]:
    """A main without monitor and helper."""
    async with Supervision(estate, None) as supervision:
        yield supervision


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in other processes."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.005)


async def packets_until(link: Link, kind: str) -> list[Packet]:
    """Wait for a packet of this kind; return all that came."""
    came: list[Packet] = []

    def has_come() -> bool:
        came.extend(link.receive())
        return any(packet.kind == kind for packet in came)

    await until(has_come)
    for packet in came:
        for descriptor in packet.descriptors:
            os.close(descriptor)
    return came


def roles(supervision: Supervision) -> dict[str, ProcessInfo]:
    """Return the processes by their roles."""
    return {info.role: info for info in supervision.processes()}


def command_line(pid: int) -> str:
    """Return what `ps` shows of a process."""
    return Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0")


def dumps(home: Path) -> list[str]:
    """Return what deaths have left behind."""
    return [file.name.split("Z-")[1] for file in home.glob("dump/*")]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_asks_for_the_end(
    alone: Supervision, number: signal.Signals
) -> None:
    """Of the monitor, too: the stop event is for all."""
    signal.raise_signal(number)
    async with asyncio.timeout(DEADLINE_S):
        await alone.stopped()
    assert os.eventfd_read(alone.estate.stop) >= 1


async def test_the_stop_event_asks_for_the_end(alone: Supervision) -> None:
    """Whoever has set it."""
    alone.estate.ask_to_stop()
    async with asyncio.timeout(DEADLINE_S):
        await alone.stopped()


async def test_the_end_of_the_front_asks_for_the_end(estate: Estate) -> None:
    """In whatever way it came."""
    front, lifeline = socket.socketpair()
    estate.lifeline = lifeline.fileno()
    with lifeline:
        async with Supervision(estate, None) as supervision:
            front.close()
            async with asyncio.timeout(DEADLINE_S):
                await supervision.stopped()


async def test_systemd_is_told(
    estate: Estate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the service is ready and which process is main, alive, and about to end."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        async with Supervision(estate, None) as supervision:
            supervision.ready(-1, [])
        systemd.settimeout(DEADLINE_S)
        assert systemd.recv(999) == b"WATCHDOG=1"
        ready = systemd.recv(999).decode().splitlines()
        assert ready[:2] == ["READY=1", f"MAINPID={os.getpid()}"]
        assert systemd.recv(999) == b"STOPPING=1"


async def test_a_main_that_returned_says_so(
    estate: Estate, caplog: pytest.LogCaptureFixture
) -> None:
    """With what became of the one before; the counters go on."""
    estate.predecessor = "SIGKILL of main 7"
    estate.count(MAIN)
    async with Supervision(estate, None) as supervision:
        supervision.ready(-1, [])
        assert roles(supervision)[MAIN].restarts == supervision.crashes == 1
    assert "returned after SIGKILL of main 7" in caplog.text


async def test_other_processes_are_listed_with_their_owners(alone: Supervision) -> None:
    """Scan workers, for one."""
    worker = ProcessInfo(SCAN_WORKER, 7, datetime.now(UTC))
    alone.include(lambda: [worker])
    assert roles(alone)[SCAN_WORKER] == worker
    assert roles(alone)[MAIN].pid == os.getpid()


async def test_a_monitor_that_has_gone_is_replaced(
    estate: Estate, tmp_path: Path
) -> None:
    """By one that gets the estate, and is replaced in its turn."""
    ours, gone = Link.pair()
    gone.close()
    estate.monitor = 4194305
    async with Supervision(estate, ours) as supervision:
        try:
            first = roles(supervision)[MONITOR].pid
            supervision.ready(-1, [])
            os.kill(first, signal.SIGKILL)
            await until(lambda: supervision.crashes == 1)
            second = roles(supervision)[MONITOR]
            assert second.restarts == 1
            assert second.pid != first
            wanted = f"scanwrightd -asmonitor {estate.stop} {estate.cert_check}"
            await until(lambda: command_line(second.pid) == wanted)
        finally:
            # This main is a test: no monitor shall start another one after it.
            last = roles(supervision)[MONITOR].pid
            os.kill(last, signal.SIGKILL)
    await until(lambda: reap(last) == -signal.SIGKILL)
    assert f"monitor-{first}.txt" in dumps(tmp_path)


async def test_what_the_monitor_needs_is_sent(estate: Estate) -> None:
    """Beats from the start; the estate, and that main is ready, when it is."""
    ours, theirs = Link.pair()
    estate.monitor = os.getppid()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with Supervision(estate, ours) as supervision:
            assert roles(supervision)[MONITOR].pid == os.getppid()
            assert [p.kind for p in await packets_until(theirs, "beat")] == ["beat"]
            supervision.ready(listener.fileno(), [listener.fileno()])
            came = await packets_until(theirs, READY)
            assert [p.kind for p in came if p.kind != "beat"] == ["estate", READY]
            assert len(came[0].descriptors) == 2
    theirs.close()


async def test_dumps_name_the_modules(estate: Estate) -> None:
    """Those of main at once, those of the monitor by the estate."""
    ours, theirs = Link.pair()
    estate.monitor = os.getppid()
    async with Supervision(estate, ours) as supervision:
        supervision.has_modules({"core": ["2.0", "1.9"]})
        came = await packets_until(theirs, "estate")
    assert came[-1].body["versions"] == {"module core": "2.0, 1.9"}
    assert supervision.dumps.versions == {"module core": "2.0, 1.9"}
    theirs.close()


async def test_a_helper_is_kept_alive_and_ended(estate: Estate, tmp_path: Path) -> None:
    """Each death is counted, and told to the monitor; the end is an orderly one."""
    ours, theirs = Link.pair()
    estate.monitor = os.getppid()
    async with Supervision(estate, ours, helper=[str(tmp_path)]) as supervision:
        supervision.ready(-1, [])
        first = roles(supervision)[HELPER].pid
        os.kill(first, signal.SIGKILL)
        tallies = [p for p in await packets_until(theirs, TALLY) if p.kind == TALLY]
        assert tallies[0].body == {HELPER: 1}
        second = roles(supervision)[HELPER].pid
        assert second != first
    assert glance(second).state == "Z"
    assert dumps(tmp_path) == [f"certificate-helper-{first}.txt"]
    theirs.close()


async def test_a_helper_that_was_asked_to_end_leaves_no_dump(
    estate: Estate, tmp_path: Path
) -> None:
    """It comes back, and that is counted; but it has not crashed."""
    async with Supervision(estate, None, helper=[str(tmp_path)]) as supervision:
        supervision.ready(-1, [])
        os.kill(roles(supervision)[HELPER].pid, signal.SIGTERM)
        await until(lambda: supervision.crashes)
        await until(lambda: HELPER in roles(supervision))
    assert dumps(tmp_path) == []


async def test_the_helper_is_woken_by_its_event(alone: Supervision) -> None:
    """The one that it has in its arguments."""
    alone.check_certificates()
    assert os.eventfd_read(alone.estate.cert_check) == 1
