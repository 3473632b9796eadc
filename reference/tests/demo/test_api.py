"""The interface: what a page sends, and what it is told."""

from __future__ import annotations

import asyncio
import hashlib
import io
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from scanwright.demo.api import MOST_SEGMENT_BYTES, SEGMENT_BYTES
from scanwright.demo.database import Database
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings
from scanwright.demo.tables import chunks, uploads

Client = TestClient[Any, Any]


def picture() -> bytes:
    """Make a TIFF of two pages."""
    pages = [Image.new("L", (60, 30), gray) for gray in (0, 255)]
    output = io.BytesIO()
    pages[0].save(output, "TIFF", save_all=True, append_images=pages[1:])
    return output.getvalue()


PICTURE = picture()
SHA256 = hashlib.sha256(PICTURE).hexdigest()
ANNOUNCED = {
    "name": "a.tif",
    "type": "image/tiff",
    "bytes": len(PICTURE),
    "sha256": SHA256,
}


def form(data: bytes, field: str = "RemoteFile", **fields: str) -> FormData:
    """Make a form with a file."""
    made = FormData(fields)
    made.add_field(field, data, filename="a.tif", content_type="image/tiff")
    return made


async def send(
    client: Client,
    upload: str,
    start: int,
    end: int,
    *,
    data: bytes = PICTURE,
    checksum: str | None = None,
) -> tuple[int, dict[str, Any]]:
    """Send a segment; return status and answer."""
    cut = data[start:end]
    headers = {
        "Content-Range": f"bytes {start}-{end - 1}/{len(PICTURE)}",
        "X-Segment-SHA256": checksum or hashlib.sha256(cut).hexdigest(),
    }
    answer = await client.post(f"/uploads/{upload}", data=form(cut), headers=headers)
    return answer.status, await answer.json()


async def begin(client: Client, **changes: Any) -> str:
    """Announce the test's file."""
    answer = await client.post("/uploads", json={**ANNOUNCED, **changes})
    assert answer.status == 201
    told = await answer.json()
    assert told["offset"] == 0
    assert told["segmentBytes"] > 0
    return str(told["upload"])


@pytest.fixture
async def any_client(database: Database) -> AsyncIterator[Client]:
    """A client of a server on each kind of database."""
    server = TestServer(build_application(database, DemoSettings()))
    async with TestClient(server) as client:
        yield client


@pytest.mark.slow
async def test_a_whole_form_becomes_a_document(any_client: Client) -> None:
    """With its pages, its preview, and the other fields of the form."""
    answer = await any_client.post("/documents", data=form(PICTURE, note="äö"))
    assert answer.status == 201
    told = await answer.json()
    assert (told["name"], told["type"], told["pages"]) == ("a.tif", "image/tiff", 2)
    assert (told["bytes"], told["sha256"]) == (len(PICTURE), SHA256)
    assert told["fields"] == {"note": "äö"}
    listed = await (await any_client.get("/documents")).json()
    assert listed == {"documents": [told], "next": None}
    preview = await any_client.get(told["preview"])
    assert preview.content_type == "image/png"
    assert Image.open(io.BytesIO(await preview.read())).size == (60, 30)
    content = await any_client.get(f"/documents/{told['id']}/content")
    assert await content.read() == PICTURE


@pytest.mark.slow
async def test_segments_become_the_same_document(any_client: Client) -> None:
    """The last answer has it; from then on the upload says so, too."""
    upload = await begin(any_client)
    assert (await send(any_client, upload, 0, 1000))[1]["offset"] == 1000
    state = await (await any_client.get(f"/uploads/{upload}")).json()
    sizes = {"bytes": len(PICTURE), "segmentBytes": SEGMENT_BYTES}
    assert state == {"offset": 1000, **sizes}
    status, told = await send(any_client, upload, 1000, len(PICTURE))
    assert (status, told["document"]["sha256"]) == (200, SHA256)
    assert (told["document"]["pages"], told["offset"]) == (2, len(PICTURE))
    again = await send(any_client, upload, 1000, len(PICTURE))
    assert again == (200, told)
    assert await (await any_client.get(f"/uploads/{upload}")).json() == told


async def test_a_damaged_segment_is_not_stored(client: Client) -> None:
    """The answer says where to go on."""
    upload = await begin(client)
    await send(client, upload, 0, 10)
    status, told = await send(client, upload, 10, 20, checksum="0" * 64)
    assert (status, told["error"], told["offset"]) == (422, "checksum", 10)
    assert (await send(client, upload, 10, 20))[1]["offset"] == 20


