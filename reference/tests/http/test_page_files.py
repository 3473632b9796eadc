"""Images, uploads and saved files by HTTP: below a secret path, and nowhere else."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from PIL import Image

from scanwright.buffer.slots import ScannedPage
from scanwright.http.page_files import PageFiles
from scanwright.http.routes import build_application
from scanwright.protocol.origins import OriginPolicy
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.sessions.changes import image_path
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession
from scanwright.sessions.sessions import Sessions
from scanwright.sessions.shelf import SavedFile

Client = TestClient[Any, Any]
ORIGIN = "https://app.example.test"
PAGE = PageFormat(400, 200, Depth(PixelType.GRAY, 8), (100, 100), Source.FLATBED)
LIMIT = 5000


@pytest.fixture
async def sessions(services: Services) -> AsyncIterator[Sessions]:
    """All sessions."""
    async with Sessions(services) as sessions:
        yield sessions


@pytest.fixture
async def session(sessions: Sessions) -> PageSession:
    """The session of a page with one image."""
    attendance = await sessions.open(
        ORIGIN,
        secret=None,
        holder=None,
        tell=lambda _name, _params: None,
        dismiss=lambda _: None,
    )
    session = attendance.session
    slot = session.services.slots.acquire(PAGE.size_bytes)
    slot.view[: PAGE.size_bytes] = b"\x40" * PAGE.size_bytes
    stored = session.store.put(ScannedPage(slot, PAGE), key=session.key)
    session.receive([stored], None, tag=None, group="test")
    return session


@pytest.fixture
async def client(sessions: Sessions) -> AsyncIterator[Client]:
    """A client of what is served; uploads may be small only."""
    endpoints = PageFiles(sessions, largest_upload=LIMIT).endpoints()
    server = TestServer(build_application(endpoints, OriginPolicy()))
    async with TestClient(server) as client:
        yield client


def _image_url(session: PageSession) -> str:
    (image,) = session.album.images.values()
    return session.base + image_path(image)


async def test_an_image_is_sent(client: Client, session: PageSession) -> None:
    """An image comes as it is: its size, its depth, and kept by no cache."""
    answer = await client.get(_image_url(session))
    assert (answer.status, answer.content_type) == (200, "image/png")
    assert answer.headers["Cache-Control"] == "no-store"
    with Image.open(io.BytesIO(await answer.read())) as image:
        assert (image.size, image.mode, image.getpixel((9, 9))) == ((400, 200), "L", 64)


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("?width=100&height=100", (100, 50)),
        ("?width=100", (100, 50)),
        ("?height=100&width=-1", (200, 100)),
        ("?width=9999&height=9999", (400, 200)),
        ("?width=-1&height=-1", (400, 200)),
    ],
)
async def test_an_image_is_scaled(
    client: Client, session: PageSession, query: str, size: tuple[int, int]
) -> None:
    """An image fits into the size asked for, keeps its ratio, and never grows."""
    answer = await client.get(_image_url(session) + query)
    with Image.open(io.BytesIO(await answer.read())) as image:
        assert image.size == size


@pytest.mark.parametrize(
    "query", ["?width=0", "?height=-2", "?width=x", "?type=image/gif"]
)
async def test_a_wrong_wish_is_named(
    client: Client, session: PageSession, query: str
) -> None:
    """A query that cannot be is refused by the parameter's name."""
    answer = await client.get(_image_url(session) + query)
    assert answer.status == 400
    name = query[1:].partition("=")[0]
    assert name in (await answer.json())["message"]


async def test_an_old_version_is_gone(client: Client, session: PageSession) -> None:
    """What the image showed before an edit is not there any more."""
    url = _image_url(session)
    (image_id,) = session.album.images
    image = session.album.image(image_id)
    session.store.hold(image.page)
    session.change(session.album.show(image_id, image.page), "modify", "edit")
    assert (await client.get(url)).status == 404
    assert (await client.get(_image_url(session))).status == 200
    session.store.drop(image.page)


async def test_another_origin_finds_nothing(
    client: Client, session: PageSession
) -> None:
    """The path alone does not let another origin's page read, nor one that guesses."""
    evil = {"Origin": "https://evil.example.test"}
    assert (await client.get(_image_url(session), headers=evil)).status == 404
    own = await client.get(_image_url(session), headers={"Origin": ORIGIN})
    assert own.status == 200
    guess = _image_url(session).replace(session.base, "/page/" + "A" * 32 + "/")
    assert (await client.get(guess)).status == 404


async def test_an_upload_is_kept(client: Client, session: PageSession) -> None:
    """What is uploaded is kept as it came, for `file.load`."""
    answer = await client.post(session.base + "uploads", data=b"x" * LIMIT)
    assert answer.status == 201
    told = await answer.json()
    upload = session.shelf.take_upload(told["upload"])
    assert (told["bytes"], upload.size) == (LIMIT, LIMIT)
    session.shelf.add_upload(upload)


async def test_uploads_have_a_limit(client: Client, session: PageSession) -> None:
    """A file that is too large is refused, also when it does not say so beforehand."""

    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b"x" * LIMIT

    url = session.base + "uploads"
    assert (await client.post(url, data=b"x" * (LIMIT + 1))).status == 413
    assert (await client.post(url, data=pieces())).status == 413
    assert (await client.post(url, data=b"")).status == 400
    assert session.shelf._uploads == {}


async def test_a_saved_file_is_a_download(client: Client, session: PageSession) -> None:
    """A saved file comes whole, under its name, and never as a page."""
    with session.shelf.new_file(10) as fd:
        size = io.FileIO(fd, "w", closefd=False).write(b"<script>")
    name = session.shelf.add_saved(SavedFile(fd, size, "ä b.pdf", "application/pdf"))
    answer = await client.get(f"{session.base}files/{name}")
    assert await answer.read() == b"<script>"
    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%C3%A4%20b.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox"
    session.shelf.release(name)
    assert (await client.get(f"{session.base}files/{name}")).status == 404


async def test_after_the_end_nothing_is_there(
    client: Client, session: PageSession, sessions: Sessions
) -> None:
    """Paths of a session that has ended are nobody's."""
    url = _image_url(session)
    sessions.end(session)
    assert (await client.get(url)).status == 404
    assert (await client.post(session.base + "uploads", data=b"x")).status == 404
