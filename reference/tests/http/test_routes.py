"""The guard and the table: hosts, origins, preflights, methods, and any error."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scanwright.errors import AccessNotGranted, InvalidParameter
from scanwright.http.answers import json_response
from scanwright.http.routes import Door, Endpoints, build_application
from scanwright.protocol.origins import OriginPolicy, host_policy

Client = TestClient[Any, Any]
Connect = Callable[[Door | OriginPolicy], Any]

APP = "https://app.example"
LISTED = OriginPolicy(frozenset({APP}))


async def good(_request: web.Request) -> web.StreamResponse:
    """Answer."""
    return json_response({"fine": True})


async def bad(_request: web.Request) -> web.StreamResponse:
    """Refuse."""
    raise InvalidParameter("type must be better.")


async def broken(_request: web.Request) -> web.StreamResponse:
    """Have a defect."""
    raise ZeroDivisionError


async def read(request: web.Request) -> web.StreamResponse:
    """Read the body."""
    return json_response(len(await request.read()))


ENDPOINTS: Endpoints = {
    "/good": {"GET": good, "PATCH": good},
    "/bad": {"GET": bad},
    "/broken": {"GET": broken},
    "/read/{id}": {"POST": read},
}


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Return a function that serves the endpoints under a policy."""
    async with AsyncExitStack() as stack:

        async def connect_to(door: Door | OriginPolicy) -> Client:
            server = TestServer(build_application(ENDPOINTS, door))
            return await stack.enter_async_context(TestClient(server))

        yield connect_to


@pytest.fixture
async def client(connect: Connect) -> Client:
    """A client of a service without an allow list."""
    result: Client = await connect(OriginPolicy())
    return result


@pytest.mark.parametrize("path", ["/good", "/bad", "/nowhere"])
async def test_a_foreign_host_is_refused_first(client: Client, path: str) -> None:
    """Whatever the path: a rebound name gets 403 / -2909."""
    answer = await client.get(path, headers={"Host": "evil.example"})
    assert (answer.status, (await answer.json())["code"]) == (403, -2909)


async def test_an_allowed_origin_is_echoed(connect: Connect) -> None:
    """The answer names the origin and varies by it, errors included."""
    client = await connect(LISTED)
    for path in ("/good", "/bad", "/nowhere"):
        answer = await client.get(path, headers={"Origin": APP})
        assert answer.headers["Access-Control-Allow-Origin"] == APP
        assert "Origin" in answer.headers["Vary"]


async def test_a_foreign_origin_is_refused_without_a_cors_header(
    connect: Connect,
) -> None:
    """403 / -2137, and no header that would let the page read it."""
    client = await connect(LISTED)
    answer = await client.get("/good", headers={"Origin": "https://evil.example"})
    assert (answer.status, (await answer.json())["code"]) == (403, -2137)
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_policy_counts_from_the_request_on_that_follows_it(
    connect: Connect,
) -> None:
    """Who is taken off the list is refused, without a restart."""
    policies = [LISTED]
    client = await connect(Door(origins=lambda: policies[0]))
    headers = {"Origin": APP}
    assert (await client.get("/good", headers=headers)).status == 200
    policies[0] = OriginPolicy(frozenset())
    answer = await client.get("/good", headers=headers)
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_hosts_of_the_door_are_let_in(connect: Connect) -> None:
    """The address for others passes the check of the Host header."""
    client = await connect(Door(hosts=lambda: host_policy("192.0.2.7")))
    for host, status in (("192.0.2.7", 200), ("192.0.2.8", 403)):
        answer = await client.get("/good", headers={"Host": host})
        assert answer.status == status


async def test_access_is_asked_for_after_the_origin(connect: Connect) -> None:
    """A page without consent can read why; a foreign page learns nothing of it."""

    def refuse(_request: web.Request) -> None:
        raise AccessNotGranted("Ask the user.")

    client = await connect(Door(origins=lambda: LISTED, access=refuse))
    answer = await client.get("/good", headers={"Origin": APP})
    assert (answer.status, (await answer.json())["code"]) == (403, -2911)
    assert answer.headers["Access-Control-Allow-Origin"] == APP
    answer = await client.get("/good", headers={"Origin": "https://evil.example"})
    assert (await answer.json())["code"] == -2137


async def test_no_answer_demands_tls_of_the_whole_host(client: Client) -> None:
    """Strict-Transport-Security would count for every other port of localhost."""
    for path in ("/good", "/bad", "/nowhere"):
        answer = await client.get(path)
        assert "Strict-Transport-Security" not in answer.headers


async def test_a_preflight_names_methods_and_headers(client: Client) -> None:
    """Methods of the path, headers of the interface, private network if asked."""
    answer = await client.options(
        "/good",
        headers={
            "Origin": APP,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Private-Network": "true",
        },
    )
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, PATCH"
    assert "DWT-PRODUCT-KEY" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


async def test_a_preflight_of_an_unknown_path_is_404(client: Client) -> None:
    """There is nothing to allow."""
    headers = {"Origin": APP, "Access-Control-Request-Method": "GET"}
    answer = await client.options("/nowhere", headers=headers)
    assert answer.status == 404


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"]
)
async def test_another_method_is_not_allowed(client: Client, method: str) -> None:
    """405 / -2112, with the methods that there are."""
    answer = await client.request(method, "/good")
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, PATCH"
    if method != "HEAD":
        assert (await answer.json())["code"] == -2112


async def test_an_error_is_an_object(client: Client) -> None:
    """Status, code and a message that names what is wrong."""
    answer = await client.get("/bad")
    assert await answer.json() == {
        "statusCode": 400,
        "code": -2113,
        "message": "type must be better.",
    }


async def test_an_unknown_path_is_404(client: Client) -> None:
    """With an error object like every other error."""
    answer = await client.get("/good/")
    assert (answer.status, (await answer.json())["statusCode"]) == (404, 404)


async def test_a_defect_is_an_answer_too(client: Client) -> None:
    """500 with an error object; the next request is served."""
    answer = await client.get("/broken")
    assert (answer.status, (await answer.json())["code"]) == (500, -1001)
    assert (await client.get("/good")).status == 200


async def test_a_large_body_is_refused(client: Client) -> None:
    """Above 4 MiB there is no valid request."""
    answer = await client.post("/read/1", data=io.BytesIO(bytes(2**22 + 1)))
    assert (answer.status, (await answer.json())["code"]) == (413, -2113)
