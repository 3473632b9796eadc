"""One client: what it may ask when, and what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    Journal,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.errors import ContentError
from scanwright_simulators.faces.sane import session as module
from scanwright_simulators.faces.sane.options import Options
from scanwright_simulators.faces.sane.pixels import Part
from scanwright_simulators.faces.sane.protocol import NUMBERS, WITH_BLOB, Operation
from scanwright_simulators.faces.sane.scan import Scan
from scanwright_simulators.faces.sane.session import Client, Session
from scanwright_simulators.faces.sane.status import Status
from scanwright_simulators.faces.sane.studio import Studio

ScannerMaker = Callable[..., VirtualScanner]


class OneDevice:
    """A house with one scanner, which anybody may have."""

    def __init__(self, scanner: VirtualScanner) -> None:
        self.scanner = scanner
        self.claimed = 0
        self.released = 0

    def listed(self) -> Sequence[VirtualScanner]:
        """Return it."""
        return [self.scanner]

    def claim(self, name: str, session: Session) -> VirtualScanner | Status:
        """Give it away, and count."""
        del session
        self.claimed += 1
        return self.scanner if name == "it" else Status.INVAL

    def release(self, session: Session) -> None:
        """Count."""
        del session
        self.released += 1


@dataclass
class Wire:
    """The client's end."""

    end: socket.socket
    session: Session
    devices: OneDevice
    journal: Journal
    sequence: int = 0

    def send(self, operation: Operation, number: int = 0, blob: bytes = b"") -> int:
        """Send a request; return its sequence number."""
        self.sequence += 1
        frame = struct.pack("=IB", self.sequence, operation)
        if layout := NUMBERS.get(operation):
            frame += layout.pack(number)
        if operation in WITH_BLOB:
            frame += struct.pack("=H", len(blob)) + blob
        self.end.send(frame)
        return self.sequence

    async def receive(self) -> tuple[int, Status | None, bytes]:
        """Return sequence, status and body of a reply; no status when all is over."""
        loop = asyncio.get_running_loop()
        frame = await asyncio.wait_for(loop.sock_recv(self.end, 100_000), 10)
        if not frame:
            return 0, None, b""
        sequence, status = struct.unpack_from("=Ii", frame)
        return sequence, Status(status), frame[8:]

    async def ask(
        self, operation: Operation, number: int = 0, blob: bytes = b""
    ) -> tuple[Status | None, bytes]:
        """Return status and body of the answer."""
        sent = self.send(operation, number, blob)
        sequence, status, body = await self.receive()
        assert sequence in {sent, 0}
        return status, body

    async def open(self) -> None:
        """Open the device."""
        status, _ = await self.ask(Operation.OPEN, 1, b"it")
        assert status is Status.GOOD


@asynccontextmanager
async def connected(scanner: VirtualScanner) -> AsyncIterator[Wire]:
    """Serve a client of that scanner."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    devices, journal = OneDevice(scanner), Journal(scanner.clock)
    with ours, ThreadPoolExecutor(1) as threads:
        ours.settimeout(0)
        theirs.settimeout(0)
        async with asyncio.TaskGroup() as tasks:
            session = Session(
                theirs,
                Client(1, "test"),
                devices=devices,
                studio=Studio(threads),
                journal=journal,
                tasks=tasks,
            )
            tasks.create_task(session.serve())
            yield Wire(ours, session, devices, journal)
            session.close("is done")


async def test_devices_are_listed(make_scanner: ScannerMaker) -> None:
    """A list has name, vendor, model and type."""
    async with connected(make_scanner()) as wire:
        status, body = await wire.ask(Operation.LIST, 1)
    assert status is Status.GOOD
    assert b"virtual-office" in body
    assert b"virtual scanner" in body


async def test_another_version_is_told(make_scanner: ScannerMaker) -> None:
    """A backend that speaks another version gets no nonsense."""
    async with connected(make_scanner()) as wire:
        assert await wire.ask(Operation.LIST, 2) == (Status.UNSUPPORTED, b"")
        assert await wire.ask(Operation.OPEN, 2, b"it") == (Status.UNSUPPORTED, b"")


async def test_nothing_works_without_a_device(make_scanner: ScannerMaker) -> None:
    """Before OPEN all else is INVAL; a second OPEN is, too."""
    async with connected(make_scanner()) as wire:
        for operation in (Operation.GET, Operation.START, Operation.WAIT):
            assert await wire.ask(operation) == (Status.INVAL, b"")
        assert await wire.ask(Operation.OPEN, 1, b"that") == (Status.INVAL, b"")
        wire.send(Operation.CANCEL)
        await wire.open()
        assert await wire.ask(Operation.OPEN, 1, b"it") == (Status.INVAL, b"")


async def test_a_page(make_scanner: ScannerMaker) -> None:
    """START grants it all, WAIT ends it."""
    scanner = make_scanner()
    async with connected(scanner) as wire:
        await wire.open()
        status, body = await wire.ask(Operation.START)
        size = struct.unpack_from("=Q", body, 24)[0]
        assert (status, size) == (Status.GOOD, 2480 * 3508 * 3)
        assert await wire.ask(Operation.WAIT, size) == (Status.EOF, b"")
    assert scanner.jobs[0].pages == 1


async def test_a_job_holds_the_settings(make_scanner: ScannerMaker) -> None:
    """While a job runs nothing can be set, but read."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        status, _ = await wire.ask(Operation.SET, 2, b"Gray")
        assert status is Status.DEVICE_BUSY
        assert (await wire.ask(Operation.GET, 2))[1].endswith(b"Color")
        wire.send(Operation.CANCEL)
        status, _ = await wire.ask(Operation.SET, 2, b"Gray")
        assert status is Status.GOOD


