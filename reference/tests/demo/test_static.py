"""Files for the browser: those of the demos, the SDK and the installers alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright import __version__
from scanwright.demo.database import Database
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings

Client = TestClient[Any, Any]


@pytest.fixture
async def files(sqlite: Database, tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a server with a little web folder and one package."""
    web, packages = tmp_path / "web", tmp_path / "packages"
    demo = web / "demos" / "one"
    for folder in (demo, web / "sdk", packages):
        folder.mkdir(parents=True)
    (demo / "index.html").write_text("<!doctype html>")
    (demo / "notes.txt").write_text("no")
    (web / "sdk" / "index.js").write_text("export {};")
    (web / "secret.js").write_text("no")
    (demo / "link.js").symlink_to(web / "secret.js")
    (packages / "a.deb").write_bytes(b"deb")
    (packages / "b.deb").write_bytes(b"unlisted")
    names = ("a.deb", "gone.deb", "../web/secret.js")
    manifest = {"version": "1", "files": [{"name": name} for name in names]}
    (packages / "installers.json").write_text(json.dumps(manifest))
    settings = DemoSettings(web=web, installers=packages)
    server = TestServer(build_application(sqlite, settings))
    async with TestClient(server) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/demos/one/", "text/html"),
        ("/demos/one/index.html", "text/html"),
        ("/sdk/index.js", "text/javascript"),
    ],
)
async def test_files_have_their_types(files: Client, path: str, kind: str) -> None:
    """Browsers load no script of another type."""
    answer = await files.get(path)
    assert answer.status == 200
    assert answer.content_type == kind
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        *("/demos/../secret.js", "/demos/%2e%2e/secret.js", "/demos/one/link.js"),
        *("/demos/one/notes.txt", "/demos/no/", "/sdk/%00.js", "/secret.js", "/sdk/"),
        *("/installers/b.deb", "/installers/gone.deb", "/installers/..%2fa.deb"),
    ],
)
async def test_nothing_else_is_served(files: Client, path: str) -> None:
    """Neither other folders, nor other types, nor packages that are not listed."""
    from yarl import URL

    answer = await files.get(URL(path, encoded=True))
    assert answer.status == 404
    assert "error" in await answer.json()


async def test_folders_are_found_without_their_slash(files: Client) -> None:
    """A page finds its files beside it only with one; the first demo is the start."""
    answer = await files.get("/demos/one", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (301, "/demos/one/")
    answer = await files.get("/", allow_redirects=False)
    assert answer.headers["Location"] == "/demos/scanner/"


async def test_the_pages_know_a_service_on_other_ports(sqlite: Database) -> None:
    """The start page names its first port; the tab has a picture."""
    settings = DemoSettings(ports=(20000, 20001, 20003, 20004))
    server = TestServer(build_application(sqlite, settings))
    async with TestClient(server) as client:
        answer = await client.get("/", allow_redirects=False)
        assert answer.headers["Location"] == "/demos/scanner/?port=20000"
        assert (await client.get("/icon.svg")).content_type == "image/svg+xml"


@pytest.mark.parametrize("path", ["/installers.json", "/installers/installers.json"])
async def test_packages_are_listed_when_they_are_there(
    files: Client, path: str
) -> None:
    """What the list names beyond that is left out."""
    listed = await (await files.get(path)).json()
    assert listed == {"version": "1", "files": [{"name": "a.deb"}]}
    answer = await files.get("/installers/a.deb")
    assert await answer.read() == b"deb"
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["/installers.json", "/installers/installers.json"])
async def test_without_packages_the_list_is_empty(client: Client, path: str) -> None:
    """Every page without the service asks for it, and that is no error."""
    answer = await client.get(path)
    assert answer.status == 200
    assert await answer.json() == {"version": __version__, "files": []}
    assert (await client.get("/installers/a.deb")).status == 404


async def test_a_list_that_cannot_be_read_is_said_so(
    sqlite: Database, tmp_path: Path
) -> None:
    """With its path: whoever named the folder has named another one."""
    server = TestServer(build_application(sqlite, DemoSettings(installers=tmp_path)))
    async with TestClient(server) as client:
        answer = await client.get("/installers.json")
        assert answer.status == 404
        assert str(tmp_path) in (await answer.json())["message"]
