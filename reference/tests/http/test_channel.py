"""The page channel over a real WebSocket: what is asked is answered, whatever it is."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scanwright.errors import AccessNotGranted, Code
from scanwright.http.channel import SUBPROTOCOL, ChannelEndpoint, ServiceIdentity
from scanwright.http.routes import build_application
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy
from scanwright.sessions.services import Services
from scanwright.sessions.sessions import Sessions
from scanwright_spec import channel, params_schema, result_schema

Client = TestClient[Any, Any]
ORIGIN = "https://app.example.test"
METHODS = channel()["methods"]


@pytest.fixture
def refused() -> set[Access]:
    """What the user has not allowed."""
    return set()


@pytest.fixture
async def sessions(services: Services) -> AsyncIterator[Sessions]:
    """All sessions; a page that goes is forgotten at once."""
    async with Sessions(services, grace_s=0.0, reload_s=0.0) as sessions:
        yield sessions


@pytest.fixture
async def client(sessions: Sessions, refused: set[Access]) -> AsyncIterator[Client]:
    """A client of a service that is version 1.2.3."""

    def consenting(_origin: str | None, access: Access) -> None:
        if access in refused:
            raise AccessNotGranted("Ask the user.")

    endpoint = ChannelEndpoint(sessions, ServiceIdentity("1.2.3", "abc"), consenting)
    app = build_application({"/channel": {"GET": endpoint.connect}}, OriginPolicy())
    app.on_shutdown.append(endpoint.say_farewell)
    async with TestClient(TestServer(app)) as client:
        yield client


class Link:
    """One end of the channel: frames out, frames in, events apart."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.events: list[dict[str, Any]] = []
        self._numbers = itertools.count(1)

    async def send(self, method: str, **params: object) -> int:
        """Ask; return the id."""
        number = next(self._numbers)
        frame = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        await self.socket.send_str(json.dumps(frame))
        return number

    async def answer(self) -> dict[str, Any]:
        """Return the next frame that is no event."""
        while True:
            frame: dict[str, Any] = json.loads(await self.socket.receive_str())
            if "method" not in frame:
                return frame
            Draft202012Validator(params_schema(frame["method"])).validate(
                frame["params"]
            )
            self.events.append(frame)

    async def call(self, method: str, **params: object) -> Any:
        """Ask, and return the result or the error."""
        number = await self.send(method, **params)
        frame = await self.answer()
        assert frame["id"] == number
        if "error" in frame:
            return frame["error"]
        Draft202012Validator(result_schema(method)).validate(frame["result"])
        return frame["result"]

    async def open(self, **params: object) -> Any:
        """Open a session."""
        return await self.call("session.open", **{"protocols": [1], **params})

    async def until_closed(self) -> int | None:
        """Read on until the other side closes; return its code."""
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                break
        return self.socket.close_code


@contextlib.asynccontextmanager
async def _linked(client: Client, origin: str | None = ORIGIN) -> AsyncIterator[Link]:
    headers = {} if origin is None else {"Origin": origin}
    async with client.ws_connect(
        "/channel", protocols=(SUBPROTOCOL,), headers=headers
    ) as socket:
        yield Link(socket)


@pytest.fixture
async def link(client: Client) -> AsyncIterator[Link]:
    """A channel whose session is not open yet."""
    async with _linked(client) as link:
        yield link


async def test_a_session_opens(link: Link) -> None:
    """The first answer says which protocol, which service, and where things are."""
    opened = await link.open(client="test")
    assert opened["protocol"] == 1
    assert opened["service"] == {"version": "1.2.3", "instance": "abc"}
    assert opened["outcome"] == "new"
    assert opened["buffer"]["images"] == []
    assert link.socket.protocol == SUBPROTOCOL


async def test_open_comes_first(link: Link) -> None:
    """Before the session is open nothing else is answered, and afterwards not again."""
    error = await link.call("buffer.state")
    assert error["code"] == Code.OUT_OF_SEQUENCE
    await link.open()
    assert (await link.open())["code"] == Code.OUT_OF_SEQUENCE


async def test_protocols_must_meet(link: Link) -> None:
    """A page that speaks no protocol of ours is told which there are."""
    error = await link.open(protocols=[7, 8])
    assert (error["code"], error["data"]) == (
        Code.SERVICE_OUTDATED,
        {"protocols": [1]},
    )
    assert (await link.open(protocols=[7, 1]))["protocol"] == 1


@pytest.mark.parametrize("protocols", [[], "1", None, ["1"], [True, {}]])
async def test_protocols_are_numbers(link: Link, protocols: object) -> None:
    """Protocols that are no numbers are refused."""
    assert (await link.open(protocols=protocols))["code"] in {
        Code.INVALID_PARAMETER,
        Code.SERVICE_OUTDATED,
    }


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("{", -32700),
        ("[]", -32600),
        ('{"jsonrpc":"2.0","id":1}', -32600),
        ('{"jsonrpc":"2.0","id":1,"method":"no.such"}', -32601),
        ('{"jsonrpc":"2.0","id":1,"method":"buffer.move","params":{}}', -2113),
    ],
)
async def test_what_cannot_be_is_answered(link: Link, frame: str, code: int) -> None:
    """Nonsense is an error with its code, and the channel goes on."""
    await link.open()
    await link.socket.send_str(frame)
    assert (await link.answer())["error"]["code"] == code
    assert await link.call("buffer.undo") == {"done": False}


async def test_bytes_are_hung_up_on(link: Link) -> None:
    """A frame of bytes is none of ours."""
    await link.open()
    await link.socket.send_bytes(b"\x00")
    assert await link.until_closed() == 1003


