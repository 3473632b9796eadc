"""What every worker process does: obey main, one command after the other.

Two threads. The main one obeys commands and is where foreign code is called. The
listener reads the channel, so that a cancel gets through while that code is at work.
When the channel ends, so does the worker, whatever it is doing.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from abc import ABC, abstractmethod
from queue import Empty, SimpleQueue
from typing import ClassVar, Final

from scanwright.devices.port import Cancelled
from scanwright.errors import Code, ScanwrightError
from scanwright.processes.channel import (
    Cancel,
    Channel,
    Failed,
    Forget,
    Grant,
    Message,
    Need,
    Page,
)
from scanwright.processes.rooms import Rooms
from scanwright.protocol.scanning import PageFormat

__all__ = ["WorkerProgram"]

FAREWELL_S: Final = 1.0
"""Time for what is being done to be left in order when main has gone."""
LONGEST_MESSAGE: Final = 2000
"""Letters of an error: libraries may quote what they did not understand."""

log = logging.getLogger(__name__)
Letter = tuple[Message, list[int]]


class WorkerProgram(ABC):
    """A worker: obeys until the channel ends."""

    name: ClassVar[str]
    """For people: "the ... process"."""
    replies: ClassVar[tuple[type[Message], ...]] = (Grant,)
    """What comes while a command is obeyed, because that asked for it."""

    def __init__(self, channel: Channel, rooms: Rooms) -> None:
        self._channel = channel
        self._rooms = rooms
        self._commands: SimpleQueue[Letter | None] = SimpleQueue()
        self._replies: SimpleQueue[Letter | None] = SimpleQueue()
        self._room = 0
        self._cancelled = threading.Event()
        self._gone = threading.Event()

    def run(self) -> None:
        """Obey commands until main hangs up."""
        listener = threading.Thread(target=self._listen, daemon=True)
        listener.start()
        self.prepare()
        while (letter := self._commands.get()) is not None:
            self._answer(*letter)
        self.leave()
        self._gone.set()
        listener.join()

    @abstractmethod
    def prepare(self) -> None:
        """Do ahead of the first command what would delay it."""

    @abstractmethod
    def obey(self, message: Message, descriptors: list[int]) -> Message:
        """Do what main says, and return the answer. The descriptors stay the caller's.

        Raises:
            ScanwrightError: It cannot be done; travels to main by its class.
        """

    def leave(self) -> None:
        """Let go of what is held: main has hung up."""
        return

    def interrupt(self) -> None:
        """Hasten what is being done; called in the listener's thread."""
        return

    def space(self, size: int) -> memoryview:
        """Ask main for room and wait for it.

        Raises:
            Cancelled: There is no need of it any more.
            DeviceError: This process may not have so much memory.
        """
        message, descriptors = self._ask(Need(size))
        try:
            match message, descriptors:
                case Grant(slot, granted), [descriptor]:
                    self._room = slot
                    return self._rooms.enter(slot, granted, descriptor)
            raise ValueError(f"{message!r} is no answer to a need")
        finally:
            _close((message, descriptors))

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """Tell main that the room is full; `original` is the page's own JPEG."""
        if original is None:
            self._channel.send(Page(self._room, form))
            return
        descriptor = os.memfd_create("scanwright-original", os.MFD_CLOEXEC)
        with os.fdopen(descriptor, "wb") as file:
            file.write(original)
            file.flush()
            self._channel.send(Page(self._room, form), descriptor)

    def _ask(self, question: Message) -> Letter:
        """Return main's reply; the descriptors that come with it are the caller's."""
        self._channel.send(question)
        letter = self._replies.get()
        if letter is None or self._cancelled.is_set():
            _close(letter)
            raise Cancelled
        return letter

    def _answer(self, message: Message, descriptors: list[int]) -> None:
        try:
            answer = self.obey(message, descriptors)
        except ScanwrightError as error:
            text = error.message[:LONGEST_MESSAGE]
            answer = Failed(int(error.code), text, type(error).__name__)
        except Exception as error:  # the edge of the process: a defect is an answer too
            log.exception("%s failed", type(message).__name__)
            text = f"The {self.name} has a defect: {error!r}."[:LONGEST_MESSAGE]
            answer = Failed(int(Code.GENERAL_FAILURE), text)
        finally:
            _close((message, descriptors))
        with contextlib.suppress(BrokenPipeError):
            self._channel.send(answer)

    def _listen(self) -> None:
        """Sort what comes in; at the end of the channel, see that the worker ends."""
        try:
            while (received := self._channel.receive()) is not None:
                self._sort(*received)
        except Exception:  # the edge of the process: a deaf worker must not live on
            log.exception("the channel broke")
        self._cancel()
        self._commands.put(None)
        if not self._gone.wait(FAREWELL_S):
            # A driver does not come back. It may have children, like saned's.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(os.getpid(), signal.SIGKILL)
            os._exit(1)

    def _sort(self, message: Message, descriptors: list[int]) -> None:
        match message:
            case Cancel():
                self._cancel()
            case Forget(slot):
                self._rooms.forget(slot)
            case _ if isinstance(message, self.replies):
                self._replies.put((message, descriptors))
            case _:
                self._commands.put((message, descriptors))

    def _cancel(self) -> None:
        self._cancelled.set()
        self._replies.put(None)
        self.interrupt()

    def _forget_cancel(self) -> None:
        # Nothing more of what was cancelled can come: main sends in order.
        self._cancelled.clear()
        with contextlib.suppress(Empty):
            while True:
                _close(self._replies.get_nowait())


def _close(letter: Letter | None) -> None:
    for descriptor in letter[1] if letter else ():
        os.close(descriptor)
