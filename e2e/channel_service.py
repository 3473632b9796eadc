"""A service that speaks the page channel from canned answers, and checks each frame.

It stands in for the real one where a test needs it to refuse, vanish, hang or forget.
Every frame that comes or goes is held against the schema of the channel.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import secrets
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any, Final

import yaml
from aiohttp import WSMsgType, web
from engines.site import end
from jsonschema import Draft202012Validator

__all__ = ["CANNED", "CHANNEL", "ChannelService", "image", "running_service"]

CHANNEL: Final = yaml.safe_load(
    files("scanwright_spec").joinpath("channel.yaml").read_text("utf-8")
)
ANYBODY: Final = {"Access-Control-Allow-Origin": "*"}
SCANNER: Final = {"name": "Flat", "type": 16, "device": "canned:0"}
DOCUMENT: Final = "d" * 12
STORAGE: Final = "5" * 12
PNG: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080000000"
    "03a7e9b550000000a4944415478da6368000000820081dd436af40000"
    "000049454e44ae426082"
)

CANNED: Final[Mapping[str, Any]] = {
    "call.cancel": {"found": True},
    "scanner.list": {"scanners": [SCANNER]},
    "scanner.open": {
        "scanner": SCANNER,
        "description": {
            "inputs": [
                {
                    "source": "flatbed",
                    "widthMm": 210,
                    "heightMm": 297,
                    "depths": [{"pixelType": "gray", "bits": 8}],
                    "resolutionsDpi": [100, 300],
                }
            ],
            "brightness": None,
            "contrast": None,
            "feederLoaded": None,
        },
        "settings": {
            "source": "flatbed",
            "pixelType": "gray",
            "bits": 8,
            "resolutionDpi": 300,
            "region": None,
            "brightness": 0,
            "contrast": 0,
            "pageLimit": None,
        },
    },
    "buffer.undo": {"done": True},
    "buffer.redo": {"done": False},
    "buffer.options": {"maximum": 3},
    "buffer.estimate": {"bytes": 1234},
    "buffer.duplicate": {"images": ["b" * 12]},
    "document.create": {"document": DOCUMENT},
    "document.copyImages": {"images": ["c" * 12]},
    "edit.measure": {
        "angle": -1.5,
        "area": {"left": 1, "top": 2, "right": 3, "bottom": 4},
        "isBlank": True,
        "deviation": 0.5,
    },
    "file.load": {"images": ["e" * 12]},
    "file.save": {
        "path": "files/1",
        "name": "scan.png",
        "type": "image/png",
        "bytes": len(PNG),
        "sha256": "0" * 64,
    },
    "storage.create": {"storage": STORAGE},
    "storage.exists": {"exists": True},
    "storage.load": {"images": ["a" * 12], "former": ["b" * 12]},
}
"""Answers of the methods that have no behaviour here; others answer with nothing."""


def image(number: int, *, version: int = 1) -> dict[str, Any]:
    """Return the description of a page."""
    name = f"{number:012x}"
    return {
        "id": name,
        "version": version,
        "path": f"images/{name}/{version}",
        "widthPx": 100,
        "heightPx": 50,
        "pixelType": "gray",
        "bits": 8,
        "resolutionDpi": [300, 300],
        "bytes": 5000,
        "tags": [],
    }


@dataclass
class Session:
    """What the service remembers of a page."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    holder: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    revision: int = 0
    images: list[dict[str, Any]] = field(default_factory=list)

    @property
    def state(self) -> dict[str, Any]:
        """The whole buffer."""
        return {
            "revision": self.revision,
            "images": self.images,
            "current": self.images[-1]["id"] if self.images else None,
            "selected": [],
            "visible": None,
            "filter": None,
            "document": DOCUMENT,
            "documents": [
                {"id": DOCUMENT, "name": "Document", "count": len(self.images)}
            ],
            "canUndo": False,
            "canRedo": False,
            "options": {"insert": "append", "maximum": 0, "tag": None},
        }


