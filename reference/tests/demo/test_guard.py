"""The guard: foreign pages do not reach the documents."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.demo.database import Database
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings

Client = TestClient[Any, Any]
FRIEND = "https://app.example.test"


@pytest.fixture
async def open_client(sqlite: Database) -> AsyncIterator[Client]:
    """A client of a server that lets one origin and one host name in."""
    settings = DemoSettings(
        origins=frozenset({FRIEND}), hosts=frozenset({"demo.example.test"})
    )
    server = TestServer(build_application(sqlite, settings))
    async with TestClient(server) as client:
        yield client


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example.test"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example.test"},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_foreign_pages_are_refused(
    client: Client, method: str, headers: Mapping[str, str]
) -> None:
    """By their origin, their site, or the name that they used for this machine."""
    answer = await client.request(method, "/documents", headers=headers)
    assert answer.status == 403
    assert (
        "may not" in (text := (await answer.json())["message"]) or "localhost" in text
    )
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_own_pages_and_programs_are_let_in(client: Client) -> None:
    """A page has the server's own origin; a program has none."""
    origin = str(client.make_url("/")).rstrip("/")
    for headers in ({"Origin": origin}, {"Sec-Fetch-Site": "same-origin"}, {}):
        answer = await client.get("/documents", headers=headers)
        assert answer.status == 200
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


async def test_the_demo_itself_may_be_linked_to(client: Client) -> None:
    """Only the data are guarded."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    answer = await client.get("/demos/scanner/", headers=headers)
    assert answer.status == 200


async def test_a_named_origin_may_read_and_upload(open_client: Client) -> None:
    """Its browser is told so, with every header that it asks for."""
    asked = {
        "Origin": FRIEND,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-range,x-segment-sha256,x-mine",
    }
    answer = await open_client.options("/uploads/x", headers=asked)
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == FRIEND
    allowed = answer.headers["Access-Control-Allow-Headers"]
    assert allowed == asked["Access-Control-Request-Headers"]
    answer = await open_client.get("/documents", headers={"Origin": FRIEND})
    assert answer.status == 200
    assert answer.headers["Vary"] == "Origin"


async def test_a_named_host_is_this_machine(open_client: Client) -> None:
    """A page may be served under a name of its own."""
    for host, status in (("demo.example.test:80", 200), ("example.test", 403)):
        answer = await open_client.get("/documents", headers={"Host": host})
        assert answer.status == status
