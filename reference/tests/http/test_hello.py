"""Who is there: an answer that every page may read, whatever the policy says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.http.channel import PROTOCOLS, ServiceIdentity
from scanwright.http.hello import HELLO, hello
from scanwright.http.routes import Door, build_application
from scanwright.protocol.origins import OriginPolicy, parse_origin

GOOD, EVIL = "https://app.example.test", "https://evil.example.test"
Client = TestClient[Any, Any]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    """A client of a service that lets one origin in."""
    policy = OriginPolicy(frozenset({parse_origin(GOOD)}))
    identity = ServiceIdentity("1.2.3", "abc")
    door = Door(lambda: policy, open_paths=(HELLO, "/open/"))
    endpoints = {
        HELLO: {"GET": hello(identity, lambda: policy)},
        "/other": {"GET": hello(identity, lambda: policy)},
        "/open/inside": {"GET": hello(identity, lambda: policy)},
    }
    async with TestClient(TestServer(build_application(endpoints, door))) as client:
        yield client


@pytest.mark.parametrize(
    ("origin", "verdict"), [(GOOD, "allowed"), (EVIL, "refused"), (None, "allowed")]
)
async def test_everybody_is_answered(
    client: Client, origin: str | None, verdict: str
) -> None:
    """Every origin may read who is there, and whether it would be let in."""
    headers = {} if origin is None else {"Origin": origin}
    answer = await client.get(HELLO, headers=headers)
    assert answer.status == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "no-store"
    assert await answer.json() == {
        "service": "scanwright",
        "version": "1.2.3",
        "instance": "abc",
        "protocols": list(PROTOCOLS),
        "origin": verdict,
    }


async def test_what_lies_below_an_open_path_is_open(client: Client) -> None:
    """An open path that ends in a slash opens all that is below it."""
    answer = await client.get("/open/inside", headers={"Origin": EVIL})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, "*")


async def test_the_rest_stays_closed(client: Client) -> None:
    """What is open to all is this path alone."""
    answer = await client.get("/other", headers={"Origin": EVIL})
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_host_is_looked_at(client: Client) -> None:
    """A name of somebody else's is not answered: DNS rebinding learns nothing."""
    answer = await client.get(HELLO, headers={"Host": "evil.example.test"})
    assert answer.status == 403