async def test_a_call_without_id_is_not_answered(link: Link) -> None:
    """A notification is done, and nobody is told the end of it."""
    await link.open()
    frame = {"jsonrpc": "2.0", "method": "document.create", "params": {"name": "A"}}
    await link.socket.send_str(json.dumps(frame))
    state = await link.call("buffer.state")
    assert [each["name"] for each in state["documents"]] == ["Document 1", "A"]


async def test_calls_run_beside_each_other(link: Link, scanners: Any) -> None:
    """While a scan waits for paper, other calls are answered."""
    scanners.next_page = asyncio.Semaphore(0)
    await link.open()
    scan = await link.send("scan.start")
    await link.call("buffer.state")
    scanners.next_page = asyncio.Semaphore(9)
    assert await link.call("call.cancel", call=scan) is not None


async def test_a_cancelled_call_says_so(link: Link, scanners: Any) -> None:
    """A call that is cancelled answers so, and keeps what it has done."""
    scanners.next_page = asyncio.Semaphore(1)
    await link.open()
    scan = await link.send("scan.start")
    while not any(event["method"] == "progress" for event in link.events):
        await link.call("buffer.state")
    cancel = await link.send("call.cancel", call=scan)
    frames = [await link.answer(), await link.answer()]
    answers = {frame["id"]: frame for frame in frames}
    assert answers[cancel]["result"] == {"found": True}
    assert answers[scan]["error"]["code"] == Code.CANCELLED
    assert len((await link.call("buffer.state"))["images"]) == 1


async def test_what_is_not_under_way_is_not_cancelled(link: Link) -> None:
    """Cancelling a call that is over, or never was, finds none."""
    await link.open()
    done = await link.send("buffer.state")
    await link.answer()
    assert await link.call("call.cancel", call=done) == {"found": False}
    assert (await link.call("call.cancel", call=[]))["code"] == Code.INVALID_PARAMETER


async def test_an_id_is_used_once_at_a_time(link: Link, scanners: Any) -> None:
    """While a call is under way no other one may have its id."""
    scanners.next_page = asyncio.Semaphore(0)
    await link.open()
    scan = await link.send("scan.start")
    frame = {"jsonrpc": "2.0", "id": scan, "method": "buffer.state"}
    await link.socket.send_str(json.dumps(frame))
    assert (await link.answer())["error"]["code"] == -32600


async def test_the_users_consent_is_asked(link: Link, refused: set[Access]) -> None:
    """What the user has not allowed is refused; what is the page's own goes on."""
    refused.add(Access.SCANNER)
    await link.open()
    error = await link.call("scanner.list")
    assert error["code"] == Code.ACCESS_REQUIRED
    assert "images" in await link.call("buffer.state")


async def test_a_page_that_closes_its_session(link: Link, sessions: Sessions) -> None:
    """Closing wipes the session before it is answered, and ends the connection."""
    await link.open()
    assert await link.call("session.close") == {}
    assert len(sessions) == 0
    assert await link.until_closed() == 4002


async def test_a_page_that_goes_is_forgotten(
    client: Client, sessions: Sessions
) -> None:
    """When the connection ends and nobody comes back, the session is wiped."""
    async with _linked(client) as link:
        await link.open()
    await _until(lambda: len(sessions) == 0)


async def test_a_page_takes_over_from_itself(client: Client, link: Link) -> None:
    """A page that connects anew has its session, and the old connection is ended."""
    first = await link.open()
    await link.call("document.create", name="A")
    resume = {"session": first["session"], "holder": first["holder"]}
    async with _linked(client) as again:
        opened = await again.open(resume=resume)
        assert opened["outcome"] == "resumed"
        assert len(opened["buffer"]["documents"]) == 2
        assert await link.until_closed() == 4001
        assert "revision" in await again.call("buffer.state")


async def test_the_end_of_the_service_is_told(
    client: Client, link: Link, scanners: Any
) -> None:
    """A service that ends says so, answers what is under way, and hangs up."""
    scanners.next_page = asyncio.Semaphore(0)
    await link.open()
    scan = await link.send("scan.start")
    await link.call("buffer.state")
    await client.app.shutdown()
    frame = await link.answer()
    assert [event["method"] for event in link.events] == ["service.stopping"]
    assert (frame["id"], frame["error"]) == (
        scan,
        {"code": Code.GENERAL_FAILURE, "message": "The service is ending."},
    )
    assert await link.until_closed() == 1001


async def test_who_has_no_session_yet_is_hung_up_on(client: Client, link: Link) -> None:
    """When the service ends; one that has gone by then is not missed."""
    async with _linked(client) as gone:
        await gone.call("buffer.state")
    await link.call("buffer.state")
    await client.app.shutdown()
    message = await link.socket.receive()
    assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)


async def test_only_websockets_here(client: Client) -> None:
    """A request that is no handshake is told what this path is for."""
    answer = await client.get("/channel")
    assert answer.status == 400
    assert "WebSocket" in (await answer.json())["message"]


PARAMS = st.dictionaries(
    st.sampled_from(
        sorted(
            {
                name
                for method in METHODS.values()
                for name in method.get("params", {}).get("properties", {})
            }
        )
    ),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(max_size=20)
        | st.just("0" * 12),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text(max_size=9), inner, max_size=3)
        ),
        max_leaves=5,
    ),
    max_size=5,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(set(METHODS) - {"session.close", "scan.start"})), PARAMS)
async def test_no_parameters_break_it(
    client: Client, method: str, params: dict[str, Any]
) -> None:
    """Whatever the parameters of a method are, there is a result or a clear error."""
    async with _linked(client) as link:
        await link.open()
        told = await link.call(method, **params)
        if isinstance(told, dict) and "code" in told:
            assert told["code"] < 0
            assert told["message"] != "The service failed; its log says why."


async def _until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - nothing tells of these, by design
            await asyncio.sleep(0)
