"""Endpoints 14 to 20: documents over HTTP."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient
from PIL import Image

Client = TestClient[Any, Any]
JOBS = "/api/device/scanners/jobs"
DOCUMENTS = "/api/storage/documents"
RIGHT = {"DWT-DOC-PASSWORD": "Sesame"}
ORIGIN = "https://a.example"


async def page_urls(client: Client, origin: str | None = None) -> list[str]:
    """Scan two pages of shades 1 and 2; return their URLs."""
    headers = {"Origin": origin} if origin else {}
    job = await (await client.post(JOBS, data="{}", headers=headers)).json()
    path = f"{JOBS}/{job['jobuid']}/next-page-info"
    urls = []
    while (answer := await client.get(path, headers=headers)).status == 200:
        urls.append((await answer.json())[0]["url"])
    return urls


async def create(client: Client, **body: object) -> str:
    """Make a document; return its path."""
    answer = await client.post(DOCUMENTS, json=body)
    assert answer.status == 201
    info = await answer.json()
    assert info["pages"] == []
    assert len(info["uid"]) == 12
    return f"{DOCUMENTS}/{info['uid']}"


async def insert(client: Client, path: str, source: str, **more: Any) -> list[str]:
    """Put a page into a document; return the ids of all pages."""
    answer = await client.post(f"{path}/pages", json={"source": source, **more})
    assert answer.status == 200, await answer.text()
    return [page["uid"] for page in (await answer.json())["pages"]]


async def code(
    client: Client, method: str, path: str, **kwargs: Any
) -> tuple[int, int]:
    """Send a request; return status and code of the error."""
    answer = await client.request(method, path, **kwargs)
    return answer.status, (await answer.json())["code"]


async def image(answer: ClientResponse) -> Image.Image:
    """Return the picture in an answer."""
    assert answer.status == 200, await answer.text()
    return Image.open(io.BytesIO(await answer.read()))


async def shade(client: Client, path: str, page: str) -> int:
    """Return the shade of a page of a document."""
    answer = await client.get(f"{path}/content?type=image/png&pages={page}")
    assert answer.content_type == "image/png"
    (found,) = (await image(answer)).getcolors() or []
    assert isinstance(found[1], int)
    return found[1]


async def test_pages_go_where_they_are_sent(document_client: Client) -> None:
    """Positions count from 1; without one, or out of range, a page comes last."""
    client = document_client
    one, two = await page_urls(client)
    path = await create(client)
    (first,) = await insert(client, path, one)
    assert (await insert(client, path, two))[0] == first
    assert (await insert(client, path, two, insertPos=1))[1] == first
    assert (await insert(client, path, one, insertPos=0))[1] == first
    pages = await insert(client, path, two, insertPos=9)
    assert [await shade(client, path, page) for page in pages] == [2, 1, 2, 1, 2]
    info = await (await client.get(path)).json()
    assert info == {"uid": path[-12:], "pages": [{"uid": page} for page in pages]}


async def test_pages_outlive_their_job(document_client: Client) -> None:
    """A document needs nothing of the job any more."""
    (one, _) = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    await document_client.delete(f"{JOBS}/{one.split('/')[7]}")
    assert await shade(document_client, path, "0") == 1
    assert await code(
        document_client, "POST", f"{path}/pages", json={"source": one}
    ) == (400, -2113)


async def test_metadata_are_replaced_entirely(document_client: Client) -> None:
    """Nothing of the former ones stays; wrong ones change nothing."""
    path = await create(document_client)
    for metadata in ({"a": 1, "b": [2]}, "text", {"b": None}):
        answer = await document_client.patch(path, json={"metadata": metadata})
        assert (await answer.json())["metadata"] == metadata
        info = await (await document_client.get(path)).json()
        assert info["metadata"] == metadata
    for body in ({}, {"metadata": 1}, {"metadata": None}):
        assert await code(document_client, "PATCH", path, json=body) == (400, -2113)
    assert (await (await document_client.get(path)).json())["metadata"] == {"b": None}


async def test_a_deleted_document_is_unknown(
    document_client: Client, storage_folder: Path
) -> None:
    """204, then 404 for everything, and nothing stays on the disk."""
    (one, _) = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    assert (await document_client.delete(path)).status == 204
    for method, below in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("GET", "/content"),
        ("POST", "/pages"),
        ("DELETE", "/pages/0"),
    ):
        assert await code(document_client, method, path + below) == (404, -1040)
    left = await asyncio.to_thread(lambda: [p.name for p in storage_folder.iterdir()])
    assert left == ["key"]


@pytest.mark.parametrize("name", ["0", "id"])
async def test_a_page_is_removed_by_number_or_id(
    document_client: Client, name: str
) -> None:
    """The others keep their ids and their order."""
    one, two = await page_urls(document_client)
    path = await create(document_client)
    for source in (one, two, one):
        pages = await insert(document_client, path, source)
    param = pages[0] if name == "id" else name
    answer = await document_client.delete(f"{path}/pages/{param}")
    assert answer.status == 204
    info = await (await document_client.get(path)).json()
    assert [page["uid"] for page in info["pages"]] == pages[1:]
    for unknown in (pages[0], "2", "x", "-1"):
        assert await code(document_client, "DELETE", f"{path}/pages/{unknown}") == (
            404,
            -1040,
        )


@pytest.mark.parametrize("header", ["DWT-DOC-PASSWORD", "X-DICS-DOC-PASSWORD"])
async def test_a_password_is_needed_for_everything(
    document_client: Client, header: str
) -> None:
    """403 without it and with another one, and nothing has happened."""
    (one, _) = await page_urls(document_client)
    path = await create(document_client, password="Sesame")  # noqa: S106
    right = {header: "Sesame"}
    body = {"source": one}
    answer = await document_client.post(f"{path}/pages", json=body, headers=right)
    assert answer.status == 200
    for headers in ({}, {header: "sesame"}, {header: ""}, {header: "x" * 200}):
        for method, below, json_body in (
            ("GET", "", None),
            ("GET", "/content?type=image/png", None),
            ("PATCH", "", {"metadata": "x"}),
            ("POST", "/pages", body),
            ("DELETE", "/pages/0", None),
            ("DELETE", "", None),
        ):
            assert await code(
                document_client, method, path + below, json=json_body, headers=headers
            ) == (403, -1043)
    info = await (await document_client.get(path, headers=right)).json()
    assert len(info["pages"]) == 1
    assert "metadata" not in info
    assert (await document_client.delete(path, headers=right)).status == 204


async def test_a_wrong_password_makes_no_document(document_client: Client) -> None:
    """Longer than 32 characters, or no string."""
    for password in ("x" * 33, 7, None, " x"):
        assert await code(
            document_client, "POST", DOCUMENTS, json={"password": password}
        ) == (400, -2113)


async def test_a_document_is_for_its_origin(document_client: Client) -> None:
    """Others are answered as if there were none."""
    headers = {"Origin": ORIGIN}
    answer = await document_client.post(DOCUMENTS, headers=headers)
    path = f"{DOCUMENTS}/{(await answer.json())['uid']}"
    assert (await document_client.get(path, headers=headers)).status == 200
    assert (await document_client.get(path)).status == 200
    foreign = {"Origin": "https://b.example"}
    assert await code(document_client, "GET", path, headers=foreign) == (404, -1040)
    (one, _) = await page_urls(document_client, ORIGIN)
    free = await create(document_client)
    assert await code(
        document_client, "POST", f"{free}/pages", json={"source": one}, headers=foreign
    ) == (400, -2113)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"source": 7},
        {"source": "http://foreign.example/page.png"},
        {"source": "http://127.0.0.1:18622/api/storage/documents/0190817c22ab/content"},
        {"insertPos": "1"},
        {"insertPos": 1.5},
    ],
)
async def test_a_wrong_insertion_changes_nothing(
    document_client: Client, body: dict[str, object]
) -> None:
    """400, and the message names the member."""
    (one, _) = await page_urls(document_client)
    path = await create(document_client)
    if "insertPos" in body:
        body = {"source": one, **body}
    answer = await document_client.post(f"{path}/pages", json=body)
    assert answer.status == 400
    name = "insertPos" if "insertPos" in body else "source"
    assert name in (await answer.json())["message"]
    assert (await (await document_client.get(path)).json())["pages"] == []


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("application/pdf", b"%PDF-1.5"),
        ("image/tiff", b"MM\0*"),
        ("image/png", b"\x89PNG"),
        ("image/jpeg", b"\xff\xd8\xff"),
    ],
)
async def test_content_comes_in_four_types(
    document_client: Client, kind: str, head: bytes
) -> None:
    """The MIME type asked for, and a file of that type; PDF when none is asked for."""
    one, two = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    await insert(document_client, path, two)
    answer = await document_client.get(f"{path}/content", params={"type": kind})
    data = await answer.read()
    assert (answer.status, answer.content_type) == (200, kind), data
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(data) == answer.content_length
    assert data.startswith(head)
    if kind == "application/pdf":
        plain = await (await document_client.get(f"{path}/content")).read()
        assert plain.startswith(head)


async def test_pages_come_in_the_order_asked_for(document_client: Client) -> None:
    """By number and by id, twice when asked twice; all when none is named."""
    one, two = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    pages = await insert(document_client, path, two)
    for names, wanted in (
        (f"{pages[1]},0,1", [2, 1, 2]),
        ("", [1, 2]),
    ):
        params = {"type": "image/tiff", "pages": names}
        answer = await document_client.get(f"{path}/content", params=params)
        tiff = await image(answer)
        found = []
        for frame in range(getattr(tiff, "n_frames", 1)):
            tiff.seek(frame)
            found.append(tiff.getpixel((0, 0)))
        assert found == wanted


async def test_more_quality_is_less_loss(document_client: Client) -> None:
    """As everywhere else in the product, higher is better."""
    one, _ = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    losses = []
    for quality in (0, 50, 100):
        params = {"type": "image/jpeg", "quality": quality}
        jpeg = await image(await document_client.get(f"{path}/content", params=params))
        losses.append(sum(getattr(jpeg, "quantization")[0]))  # noqa: B009 - JPEG's own
    assert losses == sorted(set(losses), reverse=True)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("type=image/bmp", (400, -2113)),
        ("quality=101", (400, -2113)),
        ("compression=6&version=1.4", (400, -2113)),
        ("type=image/png&pages=0,0", (400, -2113)),
        ("pages=x", (400, -2113)),
        ("pages=1", (404, -1040)),
        ("pages=0190817c3001", (404, -1040)),
    ],
)
async def test_wrong_parameters_are_refused(
    document_client: Client, query: str, expected: tuple[int, int]
) -> None:
    """400 for what cannot be, 404 for a page that is not there."""
    one, _ = await page_urls(document_client)
    path = await create(document_client)
    await insert(document_client, path, one)
    assert await code(document_client, "GET", f"{path}/content?{query}") == expected


@pytest.mark.parametrize("kind", ["application/pdf", "image/png"])
async def test_a_document_without_pages_has_no_content(
    document_client: Client, kind: str
) -> None:
    """404: the first page is not there."""
    path = await create(document_client)
    query = f"{path}/content?type={kind}"
    assert await code(document_client, "GET", query) == (404, -1040)


async def test_a_damaged_document_is_told(
    document_client: Client, storage_folder: Path
) -> None:
    """500 and -1036 for it, and all others are served."""
    path, other = await create(document_client), await create(document_client)
    index = storage_folder / path[-12:] / "index"
    await asyncio.to_thread(index.write_bytes, b"noise")
    assert await code(document_client, "GET", path) == (500, -1036)
    assert (await document_client.get(other)).status == 200


async def test_a_damaged_document_can_be_deleted(
    document_client: Client, storage_folder: Path
) -> None:
    """By a program, as any without a password; not by a page, whose it may not be."""
    path = await create(document_client)
    index = storage_folder / path[-12:] / "index"
    whole = await asyncio.to_thread(index.read_bytes)
    await asyncio.to_thread(index.write_bytes, whole[:-1])
    page = {"Origin": ORIGIN}
    assert await code(document_client, "DELETE", path, headers=page) == (500, -1036)
    assert (await document_client.delete(path)).status == 204
    assert await code(document_client, "DELETE", path) == (404, -1040)


async def test_bodies_need_no_content_type(document_client: Client) -> None:
    """Published samples send JSON without one."""
    body = json.dumps({"password": "Sesame"})
    answer = await document_client.post(DOCUMENTS, data=body)
    path = f"{DOCUMENTS}/{(await answer.json())['uid']}"
    assert await code(document_client, "GET", path) == (403, -1043)
    assert (await document_client.get(path, headers=RIGHT)).status == 200


async def test_wrong_methods_are_named(document_client: Client) -> None:
    """405 with the methods that there are."""
    answer = await document_client.put(DOCUMENTS)
    assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    answer = await document_client.post(f"{DOCUMENTS}/0190817c22ab")
    assert answer.headers["Allow"] == "DELETE, GET, PATCH"
