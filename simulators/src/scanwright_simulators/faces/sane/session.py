"""One client: a connection, the device that it opened, and the page it waits for.

Requests are answered in the order in which they come, START and WAIT when there is
something to say. While these last, PENDING tells the client that somebody is there.
CANCEL overtakes them: what is pending is answered CANCELLED at once, though a thread
may go on drawing for the cache.

    request                 no device open            device open
    ----------------------  ------------------------  --------------------------------
    LIST                    the devices               the devices
    OPEN                    its options, or INVAL,    INVAL
                            or DEVICE_BUSY
    START, WAIT             INVAL                     when there is something to say
    another before that     -                         the connection ends: no client
                                                      of ours does it
    SET                     INVAL                     at once, DEVICE_BUSY in a job
    GET, PARAMETERS         INVAL                     at once
    what is no request      the connection ends       the connection ends
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from scanwright_simulators.device import Capture, Journal, ScanSettings, VirtualScanner
from scanwright_simulators.errors import (
    MessageError,
    SettingsRefused,
    SimulatorError,
)
from scanwright_simulators.faces.sane import protocol
from scanwright_simulators.faces.sane.opened import OpenDevice, address_of
from scanwright_simulators.faces.sane.options import encode
from scanwright_simulators.faces.sane.pixels import Part
from scanwright_simulators.faces.sane.protocol import Operation, Request
from scanwright_simulators.faces.sane.scan import Granted
from scanwright_simulators.faces.sane.status import Status
from scanwright_simulators.faces.sane.studio import Studio
from scanwright_simulators.faces.words import shown

__all__ = ["SOURCE", "Client", "Devices", "Session"]

SOURCE: Final = "sane"
"""What the journal calls this face."""

HEARTBEAT_S: Final = 2.0
VENDOR: Final = "Scanwright"
TYPE: Final = "virtual scanner"
LOG: Final = logging.getLogger(__name__)

Work = Callable[[Request, OpenDevice], Awaitable[None]]
"""What answers a request when there is something to say."""


class Devices(Protocol):
    """The scanners behind a face, and who has which of them open."""

    def listed(self) -> Sequence[VirtualScanner]:
        """Return the devices that are there now."""

    def claim(self, name: str, session: Session) -> VirtualScanner | Status:
        """Give a device to `session`, or say why not."""

    def release(self, session: Session) -> None:
        """Take back what `session` has open."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who is at the other end."""

    pid: int
    program: str

    def __str__(self) -> str:
        return f"{self.program} ({self.pid})"