@dataclass
class ChannelService:
    """The service; what a test sets here, it does."""

    hello: dict[str, Any] = field(
        default_factory=lambda: {
            "service": "scanwright",
            "version": "0.1.0",
            "instance": secrets.token_hex(4),
            "protocols": [1],
            "origin": "allowed",
        }
    )
    hello_waits: asyncio.Event | None = None
    foreign: str | None = None
    """What it says instead, as another program would, without CORS."""
    close_code: int | None = None
    """What it closes each channel with, as soon as it is open."""
    is_full: bool = False
    """It holds all the sessions that it can."""
    pages: int = 2
    hangs: bool = False
    """A scan does not end before it is cancelled."""
    port: int = 0
    sessions: dict[str, Session] = field(default_factory=dict)
    sockets: list[web.WebSocketResponse] = field(default_factory=list)
    called: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    uploads: list[tuple[str, bytes]] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    _tasks: dict[Any, asyncio.Task[None]] = field(default_factory=dict)

    @property
    def methods(self) -> list[str]:
        """The methods that were called, in their order."""
        return [method for method, _ in self.called]

    @property
    def session(self) -> Session:
        """The newest session."""
        return list(self.sessions.values())[-1]

    def application(self) -> web.Application:
        """Return what answers."""
        app = web.Application(client_max_size=2**26)
        app.router.add_get("/hello", self._hello)
        app.router.add_get("/channel", self._channel)
        app.router.add_post("/s/{token}/uploads", self._upload)
        app.router.add_options("/s/{token}/uploads", self._preflight)
        app.router.add_get("/s/{token}/{path:.+}", self._picture)
        return app

    async def hang_up(self, code: int = 1001) -> None:
        """Close every channel."""
        for socket in self.sockets[:]:
            await socket.close(code=code)

    def restart(self) -> None:
        """Forget all sessions, as another instance has never known them."""
        self.sessions.clear()
        self.hello = {**self.hello, "instance": secrets.token_hex(4)}

    async def tell(self, event: str, params: dict[str, Any]) -> None:
        """Send an event on the newest channel."""
        _check(CHANNEL["events"][event]["params"], params)
        message = {"jsonrpc": "2.0", "method": event, "params": params}
        await self.sockets[-1].send_json(message)

    async def change(self, *, skip: int = 0, **told: Any) -> None:
        """Tell a change of the buffer; `skip` revisions get lost on the way."""
        self.session.revision += 1 + skip
        params = {"revision": self.session.revision, **told}
        await self.tell("buffer.changed", params)

    async def _hello(self, request: web.Request) -> web.Response:
        self.requests.append(request.path)
        if self.hello_waits is not None:
            await self.hello_waits.wait()
        if self.foreign is not None:
            return web.Response(text=self.foreign)
        return web.json_response(self.hello, headers=ANYBODY)

    async def _preflight(self, _: web.Request) -> web.Response:
        allowed = {"Access-Control-Allow-Headers": "Content-Type"}
        return web.Response(status=204, headers=ANYBODY | allowed)

    async def _upload(self, request: web.Request) -> web.Response:
        assert request.match_info["token"] in self.sessions
        self.uploads.append((request.content_type, await request.read()))
        said = {"upload": secrets.token_urlsafe(24), "bytes": len(self.uploads[-1][1])}
        return web.json_response(said, status=201, headers=ANYBODY)

    async def _picture(self, request: web.Request) -> web.Response:
        self.requests.append(request.path_qs.partition("/s/")[2].partition("/")[2])
        return web.Response(body=PNG, content_type="image/png", headers=ANYBODY)

    async def _channel(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=[CHANNEL["subprotocol"]])
        await socket.prepare(request)
        assert socket.ws_protocol == CHANNEL["subprotocol"]
        if self.close_code is not None:
            await socket.close(code=self.close_code)
            return socket
        self.sockets.append(socket)
        try:
            async with asyncio.TaskGroup() as calls:
                async for message in socket:
                    if message.type is WSMsgType.TEXT:
                        self._take(socket, json.loads(message.data), calls)
                for task in self._tasks.values():
                    task.cancel()
        finally:
            self.sockets.remove(socket)
        return socket

    def _take(
        self,
        socket: web.WebSocketResponse,
        frame: dict[str, Any],
        calls: asyncio.TaskGroup,
    ) -> None:
        assert frame.keys() == {"jsonrpc", "id", "method", "params"}, frame
        assert frame["jsonrpc"] == "2.0"
        assert frame["method"] in CHANNEL["methods"], frame
        _check_exactly(CHANNEL["methods"][frame["method"]].get("params"), frame)
        self.called.append((frame["method"], frame["params"]))
        work = self._answer(socket, frame)
        task = calls.create_task(work)
        if frame["method"] == "scan.start":
            self._tasks[frame["id"]] = task

    async def _answer(
        self, socket: web.WebSocketResponse, frame: dict[str, Any]
    ) -> None:
        method, params = frame["method"], frame["params"]
        own: dict[str, Callable[[Any, Any], Awaitable[dict[str, Any]]]] = {
            "session.open": self._open,
            "session.close": self._close,
            "call.cancel": self._cancel,
            "buffer.state": self._state,
            "scan.start": self._scan,
        }
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": frame["id"]}
        try:
            if method in own:
                result = await own[method](frame["id"], params)
            else:
                result = CANNED.get(method, {})
            _check(CHANNEL["methods"][method]["result"], result)
            answer["result"] = result
        except asyncio.CancelledError:
            answer["error"] = {"code": -1032, "message": "Cancelled."}
        except OverflowError:
            answer["error"] = {
                "code": -1001,
                "message": "Too many pages.",
                "data": {"retry": True},
            }
        except LookupError as error:
            answer["error"] = {
                "code": -2207,
                "message": "Other protocols.",
                "data": {"protocols": error.args[0]},
            }
        if not socket.closed:
            await socket.send_json(answer)

    async def _open(self, _: object, params: dict[str, Any]) -> dict[str, Any]:
        if not set(params["protocols"]) & set(self.hello["protocols"]):
            raise LookupError(self.hello["protocols"])
        if self.is_full:
            raise OverflowError
        resume = params.get("resume")
        session = self.sessions.get(resume["session"]) if resume else None
        outcome = "resumed" if session else "unknown" if resume else "new"
        if session is None:
            session = Session()
            self.sessions[session.token] = session
        return {
            "protocol": 1,
            "service": {key: self.hello[key] for key in ("version", "instance")},
            "session": session.token,
            "holder": session.holder,
            "base": f"/s/{session.token}/",
            "outcome": outcome,
            "buffer": session.state,
        }

    async def _close(self, _: object, __: object) -> dict[str, Any]:
        self.sessions.popitem()
        return {}

    async def _cancel(self, _: object, params: dict[str, Any]) -> dict[str, Any]:
        task = self._tasks.pop(params["call"], None)
        if task is not None:
            task.cancel()
        return {"found": task is not None}

    async def _state(self, _: object, __: object) -> dict[str, Any]:
        return self.session.state

    async def _scan(self, call: object, _: object) -> dict[str, Any]:
        added: list[str] = []
        for number in itertools.count(len(self.session.images) + 1):
            if len(added) == self.pages:
                break
            self.session.images.append(image(number))
            added.append(image(number)["id"])
            order = [each["id"] for each in self.session.images]
            await self.change(action="add", images=[image(number)], order=order)
            done = {"call": call, "done": len(added), "total": None}
            await self.tell("progress", done)
        if self.hangs:
            await asyncio.Event().wait()
        return {"images": added, "discarded": 0}


def _check(schema: dict[str, Any], value: object) -> None:
    Draft202012Validator({**schema, "$defs": CHANNEL["$defs"]}).validate(value)


def _check_exactly(schema: dict[str, Any] | None, frame: dict[str, Any]) -> None:
    """Check parameters; one that the schema does not name is a mistake, too."""
    _check(schema or {"type": "object"}, frame["params"])
    while schema and "$ref" in schema:
        schema = CHANNEL["$defs"][schema["$ref"].rpartition("/")[2]]
    named = (schema or {}).get("properties", {})
    assert frame["params"].keys() <= named.keys(), frame


@contextlib.asynccontextmanager
async def running_service(
    service: ChannelService | None = None,
    *,
    tls: ssl.SSLContext | None = None,
) -> AsyncIterator[ChannelService]:
    """Run it on a free port of this machine, or on the one that it has had."""
    service = service or ChannelService()
    runner = web.AppRunner(service.application(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", service.port, ssl_context=tls)
    await site.start()
    service.port = runner.addresses[0][1]
    try:
        yield service
    finally:
        await service.hang_up()
        await end(runner)
