"""Uploads: files come whole and under safe names, or not at all."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.control import uploads
from scanwright_simulators.control.api import serving
from scanwright_simulators.control.door import door
from scanwright_simulators.control.uploads import safe_name
from scanwright_simulators.faces.face import Installed, Site

OFFICE = "/api/devices/virtual-office"


def form(*files: tuple[str, bytes | Path]) -> aiohttp.FormData:
    """Return a form with these files in it."""
    made = aiohttp.FormData(quote_fields=False)  # as browsers and curl name files
    for name, content in files:
        data = content.read_bytes() if isinstance(content, Path) else content
        made.add_field("files", data, filename=name)
    return made


def kept(folder: Path) -> list[Path]:
    """Return what is kept of uploads."""
    return list(folder.glob("uploads/*"))


async def test_files_become_sheets_in_their_order(
    http: aiohttp.ClientSession, document: Path, picture: Path
) -> None:
    """Each page is one; they are called by their files."""
    sent = form(("b.pdf", document), ("a.png", picture))
    async with http.post(f"{OFFICE}/load", data=sent) as answer:
        told = await answer.json()
    labels = [sheet["sides"]["A"]["label"] for sheet in told["sheets"]]
    assert labels == ["b.pdf 1", "b.pdf 2", "b.pdf 3", "a.png"]


async def test_two_files_of_one_name_are_two(
    http: aiohttp.ClientSession, picture: Path
) -> None:
    """The second does not replace the first."""
    sent = form(*[("scan.png", picture)] * 2)
    async with http.post(f"{OFFICE}/load?two_sided=true", data=sent) as answer:
        (sheet,) = (await answer.json())["sheets"]
    assert sheet["sides"]["B"]["label"] == "scan.png"


async def test_a_broken_file_leaves_the_tray_as_it_was(
    http: aiohttp.ClientSession, office: Installed, tmp_path: Path, picture: Path
) -> None:
    """The reason names the file as its owner does, and nothing of it is kept."""
    sent = form(("good.png", picture), ("bad.pdf", b"no PDF"))
    async with http.post(f"{OFFICE}/load", data=sent) as answer:
        assert answer.status == HTTPStatus.UNPROCESSABLE_ENTITY
        error = (await answer.json())["error"]
    assert error.startswith("bad.pdf is no PDF")
    assert str(tmp_path) not in error
    assert len(office.scanner.feeder.tray) == 10
    assert not kept(tmp_path)


async def test_a_pdf_without_its_suffix_is_known(
    http: aiohttp.ClientSession, document: Path
) -> None:
    """It says itself what it is."""
    sent = form(("letter", document))
    async with http.post(f"{OFFICE}/load", data=sent) as answer:
        assert len((await answer.json())["sheets"]) == 3


@pytest.mark.parametrize("sent", [form(), form(("", b""))])
async def test_a_form_without_files_is_refused(
    http: aiohttp.ClientSession, sent: aiohttp.FormData
) -> None:
    """An empty tray is made by eject."""
    async with http.post(f"{OFFICE}/load", data=sent) as answer:
        assert answer.status in {
            HTTPStatus.BAD_REQUEST,
            HTTPStatus.UNPROCESSABLE_ENTITY,
        }


async def test_a_form_that_breaks_off_is_refused(
    http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """And nothing of it is kept."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n'
    async with http.post(f"{OFFICE}/load", data=body, headers=headers) as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST
    assert not kept(tmp_path)


@pytest.mark.parametrize(
    "head", [b"Content-Disp", b"X: " + b"a" * 100_000, b"X: 1\r\n" * 5000]
)
async def test_heads_that_cannot_be_read_are_refused(
    http: aiohttp.ClientSession, tmp_path: Path, head: bytes
) -> None:
    """Broken, too long, or too many of them; with the reason, and nothing is kept."""
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    body = b"--x\r\n" + head + b"\r\n\r\nxx\r\n--x--\r\n"
    async with http.post(f"{OFFICE}/load", data=body, headers=headers) as answer:
        assert answer.status == HTTPStatus.BAD_REQUEST
        error = (await answer.json())["error"]
    assert error.startswith("the form cannot be read: ")
    assert len(error) < 250
    assert not kept(tmp_path)


async def test_a_long_name_in_any_letters_is_taken(
    http: aiohttp.ClientSession, picture: Path
) -> None:
    """Three bytes a letter, or four: file systems count bytes."""
    for letter in "領𠮷":
        sent = form((letter * 99 + ".png", picture))
        async with http.post(f"{OFFICE}/load", data=sent) as answer:
            assert answer.status == HTTPStatus.OK


async def test_a_place_that_takes_no_files_is_told(
    http: aiohttp.ClientSession, tmp_path: Path, picture: Path
) -> None:
    """As a folder where somebody else has put a file."""
    (tmp_path / "uploads").touch()
    async with http.post(f"{OFFICE}/load", data=form(("a.png", picture))) as answer:
        assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        assert "cannot be kept" in (await answer.json())["error"]


async def test_files_that_nothing_came_of_are_not_kept(
    site: Site, tmp_path: Path, picture: Path
) -> None:
    """Whatever was in the way; here nobody is left to look at them."""
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    async with (
        serving(replace(site, threads=threads)) as address,
        aiohttp.ClientSession(address) as http,
        http.post(f"{OFFICE}/load", data=form(("a.png", picture))) as answer,
    ):
        assert answer.status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert not kept(tmp_path)


@pytest.fixture
async def narrow(tmp_path: Path) -> AsyncIterator[str]:
    """Return where somebody takes a thousand bytes and no more."""

    async def take(request: web.Request) -> web.StreamResponse:
        await uploads.receive(request, tmp_path / "uploads", limit_bytes=1000)
        return web.Response()

    app = web.Application(middlewares=[door])
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    await runner.cleanup()


@pytest.mark.parametrize("is_announced", [True, False])
async def test_too_much_is_refused(
    narrow: str, tmp_path: Path, *, is_announced: bool
) -> None:
    """Whether its length was told or not; nothing of it is kept."""
    body = (
        b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.png"\r\n\r\n'
        + b"0" * 2000
        + b"\r\n--x--\r\n"
    )

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    data = body if is_announced else pieces()
    async with (
        aiohttp.ClientSession() as session,
        session.post(narrow, data=data, headers=headers) as answer,
    ):
        assert answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert not kept(tmp_path)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\scans\page 1.tif", "page 1.tif"),
        ("..", "file"),
        ("", "file"),
        ("Rechnung für Böhm.pdf", "Rechnung für Böhm.pdf"),
        ("a\nb\0c.png", "a_b_c.png"),
        ("x" * 500 + ".pdf", "x" * 200 + ".pdf"),
        ("領" * 99 + ".png", "領" * 66 + ".png"),
        ("領" * 99, "領" * 66),
    ],
)
def test_names_lead_nowhere_else(name: str, safe: str) -> None:
    """They are what a file is called, and no way to it."""
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_any_name_is_safe(name: str) -> None:
    """One part, never a dot alone, and short enough for a file system."""
    safe = safe_name(name)
    assert safe not in {"", ".", ".."}
    assert not set("/\\\0\n") & set(safe)
    assert len(os.fsencode(safe + ".pdf")) < 255
