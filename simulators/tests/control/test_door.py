"""The door: loopback names and own pages only, and every refusal as JSON."""

from __future__ import annotations

from http import HTTPStatus

import aiohttp
import pytest

from scanwright_simulators.control.door import HEADERS


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]:80", "127.1.2.3:9"])
async def test_names_of_this_machine_are_let_in(
    http: aiohttp.ClientSession, host: str
) -> None:
    """Whatever of them a program uses, with any port that leads here."""
    async with http.get("/api", headers={"Host": host}) as answer:
        assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.1"])
async def test_other_names_are_refused(http: aiohttp.ClientSession, host: str) -> None:
    """A page whose name was bound to 127.0.0.1 later gets nothing."""
    async with http.get("/api", headers={"Host": host}) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN
        assert host in (await answer.json())["error"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1"])
async def test_foreign_origins_are_refused(
    http: aiohttp.ClientSession, origin: str
) -> None:
    """Also another port of this machine; no answer tells a browser to share it."""
    for method in ("GET", "POST", "OPTIONS"):
        async with http.request(
            method, "/api/reset", headers={"Origin": origin}
        ) as answer:
            assert answer.status == HTTPStatus.FORBIDDEN
            assert not [name for name in answer.headers if "Access-Control" in name]


async def test_the_panel_s_own_requests_are_let_in(
    http: aiohttp.ClientSession, address: str
) -> None:
    """Their origin is the host that they ask."""
    headers = {"Origin": address, "Sec-Fetch-Site": "same-origin"}
    async with http.post("/api/reset", headers=headers) as answer:
        assert answer.status == HTTPStatus.OK


@pytest.mark.parametrize("whence", ["cross-site", "same-site"])
async def test_other_pages_may_link_but_not_look(
    http: aiohttp.ClientSession, whence: str
) -> None:
    """A picture of the tray in a foreign page stays empty; a link leads here."""
    embedded = {"Sec-Fetch-Site": whence, "Sec-Fetch-Mode": "no-cors"}
    async with http.get("/api/devices/flat/glass.png", headers=embedded) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN
    followed = {"Sec-Fetch-Site": whence, "Sec-Fetch-Mode": "navigate"}
    async with http.get("/", headers=followed) as answer:
        assert answer.status == HTTPStatus.OK
    async with http.post("/api/reset", headers=followed) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("path", ["/", "/api", "/api/nothing", "/panel.js"])
async def test_every_answer_forbids_browsers_the_rest(
    http: aiohttp.ClientSession, path: str
) -> None:
    """No foreign script, no frame, no guess at types."""
    async with http.get(path) as answer:
        assert HEADERS.items() <= dict(answer.headers).items()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nothing", HTTPStatus.NOT_FOUND),
        ("DELETE", "/api/devices", HTTPStatus.METHOD_NOT_ALLOWED),
        ("GET", "/api/devices/nobody", HTTPStatus.NOT_FOUND),
    ],
)
async def test_refusals_have_one_form(
    http: aiohttp.ClientSession, method: str, path: str, status: HTTPStatus
) -> None:
    """What is wrong, and what would have worked."""
    async with http.request(method, path) as answer:
        assert answer.status == status
        assert (await answer.json()).keys() == {"error", "near"}


async def test_a_method_that_is_not_there_names_those_that_are(
    http: aiohttp.ClientSession,
) -> None:
    """As HTTP demands."""
    async with http.put("/api/reset") as answer:
        assert answer.headers["Allow"] == "POST"


async def test_a_body_that_cannot_be_decoded_is_refused(
    http: aiohttp.ClientSession,
) -> None:
    """What it says of its encoding is not so."""
    head = {"Content-Encoding": "deflate", "Content-Type": "application/json"}
    async with http.post("/api/reset", data=b"no deflate", headers=head) as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST
        assert "encoded" in (await answer.json())["error"]
