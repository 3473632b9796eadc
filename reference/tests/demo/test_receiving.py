"""Forms: read as they come, whatever comes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.demo.receiving import IN_MEMORY_BYTES, Form, Spool, check_length
from scanwright.demo.refusals import refusal_object, refusal_status
from scanwright.errors import ScanwrightError

Client = TestClient[Any, Any]
MOST = 2 * IN_MEMORY_BYTES


async def receive(request: web.Request) -> web.Response:
    """Tell what was in a form."""
    try:
        check_length(request, MOST)
        form = Form(request, "RemoteFile")
        with Spool() as spool:
            async for part in form.files():
                await spool.take(part, most=MOST)
                told: dict[str, Any] = {"name": part.name, "type": part.type}
            data = spool.rewound().read()
            assert hashlib.sha256(data).hexdigest() == spool.sha256
            told |= {"bytes": len(data), **form.fields}
    except ScanwrightError as error:
        return web.json_response(refusal_object(error), status=refusal_status(error))
    return web.json_response(told)


@pytest.fixture
async def receiver() -> AsyncIterator[Client]:
    """A client of it."""
    application = web.Application()
    application.router.add_post("/", receive)
    async with TestClient(TestServer(application)) as client:
        yield client


def form(*parts: str, boundary: str = "B") -> dict[str, Any]:
    """Spell a form."""
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    data = f"{body}--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return {"data": data, "headers": {"Content-Type": kind}}


def field(name: str, value: str, more: str = "") -> str:
    """Spell a part."""
    head = f'Content-Disposition: form-data; name="{name}"{more}'
    return f"{head}\r\n\r\n{value}"


FILE = field("RemoteFile", "data", '; filename="a.txt"\r\nContent-Type: text/plain')


async def test_fields_may_come_before_and_behind_the_file(receiver: Client) -> None:
    """All of them are there when the form was read."""
    parts = (field("a", "1"), FILE, field("b", "ü"))
    answer = await receiver.post("/", **form(*parts))
    told = {"name": "a.txt", "type": "text/plain", "bytes": 4, "a": "1", "b": "ü"}
    assert await answer.json() == told


async def test_a_long_file_goes_through(receiver: Client) -> None:
    """It is kept in a file when it is more than the memory is for."""
    long = field("RemoteFile", "x" * (IN_MEMORY_BYTES + 1))
    answer = await receiver.post("/", **form(long))
    assert (await answer.json())["bytes"] == IN_MEMORY_BYTES + 1


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        (form(field("other", "x")), 400, "RemoteFile"),
        (form(FILE, FILE), 400, "twice"),
        (form(field("RemoteFile", "x" * (MOST + 1))), 413, "At most"),
        (form(field("RemoteFile", "x" * (MOST + 2**21))), 413, "At most"),
        (form(field("a", "x" * 20_000)), 400, "too long"),
        (form(*[field(str(n), "") for n in range(64)], FILE), 400, "64 parts"),
        ({"json": {}}, 415, "multipart/form-data"),
        (
            {"data": b"", "headers": {"Content-Type": "multipart/form-data"}},
            400,
            "form",
        ),
    ],
)
async def test_what_is_no_such_form_is_said_so(
    receiver: Client, sent: dict[str, Any], status: int, words: str
) -> None:
    """Each bound has its message."""
    if isinstance(sent.get("data"), bytes):
        sent = {**sent, "data": io.BytesIO(sent["data"])}
    answer = await receiver.post("/", **sent)
    assert answer.status == status
    assert words in (await answer.json())["message"]


async def test_fields_are_utf8(receiver: Client) -> None:
    """Other bytes are no text."""
    sent = form(field("a", "X"), FILE)
    answer = await receiver.post(
        "/", data=sent["data"].replace(b"X", b"\xff"), headers=sent["headers"]
    )
    assert answer.status == 400


@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.BadContentDispositionParam")
@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    pieces=st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *(b"--B\r\n", b"--B--", b"--B", b"\r\n", b"\r\n\r\n", b": ", b'"'),
                    b"Content-Disposition: form-data; ",
                    b'name="RemoteFile"; filename="a"',
                    *(b"Content-Type: multipart/mixed; boundary=C\r\n", b"--C\r\n"),
                    b"Content-Transfer-Encoding: base64\r\n",
                    b"Content-Length: 5\r\n",
                ]
            ),
            st.binary(max_size=12),
        ),
        max_size=14,
    )
)
async def test_any_bytes_get_an_answer(receiver: Client, pieces: list[bytes]) -> None:
    """A form that is broken is the client's fault, and never the server's."""
    kind = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = await receiver.post("/", data=b"--B\r\n" + b"".join(pieces), headers=kind)
    assert answer.status in {200, 400}