@pytest.mark.parametrize(("start", "end"), [(20, 30), (5, 15)])
async def test_a_segment_elsewhere_is_told_the_offset(
    client: Client, start: int, end: int
) -> None:
    """Behind a gap, or half of it known."""
    upload = await begin(client)
    await send(client, upload, 0, 10)
    status, told = await send(client, upload, start, end)
    assert (status, told["offset"]) == (409, 10)


async def test_a_whole_that_differs_is_dropped(client: Client) -> None:
    """There is no offset to go on from."""
    upload = await begin(client, sha256="0" * 64)
    status, told = await send(client, upload, 0, len(PICTURE))
    assert (status, told["error"]) == (422, "checksum")
    assert "offset" not in told
    assert (await client.get(f"/uploads/{upload}")).status == 404


@pytest.mark.slow
async def test_an_upload_outlives_the_server(database: Database, url: str) -> None:
    """Another server on the same database goes on where the first one was."""
    del database
    upload = ""
    for start, end in ((0, 1000), (1000, len(PICTURE))):
        with Database(url) as opened:
            server = TestServer(build_application(opened, DemoSettings()))
            async with TestClient(server) as client:
                upload = upload or await begin(client)
                told = (await send(client, upload, start, end))[1]
    assert told["document"]["sha256"] == SHA256


@pytest.mark.slow
async def test_an_answer_that_was_lost_at_the_end_is_given_again(
    sqlite: Database, client: Client
) -> None:
    """All bytes were there, and the server ended before it made the document."""
    from scanwright.demo.uploads import Segment, Uploads

    upload = await begin(client)
    segment = Segment(0, len(PICTURE), SHA256, io.BytesIO(PICTURE))
    # With the clock of today: what is old is swept away.
    Uploads(sqlite, time.time).append(upload, segment)
    told = await (await client.get(f"/uploads/{upload}")).json()
    assert told["document"]["pages"] == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bytes": 0}, "empty"),
        ({"bytes": -1}, "bytes"),
        ({"bytes": True}, "bytes"),
        ({"bytes": "5"}, "bytes"),
        ({"name": "a/b"}, "name"),
        ({"type": "x"}, "type"),
        ({"sha256": "x"}, "sha256"),
        ({"fields": []}, "fields"),
    ],
)
async def test_a_wrong_announcement_is_refused(
    client: Client, changes: dict[str, Any], words: str
) -> None:
    """The message names the member."""
    answer = await client.post("/uploads", json={**ANNOUNCED, **changes})
    assert answer.status == 400
    assert words in (await answer.json())["message"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/json", b"{", 400),
        ("application/json", b"[]", 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b"\xff", 400),
        ("application/json", b" " * 300_000, 413),
    ],
)
async def test_what_is_no_announcement_is_refused(
    client: Client, kind: str, body: bytes, status: int
) -> None:
    """Forms of foreign pages can send only other types than JSON."""
    headers = {"Content-Type": kind}
    answer = await client.post("/uploads", data=body, headers=headers)
    assert answer.status == status
    assert (await answer.json())["message"]


async def test_files_beyond_the_limit_are_refused(sqlite: Database) -> None:
    """Announced, as a whole, or as more than a form says of itself; nothing is left."""
    server = TestServer(build_application(sqlite, DemoSettings(most_bytes=1000)))
    async with TestClient(server) as client:
        answer = await client.post("/uploads", json={**ANNOUNCED, "bytes": 1001})
        assert answer.status == 413
        answer = await client.post("/documents", data=form(bytes(1001)))
        assert (answer.status, (await answer.json())["error"]) == (413, "too-large")
        too_long = io.BytesIO(bytes(2 * 1024 * 1024))
        answer = await client.post("/documents", data=too_long)
        assert answer.status == 413
        listed = await (await client.get("/documents")).json()
    assert listed["documents"] == []


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({}, b"abc", 400),
        ({"Content-Range": "bytes 0-2/7"}, b"abc", 400),
        ({"Content-Range": f"bytes 2-0/{len(PICTURE)}"}, b"abc", 400),
        ({"Content-Range": f"bytes 0-9/{len(PICTURE)}"}, b"abc", 400),
        ({"Content-Range": f"bytes 0-{len(PICTURE)}/{len(PICTURE)}"}, b"abc", 400),
    ],
)
async def test_a_segment_must_be_what_its_range_says(
    client: Client, headers: dict[str, str], data: bytes, status: int
) -> None:
    """And lie in the file that was announced."""
    upload = await begin(client)
    answer = await client.post(f"/uploads/{upload}", data=form(data), headers=headers)
    assert answer.status == status
    assert (await (await client.get(f"/uploads/{upload}")).json())["offset"] == 0