async def test_refused_values_are_explained(make_scanner: ScannerMaker) -> None:
    """INVAL on the wire, the reason in the journal."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        assert await wire.ask(Operation.SET, 2, b"Sepia") == (Status.INVAL, b"")
        assert "Sepia" in wire.journal.after()[-1].text


async def test_cancel_overtakes(make_scanner: ScannerMaker) -> None:
    """What is pending when CANCEL comes is answered CANCELLED at once."""
    scanner = make_scanner(faults=(Fault(FaultKind.STALL, byte=0),))
    async with connected(scanner) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        waiting = wire.send(Operation.WAIT, 0)
        wire.send(Operation.CANCEL)
        assert await wire.receive() == (waiting, Status.CANCELLED, b"")
        assert scanner.running is None


async def test_somebody_is_there(
    make_scanner: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a page stalls the client hears PENDING, again and again."""
    scanner = make_scanner(faults=(Fault(FaultKind.STALL, byte=0),))
    async with connected(scanner) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        monkeypatch.setattr(module, "HEARTBEAT_S", 0.001)
        waiting = wire.send(Operation.WAIT, 0)
        for _ in range(3):
            assert await wire.receive() == (waiting, Status.PENDING, b"")


async def test_what_happens_to_the_device_wakes_who_waits(
    make_scanner: ScannerMaker,
) -> None:
    """A page that waits for its transport hears of the cover at once."""
    scanner = make_scanner(faults=(Fault(FaultKind.STALL, byte=0),))
    async with connected(scanner) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        wire.send(Operation.WAIT, 0)
        await wire.ask(Operation.GET, 0)
        scanner.strike(Fault(FaultKind.OFFLINE))
        assert (await wire.receive())[1] is Status.IO_ERROR


@pytest.mark.parametrize(
    "frame",
    [b"x", b"\0\0\0\0\x63", bytes(9000), struct.pack("=IBQQ", 1, Operation.WAIT, 0, 0)],
)
async def test_nonsense_ends_the_connection(
    make_scanner: ScannerMaker, frame: bytes
) -> None:
    """Who sends what is no request is dropped, and its device is free."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        wire.end.send(frame)
        assert await wire.receive() == (0, None, b"")
        assert wire.devices.released == 1


async def test_two_questions_at_once_end_the_connection(
    make_scanner: ScannerMaker,
) -> None:
    """A client waits for one page at a time."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        wire.send(Operation.START)
        wire.send(Operation.START)
        assert await wire.receive() == (0, None, b"")
    assert wire.devices.scanner.running is None


