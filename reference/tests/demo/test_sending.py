"""Sending: ranges as RFC 9110 has them, and nothing that runs."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Client = TestClient[Any, Any]
DATA = bytes(range(100))


async def store(client: Client, name: str, kind: str, data: bytes = DATA) -> str:
    """Upload a file; return the path of its content."""
    form = FormData(quote_fields=False)
    form.add_field("RemoteFile", data, filename=name, content_type=kind)
    answer = await client.post("/documents", data=form)
    assert answer.status == 201, await answer.text()
    return f"/documents/{(await answer.json())['id']}/content"


async def test_a_document_is_a_download(client: Client) -> None:
    """It has its name in all alphabets, and is not kept by caches."""
    path = await store(client, 'Größe "2" 100%.pdf', "application/pdf")
    answer = await client.get(path)
    assert await answer.read() == DATA
    assert answer.headers["Content-Type"] == "application/pdf"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment; ")
    assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%222%22%20100%25.pdf" in disposition
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_page_that_was_uploaded_does_not_run(client: Client) -> None:
    """Its type is that of any bytes, and a browser must not guess another."""
    answer = await client.get(await store(client, "a.html", "text/html", b"<script>"))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-9", 206, range(10)),
        ("bytes=90-", 206, range(90, 100)),
        ("bytes=-5", 206, range(95, 100)),
        ("bytes=-500", 206, range(100)),
        ("bytes=50-1000", 206, range(50, 100)),
        ("bytes=0-1,5-6", 200, range(100)),
        ("pages=1-2", 200, range(100)),
        ("bytes=9-5", 200, range(100)),
        ("bytes=100-", 416, range(0)),
    ],
)
async def test_ranges(client: Client, asked: str, status: int, part: range) -> None:
    """One range is served; what nobody understands is left aside."""
    path = await store(client, "a", "image/png")
    answer = await client.get(path, headers={"Range": asked})
    assert answer.status == status
    if status == 206:
        told = f"bytes {part.start}-{part.stop - 1}/100"
        assert answer.headers["Content-Range"] == told
    if status == 416:
        assert answer.headers["Content-Range"] == "bytes */100"
    else:
        assert await answer.read() == DATA[part.start : part.stop]


async def test_a_download_goes_on_only_in_the_same_file(client: Client) -> None:
    """If-Range names what was begun."""
    path = await store(client, "a", "image/png")
    etag = (await client.head(path)).headers["ETag"]
    for known, status in ((etag, 206), ('"other"', 200)):
        headers = {"Range": "bytes=50-", "If-Range": known}
        assert (await client.get(path, headers=headers)).status == status


async def test_head_has_no_body(client: Client) -> None:
    """It tells the length."""
    answer = await client.head(await store(client, "a", "image/png"))
    assert answer.headers["Content-Length"] == "100"
    assert await answer.read() == b""


@settings(
    deadline=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    asked=st.one_of(
        st.from_regex(r"bytes=[0-9]{0,4}-[0-9]{0,4}", fullmatch=True),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20),
    )
)
async def test_any_range_gets_an_answer(client: Client, asked: str) -> None:
    """It is a part, all, or refused."""
    path = await store(client, "a", "image/png")
    answer = await client.get(path, headers={"Range": asked})
    assert answer.status in {200, 206, 416}
    await client.delete(path.removesuffix("/content"))