async def test_a_segment_may_be_so_long(client: Client) -> None:
    """Beyond that it is refused before it has come."""
    upload = await begin(client)
    headers = {"Content-Length": str(2 * MOST_SEGMENT_BYTES)}
    answer = await client.post(
        f"/uploads/{upload}", headers=headers, skip_auto_headers=[]
    )
    assert answer.status == 413


async def test_an_upload_can_be_given_up(client: Client) -> None:
    """It is not known from then on; giving it up twice is no fault."""
    upload = await begin(client)
    for _ in range(2):
        assert (await client.delete(f"/uploads/{upload}")).status == 204
    assert (await client.get(f"/uploads/{upload}")).status == 404
    status, _ = await send(client, upload, 0, 10)
    assert status == 404


@pytest.mark.slow
async def test_documents_are_listed_in_parts_and_deleted(client: Client) -> None:
    """The newest first; `next` leads on."""
    ids = []
    for _ in range(3):
        answer = await client.post("/documents", data=form(b"no picture"))
        told = await answer.json()
        assert (told["pages"], told["preview"]) == (None, None)
        ids.append(told["id"])
    first = await (await client.get("/documents?limit=2")).json()
    rest = await (await client.get(f"/documents?limit=2&before={first['next']}")).json()
    found = [each["id"] for each in (*first["documents"], *rest["documents"])]
    assert (found, rest["next"]) == (ids[::-1], None)
    for status in (204, 404):
        assert (await client.delete(f"/documents/{ids[0]}")).status == status
    for path in ("", "/content", "/preview"):
        assert (await client.get(f"/documents/{ids[0]}{path}")).status == 404


@pytest.mark.parametrize("query", ["limit=x", "before=-1", "limit=" + "9" * 20])
async def test_queries_are_whole_numbers(client: Client, query: str) -> None:
    """Others are refused with words."""
    answer = await client.get(f"/documents?{query}")
    assert answer.status == 400


async def test_an_empty_file_is_refused(client: Client) -> None:
    """Nothing is left of it."""
    answer = await client.post("/documents", data=form(b""))
    assert (answer.status, (await answer.json())["message"]) == (
        400,
        "The file is empty.",
    )


async def test_fields_may_come_with_the_last_segment(client: Client) -> None:
    """A form that is sent in segments has its fields in each."""
    upload = await begin(client)
    headers = {"Content-Range": f"bytes 0-{len(PICTURE) - 1}/{len(PICTURE)}"}
    answer = await client.post(
        f"/uploads/{upload}", data=form(PICTURE, note="x"), headers=headers
    )
    assert (await answer.json())["document"]["fields"] == {"note": "x"}


async def test_a_form_that_breaks_off_leaves_nothing(sqlite: Database) -> None:
    """The browser was closed; what has come of the file is dropped."""
    server = TestServer(build_application(sqlite, DemoSettings()))
    await server.start_server()
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    part = 'Content-Disposition: form-data; name="RemoteFile"; filename="a"'
    head = (
        "POST /documents HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000000\r\n"
        "Content-Type: multipart/form-data; boundary=B\r\n\r\n"
        f"--B\r\n{part}\r\n\r\n"
    )
    writer.write(head.encode() + bytes(4_000_000))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    await server.close()
    with sqlite.reading() as connection:
        left = [connection.execute(select(t)).all() for t in (uploads, chunks)]
    assert left == [[], []]


async def test_the_field_of_the_file_can_have_another_name(sqlite: Database) -> None:
    """As the server was told."""
    server = TestServer(build_application(sqlite, DemoSettings(file_field="scan")))
    async with TestClient(server) as client:
        for field, status in (("scan", 201), ("RemoteFile", 400)):
            answer = await client.post("/documents", data=form(b"data", field))
            assert answer.status == status


@pytest.mark.slow
@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cuts=st.lists(st.integers(1, len(PICTURE) - 1), max_size=5), data=st.data())
async def test_any_order_of_segments_ends_in_the_same_bytes(
    client: Client, cuts: list[int], data: st.DataObject
) -> None:
    """Whoever goes on where he is told to arrives, however he began."""
    ends = sorted({*cuts, len(PICTURE)})
    starts = [0, *ends[:-1]]
    upload = await begin(client)
    order = data.draw(st.permutations(list(zip(starts, ends, strict=True))))
    for start, end in order:
        status, told = await send(client, upload, start, end)
        assert status in {200, 409}
    while "document" not in told:
        start = told["offset"]
        end = next(end for end in ends if end > start)
        _, told = await send(client, upload, start, end)
    content = await client.get(f"/documents/{upload}/content")
    assert await content.read() == PICTURE
