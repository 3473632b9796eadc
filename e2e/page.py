"""A page as the service sees it, without a browser: the channel, spoken from Python.

Every frame that comes is held against the specification's schema, so that whatever a
test does it also shows that the service keeps to the channel that is written down.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator
from typing import Any, Self

import aiohttp
from jsonschema import Draft202012Validator

from scanwright_spec import channel, params_schema, result_schema

__all__ = ["CallError", "Page", "visiting"]

SUBPROTOCOL = channel()["subprotocol"]
ANSWER_S = 60.0


class CallError(Exception):
    """What a call was answered with instead of a result."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.data: dict[str, Any] = error.get("data", {})


class Page:
    """An open page: `call` asks, `events` are what it was told."""

    def __init__(
        self,
        api: str,
        client: aiohttp.ClientSession,
        socket: aiohttp.ClientWebSocketResponse,
        origin: str | None,
    ) -> None:
        self.api = api
        self.client = client
        self.socket = socket
        self.origin = origin
        self.opened: dict[str, Any] = {}
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.close_code: int | None = None
        self._numbers = itertools.count(1)
        self._waiting: dict[int, tuple[str, asyncio.Future[Any]]] = {}
        self._told = asyncio.Condition()

    @property
    def base(self) -> str:
        """The address below which the session's images and files are."""
        return f"{self.api}{self.opened['base']}"

    @property
    def headers(self) -> dict[str, str]:
        """What the browser would send with a request of this page."""
        return {} if self.origin is None else {"Origin": self.origin}

    async def open(self, resume: dict[str, str] | None = None) -> Self:
        """Begin a session, or take one up."""
        params: dict[str, Any] = {"protocols": [1], "client": "test"}
        if resume is not None:
            params["resume"] = resume
        self.opened = await self.call("session.open", **params)
        return self

    async def call(self, method: str, **params: Any) -> Any:
        """Ask, and return the result; a `CallError` is what went wrong."""
        _, future = await self.begin(method, **params)
        async with asyncio.timeout(ANSWER_S):
            return await future

    async def begin(
        self, method: str, **params: Any
    ) -> tuple[int, asyncio.Future[Any]]:
        """Ask, and return the call's id with the future of its result."""
        number = next(self._numbers)
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (method, future)
        frame = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.socket.send_str(json.dumps(frame))
        return number, future

    async def until(self, name: str, **members: Any) -> dict[str, Any]:
        """Wait for an event that has these members; return its parameters."""

        def found() -> dict[str, Any] | None:
            for told, params in self.events:
                if told == name and members.items() <= params.items():
                    return params
            return None

        async with asyncio.timeout(ANSWER_S), self._told:
            await self._told.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def upload(self, data: bytes) -> str:
        """Send a file; return what `file.load` calls it by."""
        url = f"{self.base}uploads"
        async with self.client.post(url, data=data, headers=self.headers) as answer:
            assert answer.status == 201, await answer.text()
            name: str = (await answer.json())["upload"]
            return name

    async def fetch(self, path: str, **query: str | int) -> bytes:
        """Return what lies below the base."""
        url = f"{self.base}{path}"
        async with self.client.get(url, params=query, headers=self.headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()

    async def read(self) -> None:
        """Take in frames until the connection ends."""
        async for message in self.socket:
            self._take(json.loads(message.data))
            async with self._told:
                self._told.notify_all()
        self.close_code = self.socket.close_code
        for _, future in self._waiting.values():
            if not future.done():
                future.cancel()

    def _take(self, frame: dict[str, Any]) -> None:
        assert frame.pop("jsonrpc") == "2.0"
        if "method" in frame:
            name, params = frame["method"], frame["params"]
            _check(params_schema(name), params)
            self.events.append((name, params))
            return
        method, future = self._waiting.pop(frame["id"])
        if "error" in frame:
            future.set_exception(CallError(frame["error"]))
            return
        try:
            _check(result_schema(method), frame["result"])
        except Exception as error:  # noqa: BLE001 - the test that asked is to fail
            future.set_exception(error)
        else:
            future.set_result(frame["result"])


@contextlib.asynccontextmanager
async def visiting(
    api: str,
    *,
    origin: str | None = "https://app.example.test",
    resume: dict[str, str] | None = None,
    opens: bool = True,
) -> AsyncIterator[Page]:
    """Connect a page to the service at `api`, and open its session."""
    headers = {} if origin is None else {"Origin": origin}
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(
            f"{api}/channel", protocols=(SUBPROTOCOL,), headers=headers, max_msg_size=0
        ) as socket,
        asyncio.TaskGroup() as tasks,
    ):
        page = Page(api, client, socket, origin)
        reader = tasks.create_task(page.read())
        try:
            if opens:
                await page.open(resume)
            yield page
        finally:
            await socket.close()
            reader.cancel()


def _check(schema: dict[str, Any], value: object) -> None:
    Draft202012Validator(schema).validate(value)