async def test_closing_is_orderly(make_scanner: ScannerMaker) -> None:
    """CLOSE in mid-page is a cancel, hanging up is not."""
    scanner = make_scanner()
    for operation in (Operation.CLOSE, None):
        async with connected(scanner) as wire:
            await wire.open()
            await wire.ask(Operation.START)
            if operation:
                wire.send(operation)
            wire.end.shutdown(socket.SHUT_WR)
            assert await wire.receive() == (0, None, b"")
    assert [job.state.value for job in scanner.jobs] == ["Aborted", "Canceled"]


async def test_who_takes_no_answers_is_dropped(make_scanner: ScannerMaker) -> None:
    """A client that only ever asks fills its own queue, and loses the device."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        loop = asyncio.get_running_loop()
        request = struct.pack("=IBI", 1, Operation.GET, 0)
        with contextlib.suppress(ConnectionError):
            for _ in range(10_000):
                await loop.sock_sendall(wire.end, request)
        assert wire.devices.released == 1


async def test_what_was_sent_can_be_caught_up_with(make_scanner: ScannerMaker) -> None:
    """The end of a client counts as soon as somebody looks."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        wire.send(Operation.CLOSE)
        wire.session.catch_up()
        assert wire.devices.released == 1


async def test_nothing_is_heard_after_the_end(make_scanner: ScannerMaker) -> None:
    """What was queued behind CLOSE gives no device to somebody who is gone."""
    async with connected(make_scanner()) as wire:
        await wire.open()
        wire.send(Operation.CLOSE)
        wire.send(Operation.OPEN, 1, b"it")
        wire.session.catch_up()
    assert (wire.devices.claimed, wire.devices.released) == (1, 1)


async def test_the_error_of_a_client_is_not_its_last_word(
    make_scanner: ScannerMaker,
) -> None:
    """A client that dies with answers unread may have said CLOSE before."""
    scanner = make_scanner()
    async with connected(scanner) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        wire.send(Operation.GET, 0)
        await asyncio.sleep(0)
        wire.session.catch_up()
        wire.send(Operation.CLOSE)
        wire.end.close()
        wire.session.catch_up()
    assert scanner.jobs[0].state.value == "Canceled"


async def test_a_list_may_be_too_long(make_scanner: ScannerMaker) -> None:
    """Devices that have no room in a list are named in the journal."""
    async with connected(make_scanner()) as wire:
        wire.devices.listed = lambda: [make_scanner()] * 2000  # type: ignore[method-assign]
        status, body = await wire.ask(Operation.LIST, 1)
        assert status is Status.GOOD
        assert len(body) < 65_536
        assert "no room" in wire.journal.after()[-1].text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ContentError("file gone"), Status.IO_ERROR),
        (ImportError("no zxing"), Status.IO_ERROR),
        (ZeroDivisionError(), Status.IO_ERROR),
        (NotImplementedError(), Status.IO_ERROR),
        (OSError("no descriptors"), Status.NO_MEM),
        (MemoryError(), Status.NO_MEM),
    ],
)
async def test_a_page_that_cannot_be_drawn(
    make_scanner: ScannerMaker,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: Status,
) -> None:
    """Whatever the reason, the client is told, the device free, the session open."""
    scanner = make_scanner()

    async def fail(*_: object) -> list[Part]:
        raise error

    monkeypatch.setattr(Studio, "parts", fail)
    async with connected(scanner) as wire:
        await wire.open()
        assert await wire.ask(Operation.START) == (status, b"")
        assert scanner.running is None
        assert type(error).__name__ in wire.journal.after()[-1].text
        monkeypatch.undo()
        assert (await wire.ask(Operation.START))[0] is Status.GOOD


