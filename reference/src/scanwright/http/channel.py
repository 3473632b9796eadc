"""The page channel: one WebSocket a page, JSON-RPC in both directions.

Theory of operation. The connection reads frames and starts a call for each; calls run
beside each other in the session's name and outlive the connection when it breaks, so
that a scan goes on while its page is reloaded. What is told goes through a queue, for
many calls speak and one socket writes. A page that does not read is hung up on when the
queue is full: it comes back and is told everything anew. When the service ends, each
page is told so, its calls under way are answered, and then it is hung up on.

The first call must be `session.open`. What follows a frame that is no call is an error
with the id that it had, and the connection goes on.

Implements: CHANNEL-open-first, CHANNEL-protocols, CHANNEL-errors, CHANNEL-parameters,
CHANNEL-beside, CHANNEL-cancel, CHANNEL-consent, CHANNEL-close.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from aiohttp import WSCloseCode, WSMsgType, hdrs, web

from scanwright.errors import (
    Code,
    InternalError,
    InvalidParameter,
    OutOfSequence,
    ScanwrightError,
    ServiceOutdated,
    TooManyConnections,
)
from scanwright.http.access import Consenting
from scanwright.jobs.registry import ENDING
from scanwright.protocol.members import Members
from scanwright.protocol.rpc import (
    Call,
    CallId,
    NoCall,
    answer,
    event,
    failure,
    no_such_method,
    parse_call,
)
from scanwright.sessions.methods import METHODS
from scanwright.sessions.run import CallFailed, Method, Run
from scanwright.sessions.sessions import Attendance, Farewell, Sessions

__all__ = ["PROTOCOLS", "SUBPROTOCOL", "ChannelEndpoint", "ServiceIdentity"]

logger = logging.getLogger(__name__)

PROTOCOLS: Final = (1,)
SUBPROTOCOL: Final = "scanwright.page.1"
LARGEST_FRAME: Final = 1 << 20
HEARTBEAT_S: Final = 20.0
MOST_CALLS: Final = 64
MOST_UNSENT: Final = 10_000
SESSION_CLOSED: Final = 4002
CLOSE_CODES: Final = {
    Farewell.TAKEN_OVER: 4001,
    Farewell.ENDED: SESSION_CLOSED,
    Farewell.STOPPING: WSCloseCode.GOING_AWAY,
}
LONGEST_CLIENT: Final = 200
LONGEST_SECRET: Final = 64
ENDS: Final = ScanwrightError(ENDING.message, code=ENDING.code)


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """Who answers: `instance` is another one after each start."""

    version: str
    instance: str


@dataclass(frozen=True, slots=True)
class ChannelEndpoint:
    """The handler of `/channel`."""

    sessions: Sessions
    identity: ServiceIdentity
    consenting: Consenting
    connections: set[_Connection] = field(default_factory=set, init=False)

    async def say_farewell(self, _application: web.Application) -> None:
        """Tell all pages that the service ends, and hang up on them.

        A signal for the application's shutdown: nobody is let in any more, and those
        who are inside have a moment to go.
        """
        for connection in self.connections:
            connection.say_farewell()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """Serve a page until it goes."""
        socket = web.WebSocketResponse(
            protocols=(SUBPROTOCOL,),
            heartbeat=HEARTBEAT_S,
            max_msg_size=LARGEST_FRAME,
        )
        if not socket.can_prepare(request).ok:
            raise InvalidParameter("This path speaks WebSocket only (RFC 6455).")
        await socket.prepare(request)
        connection = _Connection(self, socket, request.headers.get(hdrs.ORIGIN))
        await connection.serve()
        return socket


class _Connection:
    """One page's connection."""

    def __init__(
        self,
        endpoint: ChannelEndpoint,
        socket: web.WebSocketResponse,
        origin: str | None,
    ) -> None:
        self._endpoint = endpoint
        self._socket = socket
        self._origin = origin
        self._outbox: asyncio.Queue[str | int] = asyncio.Queue(MOST_UNSENT)
        self._attendance: Attendance | None = None
        self._calls: dict[CallId, asyncio.Task[object]] = {}

    async def serve(self) -> None:
        """Read and write until one side has had enough."""
        self._endpoint.connections.add(self)
        try:
            async with asyncio.TaskGroup() as tasks:
                writer = tasks.create_task(self._write())
                await self._read()
                writer.cancel()
        finally:
            self._endpoint.connections.discard(self)
            if self._attendance is not None:
                self._endpoint.sessions.leave(self._attendance)

    def say_farewell(self) -> None:
        """Tell the page that the service ends, answer its calls, and hang up."""
        if self._attendance is not None:
            self._tell("service.stopping", {})
        for call, task in self._calls.items():
            if not task.done():
                self._post(failure(call, ENDS))
        self._hang_up(WSCloseCode.GOING_AWAY)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                self._hang_up(WSCloseCode.UNSUPPORTED_DATA)
                continue
            call: CallId | None = None
            try:
                asked = parse_call(message.data)
                call = asked.id
                await self._begin(asked)
            except NoCall as error:
                self._post(failure(error.id, error))
            except ScanwrightError as error:
                self._post(failure(call, error, _data(error)))

    async def _write(self) -> None:
        """Send what is told; a number closes the connection with that code."""
        while not isinstance(told := await self._outbox.get(), int):
            with contextlib.suppress(ConnectionError):
                await self._socket.send_str(told)
        await self._socket.close(code=told)

    async def _begin(self, call: Call) -> None:
        """Start a call; errors of what cannot even begin are raised."""
        if call.method == "session.open":
            await self._open(call)
            return
        attendance = self._attendance
        if attendance is None:
            raise OutOfSequence("session.open comes first.")
        if call.method == "call.cancel":
            self._answer(call, {"found": self._cancel(call.params)})
            return
        if call.method == "session.close":
            self._endpoint.sessions.end(attendance.session, None)
            self._answer(call, {})
            self._hang_up(SESSION_CLOSED)
            return
        method = METHODS.get(call.method)
        if method is None:
            raise no_such_method(call)
        self._start(call, method, attendance)

    async def _open(self, call: Call) -> None:
        if self._attendance is not None:
            raise OutOfSequence("This connection has a session already.")
        params = call.params
        _check_protocols(params)
        params.text("client")
        resume = params.nested("resume")
        secret, holder = _secret(resume, "session"), _secret(resume, "holder")
        self._attendance = attendance = await self._endpoint.sessions.open(
            self._origin,
            secret=secret,
            holder=holder,
            tell=self._tell,
            dismiss=lambda farewell: self._hang_up(CLOSE_CODES[farewell]),
        )
        session, identity = attendance.session, self._endpoint.identity
        self._answer(
            call,
            {
                "protocol": PROTOCOLS[-1],
                "service": {
                    "version": identity.version,
                    "instance": identity.instance,
                },
                "session": session.secret,
                "holder": attendance.holder,
                "base": session.base,
                "outcome": attendance.outcome,
                "buffer": session.state(),
            },
        )
        self._endpoint.sessions.warn_at_first(session)

    def _start(self, call: Call, method: Method, attendance: Attendance) -> None:
        session, sessions = attendance.session, self._endpoint.sessions
        if call.id is not None and call.id in self._calls:
            raise NoCall("A call of this id is under way.", code=-32600, id=call.id)
        if sessions.running(session) >= MOST_CALLS:
            raise OutOfSequence(f"{MOST_CALLS} calls are under way already.")
        if method.access is not None:
            self._endpoint.consenting(self._origin, method.access)
        run = Run(session, call.params, call.id)
        task = sessions.run(session, lambda: self._act(call, method, run))
        if call.id is not None:
            self._calls[call.id] = task
            task.add_done_callback(lambda _: self._calls.pop(call.id or 0, None))

    async def _act(self, call: Call, method: Method, run: Run) -> None:
        """Do what is asked, and answer, however it ends."""
        try:
            result = await method.act(run)
        except asyncio.CancelledError:
            cancelled = ScanwrightError("The call was cancelled.", code=Code.CANCELLED)
            self._fail(call, cancelled)
            task = asyncio.current_task()
            if task is not None and not run.session.is_ended:
                task.uncancel()
                return
            raise
        except ScanwrightError as error:
            if isinstance(error, InternalError):
                logger.exception("%s failed", call.method)
            self._fail(call, error)
        except Exception:  # the edge of a call: logged, and the page is told
            logger.exception("%s failed", call.method)
            self._fail(call, InternalError("The service failed; its log says why."))
        else:
            self._answer(call, result)
        unknown = call.params.unknown()
        if unknown:
            logger.info("%s: ignored unknown members %s", call.method, unknown)

    def _cancel(self, params: Members) -> bool:
        number = params.value("call")
        if not isinstance(number, int | str):
            params.refuse("call", "must be the id of a call")
        task = self._calls.get(number)
        return task is not None and task.cancel()

    def _answer(self, call: Call, result: object) -> None:
        if call.id is not None:
            self._post(answer(call.id, result))

    def _fail(self, call: Call, error: ScanwrightError) -> None:
        if call.id is not None:
            self._post(failure(call.id, error, _data(error)))

    def _tell(self, name: str, params: Mapping[str, object]) -> None:
        self._post(event(name, params))

    def _post(self, frame: str) -> None:
        try:
            self._outbox.put_nowait(frame)
        except asyncio.QueueFull:
            logger.warning("a page does not read: it is hung up on")
            self._hang_up(WSCloseCode.TRY_AGAIN_LATER)

    def _hang_up(self, code: int) -> None:
        """Close after what was said before, or at once when that is too much."""
        while self._outbox.full():
            self._outbox.get_nowait()
        self._outbox.put_nowait(int(code))


def _check_protocols(params: Members) -> None:
    spoken = params.values("protocols")
    if not spoken or not all(isinstance(each, int) for each in spoken):
        params.refuse("protocols", "must be an array of whole numbers")
    if not set(PROTOCOLS) & set(spoken):
        raise CallFailed(
            ServiceOutdated("No protocol of the page is spoken here."),
            {"protocols": list(PROTOCOLS)},
        )


def _secret(members: Members, name: str) -> str | None:
    text = members.text(name)
    if text is not None and len(text) > LONGEST_SECRET:
        members.refuse(name, "is too long")
    return text


def _data(error: ScanwrightError) -> Mapping[str, object] | None:
    if isinstance(error, CallFailed):
        return error.data
    if isinstance(error, TooManyConnections):
        return {"retry": True}
    return None