class Session:
    """Answers one client; belongs to the thread of the event loop."""

    def __init__(
        self,
        connection: socket.socket,
        client: Client,
        *,
        devices: Devices,
        studio: Studio,
        journal: Journal,
        tasks: asyncio.TaskGroup,
    ) -> None:
        self._connection = connection
        self._client = client
        self._devices = devices
        self._studio = studio
        self._journal = journal
        self._tasks = tasks
        self._device: OpenDevice | None = None
        self._pending: asyncio.Task[None] | None = None
        self._question = 0
        self._heartbeat: asyncio.TimerHandle | None = None
        self._changed = asyncio.Event()
        self._is_closed = False

    async def serve(self) -> None:
        """Answer until the client goes."""
        loop = asyncio.get_running_loop()
        limit = protocol.MAX_REQUEST + 1
        try:
            while not self._is_closed:
                # An error is told once; what was sent before it comes afterwards.
                with contextlib.suppress(ConnectionError):
                    self._take(await loop.sock_recv(self._connection, limit))
                await asyncio.sleep(0)  # a client that floods starves no other
        finally:
            self.close("was cut off")
            self._connection.close()

    def catch_up(self) -> None:
        """Take what the client has sent already, its end included."""
        while not self._is_closed:
            try:
                self._take(self._connection.recv(protocol.MAX_REQUEST + 1))
            except BlockingIOError:
                return
            except ConnectionError:
                continue

    def close(self, how: str, *, is_orderly: bool = False) -> None:
        """End the session; its device is free at once."""
        if self._is_closed:
            return
        self._is_closed = True
        self._stop_pending()
        if self._device is not None:
            self._device.leave(is_orderly=is_orderly)
            self._tell("closed", f"{self._client} {how}")
            self._device = None
        self._devices.release(self)
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def _take(self, frame: bytes) -> None:
        if self._is_closed:  # what was queued behind its end
            return
        if not frame:
            self.close("hung up")
            return
        try:
            self._answer(protocol.parse(frame))
        except MessageError as error:
            self._tell("refused", f"{self._client}: {error}")
            self.close("was dropped")

    def _answer(self, request: Request) -> None:
        match request.operation:
            case Operation.LIST:
                self._list(request)
            case Operation.OPEN:
                self._open(request)
            case Operation.CANCEL:
                self._cancel()
            case Operation.CLOSE:
                self.close("closed it", is_orderly=True)
            case operation if self._device is not None:
                self._answer_of(self._device, operation, request)
            case _:
                self._say(request, Status.INVAL)

    def _answer_of(
        self,
        device: OpenDevice,
        operation: Operation,
        request: Request,
    ) -> None:
        try:
            match operation:
                case Operation.START:
                    self._begin(request, device, self._start)
                case Operation.WAIT:
                    self._begin(request, device, self._wait)
                case Operation.SET:
                    self._set(request, device)
                case Operation.GET:
                    self._get(request, device)
                case _:
                    shape = device.options.parameters()
                    self._send(protocol.reply_parameters(request.sequence, shape))
        except SettingsRefused as error:
            self._tell("refused", f"{self._client}: {error}", near=error.near)
            self._say(request, Status.INVAL)

    # Devices.

    def _list(self, request: Request) -> None:
        if request.number != protocol.VERSION:
            self._say(request, Status.UNSUPPORTED)
            return
        devices = [
            (address_of(scanner), VENDOR, scanner.model.name, TYPE)
            for scanner in self._devices.listed()
        ]
        frame, count = protocol.reply_devices(request.sequence, devices)
        if count < len(devices):
            names = ", ".join(device[0] for device in devices[count:])
            self._tell("left out", f"the list of devices has no room for {names}")
        self._send(frame)

    def _open(self, request: Request) -> None:
        if request.number != protocol.VERSION:
            self._say(request, Status.UNSUPPORTED)
            return
        name = request.blob.decode(errors="replace")
        found = Status.INVAL if self._device else self._devices.claim(name, self)
        if isinstance(found, Status):
            text = f"{self._client} opened {shown(name)!r} and got {found.name}"
            self._tell("not opened", text, status=found.name)
            self._say(request, found)
            return
        self._device = OpenDevice(found, str(self._client), self._changed.set)
        self._tell("opened", f"{self._client} opened it")
        options = self._device.options
        self._send(
            protocol.reply_options(request.sequence, options.descriptors, options.caps),
        )

    # Options.

    def _get(self, request: Request, device: OpenDevice) -> None:
        sensor = device.options.sensor(request.number)
        if sensor is None:
            value = device.options.get(request.number)
        elif device.scanner.is_offline:
            self._say(request, Status.IO_ERROR)
            return
        else:
            value = int(device.sense(sensor))
        self._send(protocol.reply_value(request.sequence, encode(value)))

    def _set(self, request: Request, device: OpenDevice) -> None:
        if device.scan.is_running:
            self._say(request, Status.DEVICE_BUSY)
            return
        options = device.options
        change = options.set(request.number, request.blob)
        name = options.name(request.number)
        self._tell(
            "set",
            f"{self._client} set {name}",
            option=name,
            value=change.value,
            info=int(change.info),
        )
        frame = protocol.reply_set(
            request.sequence, change.info, encode(change.value), options.caps
        )
        self._send(frame)

    # Pages.

    async def _start(self, request: Request, device: OpenDevice) -> None:
        settings = device.options.settings()
        self._tell("start", f"{self._client} asks for a page", **_wish(settings))
        await self._studio.look(device.scanner, settings)
        found = device.scan.begin(settings)
        if found is Status.PENDING:
            found = await self._stalled(device)
        if isinstance(found, Status):
            self._no_page(request, found, "the device has none")
            return
        noise_from = device.scan.noise_from(found)
        parts = await self._studio.parts(found, noise_from)
        self._hand_over(request, device, found, parts)
        self._studio.draw_ahead(device.scan.waiting)

    def _no_page(self, request: Request, status: Status, reason: str) -> None:
        text = f"{self._client} got {status.name} and no page: {reason}"
        self._tell("no page", text, status=status.name)
        self._finish(protocol.reply(request.sequence, status))

    def _hand_over(
        self,
        request: Request,
        device: OpenDevice,
        capture: Capture,
        parts: Sequence[Part],
    ) -> None:
        frame = protocol.reply_page(
            request.sequence,
            device.scan.parameters(capture),
            device.scan.granted(capture),
            [part.size for part in parts],
        )
        self._finish(frame, [part.file.descriptor for part in parts])

    async def _wait(self, request: Request, device: OpenDevice) -> None:
        capture = device.scan.capture
        while (answer := device.scan.look(request.number)) is None:
            await self._news(device)
        if isinstance(answer, Granted):
            self._finish(protocol.reply_granted(request.sequence, answer.size))
            return
        page = capture.page.identity if capture else "no page"
        self._tell(
            "page ended",
            f"{self._client}: {page} ended with {answer.name}",
            status=answer.name,
            identity=str(page),
            bytes=request.number,
        )
        self._finish(protocol.reply(request.sequence, answer))

    async def _stalled(self, device: OpenDevice) -> Status:
        """Wait for a cancel, which ends this, or for the device to lose its power."""
        while not device.scanner.is_offline:
            await self._news(device)
        return Status.IO_ERROR

    async def _news(self, device: OpenDevice) -> None:
        """Wait for more of the page, or for something to happen to the device."""
        self._changed.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(device.pause_s()):
                await self._changed.wait()

    def _cancel(self) -> None:
        if self._pending is not None:
            self._stop_pending()
            self._send(protocol.reply(self._question, Status.CANCELLED))
        if self._device is None:
            return
        if self._device.scan.is_running:
            self._tell("cancelled", f"{self._client} cancelled")
        self._device.scan.cancel()

    # What is pending.

    def _begin(self, request: Request, device: OpenDevice, work: Work) -> None:
        if self._pending is not None:
            raise MessageError("a second question before the first was answered")
        self._question = request.sequence
        answering = self._guarded(request, device, work)
        self._pending = self._tasks.create_task(answering)
        self._beat_later()

    async def _guarded(self, request: Request, device: OpenDevice, work: Work) -> None:
        """Do `work`; what goes wrong in it is no matter of other clients."""
        try:
            await work(request, device)
        except Exception as error:  # noqa: BLE001  the edge: drawing may raise anything
            device.scan.abandon(str(error) or type(error).__name__)
            self._fail(request, error)

    def _fail(self, request: Request, error: Exception) -> None:
        is_full = isinstance(error, OSError | MemoryError)
        status = Status.NO_MEM if is_full else Status.IO_ERROR
        reason = f"{type(error).__name__}: {error}"
        if not isinstance(error, SimulatorError):
            LOG.error("a page of %s failed", self._client, exc_info=error)
        if self._pending is None:  # it was answered already
            self._tell("failed", f"{self._client}: {reason}")
        else:
            self._no_page(request, status, reason)

    def _beat_later(self) -> None:
        loop = asyncio.get_running_loop()
        self._heartbeat = loop.call_later(HEARTBEAT_S, self._beat)

    def _beat(self) -> None:
        frame = protocol.reply(self._question, Status.PENDING)
        # A client that is stopped has enough of them in its queue.
        with contextlib.suppress(OSError):
            self._connection.send(frame, socket.MSG_NOSIGNAL)
        self._beat_later()

    def _stop_pending(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
        self._forget_pending()

    def _forget_pending(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        self._pending = self._heartbeat = None

    def _finish(self, frame: bytes, files: Sequence[int] = ()) -> None:
        self._forget_pending()
        self._send(frame, files)

    # The wire and the journal.

    def _say(self, request: Request, status: Status) -> None:
        self._send(protocol.reply(request.sequence, status))

    def _send(self, frame: bytes, files: Sequence[int] = ()) -> None:
        try:
            if files:
                socket.send_fds(
                    self._connection, [frame], list(files), socket.MSG_NOSIGNAL
                )
            else:
                self._connection.send(frame, socket.MSG_NOSIGNAL)
        except ConnectionError:
            return  # it has closed: its last words are still to be read
        except OSError:
            self.close("takes no answers")

    def _tell(
        self,
        what: str,
        text: str,
        *,
        near: Sequence[str] = (),
        **data: Any,
    ) -> None:
        slug = self._device.scanner.model.slug if self._device else ""
        self._journal.add(
            SOURCE, what, text, device=slug, near=near, pid=self._client.pid, **data
        )


def _wish(settings: ScanSettings) -> dict[str, Any]:
    return {
        "input": settings.input.value,
        "mode": settings.mode.value,
        "resolution_dpi": settings.resolution_dpi,
        "depth": settings.depth,
    }