async def test_a_wait_that_fails(
    make_scanner: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In mid-page an error that nobody thought of ends one job, too."""
    scanner = make_scanner()
    async with connected(scanner) as wire:
        await wire.open()
        await wire.ask(Operation.START)
        monkeypatch.setattr(Scan, "look", _fail)
        assert await wire.ask(Operation.WAIT, 0) == (Status.IO_ERROR, b"")
        assert scanner.running is None


async def test_what_fails_after_the_answer(
    make_scanner: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One question has one answer, and the job ends all the same."""
    scanner = make_scanner()
    monkeypatch.setattr(Studio, "draw_ahead", _fail)
    async with connected(scanner) as wire:
        await wire.open()
        assert (await wire.ask(Operation.START))[0] is Status.GOOD
        assert scanner.running is None
        assert wire.journal.after()[-1].what == "failed"
        assert (await wire.ask(Operation.GET, 0))[0] is Status.GOOD


def _fail(*_: object) -> None:
    raise ZeroDivisionError


async def test_a_start_that_stalls(make_scanner: ScannerMaker) -> None:
    """START is not answered until CANCEL, and the next one is."""
    scanner = make_scanner(faults=(Fault(FaultKind.STALL, 0, times=1),))
    async with connected(scanner) as wire:
        await wire.open()
        starting = wire.send(Operation.START)
        assert (await wire.ask(Operation.GET, 0))[0] is Status.GOOD
        wire.send(Operation.CANCEL)
        assert await wire.receive() == (starting, Status.CANCELLED, b"")
        assert (await wire.ask(Operation.START))[0] is Status.GOOD


async def test_a_start_that_stalls_ends_with_the_power(
    make_scanner: ScannerMaker,
) -> None:
    """A device that is unplugged is an I/O error, whatever it was waiting for."""
    scanner = make_scanner(faults=(Fault(FaultKind.STALL, 0),))
    async with connected(scanner) as wire:
        await wire.open()
        starting = wire.send(Operation.START)
        await wire.ask(Operation.GET, 0)
        scanner.strike(Fault(FaultKind.OFFLINE))
        assert await wire.receive() == (starting, Status.IO_ERROR, b"")


async def test_long_words_are_cut(make_scanner: ScannerMaker) -> None:
    """The journal keeps a part of what a client makes up."""
    async with connected(make_scanner()) as wire:
        await wire.ask(Operation.OPEN, 1, b"x" * 5000)
        await wire.open()
        await wire.ask(Operation.SET, 2, b"y" * 5000)
        texts = [entry.text for entry in wire.journal.after()]
    assert [word in "".join(texts) for word in ("xxx...", "yyy...")] == [True, True]
    assert max(map(len, texts)) < 300


async def test_paper_is_looked_at_before_it_is_fed(
    make_scanner: ScannerMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blank pages are found in a thread, where the job leaves them out."""
    scanner, looks = make_scanner(), []

    async def look(_: Studio, scanner: VirtualScanner, wish: ScanSettings) -> None:
        looks.append((wish.skip_blank, scanner.running))

    monkeypatch.setattr(Studio, "look", look)
    async with connected(scanner) as wire:
        await wire.open()
        for name, blob in (("source", b"ADF"), ("blank-page-removal", b"\1\0\0\0")):
            assert (await wire.ask(Operation.SET, _number(scanner, name), blob))[0] == 0
        assert (await wire.ask(Operation.START))[0] is Status.GOOD
    assert looks == [(True, None)]


def _number(scanner: VirtualScanner, name: str) -> int:
    descriptors = Options(scanner.model).descriptors
    return [descriptor.name for descriptor in descriptors].index(name)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.binary(max_size=40)
        | st.builds(
            lambda op, rest: struct.pack("=IB", 1, op) + rest,
            st.sampled_from(Operation),
            st.sampled_from([b"", b"\1\0", b"\2\0\0\0", bytes(8), b"\1\0\2\0it"]),
        ),
        max_size=12,
    ),
)
def test_no_client_can_break_it(frames: list[bytes]) -> None:
    """Whatever is sent, the session answers or ends, and frees what it had."""

    async def talk() -> None:
        scanner = _scanner()
        async with connected(scanner) as wire:
            for frame in frames:
                try:
                    wire.end.send(frame)
                except (ConnectionError, BlockingIOError):
                    break
                await asyncio.sleep(0)
        assert wire.devices.released == 1
        assert scanner.running is None

    asyncio.run(talk())


def _scanner() -> VirtualScanner:
    from scanwright_simulators.device import Input, Mode, Model, Side, Size
    from scanwright_simulators.device.generated import GeneratedSide
    from scanwright_simulators.faces.in_process import ManualClock

    bed = Size.of_mm(20, 20)
    model = Model("It", "It", bed, (Input.PLATEN,), (75,), (Mode.GRAY,))
    glass = GeneratedSide(bed, 1, Side.FRONT)
    return VirtualScanner(model, glass=glass, sheets=[], clock=ManualClock())
