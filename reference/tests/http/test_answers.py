"""Answers: error objects, and images in slices."""

from __future__ import annotations

import json
import socket
from http.client import HTTPResponse

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from scanwright.errors import (
    Code,
    InternalError,
    JobFaulted,
    MethodNotAllowed,
    TooManyConnections,
)
from scanwright.http.answers import (
    SLICE_BYTES,
    error_on_the_wire,
    error_response,
    image_response,
)


def test_an_error_has_its_own_code_and_the_status_of_its_kind() -> None:
    """A fault is a conflict, with the code of the device."""
    answer = error_response(JobFaulted("Paper jam.", code=Code.FEEDER_JAM))
    assert answer.status == 409
    assert json.loads(answer.text or "") == {
        "statusCode": 409,
        "code": -1020,
        "message": "Paper jam.",
    }


def test_an_internal_error_is_500() -> None:
    """What is our fault is nobody else's."""
    assert error_response(InternalError("Defect.")).status == 500


def test_a_wrong_method_lists_the_right_ones() -> None:
    """RFC 9110 wants an Allow header."""
    answer = error_response(MethodNotAllowed("PUT", ("DELETE", "GET")))
    assert answer.headers["Allow"] == "DELETE, GET"


def test_an_error_on_the_wire_is_a_whole_answer() -> None:
    """A client that knows nothing of us reads status, length and error object."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(error_on_the_wire(TooManyConnections("Come back later.")))
        answer = HTTPResponse(theirs)
        answer.begin()
        assert (answer.status, answer.will_close) == (503, True)
        assert json.loads(answer.read())["statusCode"] == 503


async def test_a_large_image_arrives_whole() -> None:
    """More than one slice, with its length said before."""
    image = bytes(range(256)) * (2 * SLICE_BYTES // 256) + b"end"

    async def send(request: web.Request) -> web.StreamResponse:
        return await image_response(request, image, "image/png")

    app = web.Application()
    app.router.add_get("/", send)
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/")
        assert await answer.read() == image
        assert answer.content_length == len(image)
        assert answer.headers["Cache-Control"] == "no-store"
