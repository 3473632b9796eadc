"""What every worker process does, in a thread of this one."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import pytest

from scanwright.devices.port import Cancelled
from scanwright.errors import Code, InvalidParameter
from scanwright.processes.channel import (
    Alive,
    Cancel,
    Channel,
    Close,
    Closed,
    Ended,
    Failed,
    Forget,
    Grant,
    Message,
    Need,
    Page,
    Scan,
)
from scanwright.processes.rooms import Rooms
from scanwright.processes.worker_program import LONGEST_MESSAGE, WorkerProgram
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

FORM = PageFormat(4, 2, Depth(PixelType.GRAY, 8), (300, 300), Source.FLATBED)


class Program(WorkerProgram):
    """Makes one page when it is told to scan, and errors at other words."""

    name = "test process"

    def prepare(self) -> None:
        """Be ready."""

    def obey(self, message: Message, descriptors: list[int]) -> Message:
        """Do it."""
        del descriptors
        match message:
            case Scan():
                try:
                    self.space(8)[:8] = b"8 pixels"
                except Cancelled:
                    return Ended()
                self.page(FORM, b"jpeg")
                return Ended()
            case Close():
                self._forget_cancel()
                return Closed()
            case Alive():
                raise InvalidParameter("bad" * LONGEST_MESSAGE, code=-5)
        raise RuntimeError("a defect")


@dataclass
class Worker:
    """A program that runs, and main's end of its channel."""

    channel: Channel

    def hear(self) -> Message:
        """Return what it says; a descriptor that comes along is closed."""
        received = self.channel.receive()
        assert received is not None
        message, descriptors = received
        for descriptor in descriptors:
            os.close(descriptor)
        return message

    def ask(self, message: Message, *descriptors: int) -> Message:
        """Say something and hear what it says to that."""
        self.channel.send(message, *descriptors)
        return self.hear()


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A program in a thread; it ends in order when its channel does."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(20)
    with closing(Channel(theirs)) as end:
        thread = Thread(target=Program(end, Rooms()).run)
        thread.start()
        with closing(Channel(ours)) as channel:
            yield Worker(channel)
        thread.join(20)
    assert not thread.is_alive()


@pytest.fixture
def memory() -> Iterator[int]:
    """The descriptor of a slot."""
    descriptor = os.memfd_create("slot", os.MFD_CLOEXEC)
    os.ftruncate(descriptor, 4096)
    yield descriptor
    os.close(descriptor)


def test_a_page_is_made_in_the_room_that_is_granted(
    worker: Worker, memory: int
) -> None:
    """Asked for, granted, filled, told; its JPEG comes along."""
    assert worker.ask(Scan()) == Need(8)
    worker.channel.send(Grant(5, 4096), memory)
    received = worker.channel.receive()
    assert received is not None
    message, (jpeg,) = received
    assert message == Page(5, FORM)
    assert os.pread(jpeg, 9, 0) == b"jpeg"
    os.close(jpeg)
    assert os.pread(memory, 8, 0) == b"8 pixels"
    assert worker.hear() == Ended()


def test_a_cancel_ends_the_wait_for_room(worker: Worker, memory: int) -> None:
    """Room that comes too late is void, and the next command has its own."""
    assert worker.ask(Scan()) == Need(8)
    worker.channel.send(Cancel())
    worker.channel.send(Grant(5, 4096), memory)
    assert worker.hear() == Ended()
    assert worker.ask(Close()) == Closed()
    assert worker.ask(Scan()) == Need(8)
    assert worker.ask(Grant(6, 4096), memory) == Page(6, FORM)
    assert worker.hear() == Ended()


def test_a_grant_that_meets_a_cancel_is_closed(memory: int) -> None:
    """The room came, but nobody wants it any more."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(Channel(one)) as end, closing(other):
        program = Program(end, Rooms())
        program._sort(Cancel(), [])
        program._forget_cancel()
        copy = os.dup(memory)
        program._sort(Grant(5, 4096), [copy])
        program._cancelled.set()
        with pytest.raises(Cancelled):
            program.space(8)
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(copy)


def test_an_error_travels_by_its_class_and_is_not_endless(worker: Worker) -> None:
    """With its code, and the beginning of its words."""
    answer = worker.ask(Alive())
    assert answer == Failed(-5, ("bad" * 1000)[:LONGEST_MESSAGE], "InvalidParameter")


def test_a_defect_is_an_answer_too(worker: Worker) -> None:
    """It is named, blamed on nobody, and the worker goes on."""
    worker.ask(Scan())
    wrong = worker.ask(Grant(5, 4096))  # without its descriptor
    assert isinstance(wrong, Failed)
    assert (wrong.code, wrong.kind) == (Code.GENERAL_FAILURE, "")
    assert wrong.message.startswith("The test process has a defect: ValueError(")
    assert worker.ask(Close()) == Closed()


def test_descriptors_do_not_pile_up(worker: Worker, memory: int) -> None:
    """Whatever comes with a command, a grant, or too late, is closed."""
    worker.ask(Close())
    before = len(list(Path("/proc/self/fd").iterdir()))
    for slot in range(20):
        worker.ask(Close(), memory)
        worker.ask(Scan())
        worker.ask(Grant(slot, 4096), memory)
        worker.hear()
        worker.channel.send(Forget(slot))
        worker.channel.send(Grant(99, 4096), memory)
        worker.ask(Close())
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
