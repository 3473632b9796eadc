"""Files of the package: what is there is served, and nothing beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.http.routes import build_application
from scanwright.http.static import StaticFiles
from scanwright.protocol.origins import OriginPolicy

Client = TestClient[Any, Any]


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A client of a folder with a page, a module, and what nobody is to see."""
    folder = tmp_path / "web"
    (folder / "inner").mkdir(parents=True)
    (folder / "index.html").write_text("<p>page")
    (folder / "inner" / "a.js").write_text("export const a = 1;")
    (folder / ".hidden.js").write_text("secret")
    (folder / "notes.py").write_text("secret")
    (tmp_path / "outside.js").write_text("secret")
    (folder / "link").mkdir()
    static = StaticFiles("/web", folder, lambda: "default-src 'self'")
    app = build_application(static.endpoints(), OriginPolicy())
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_module_is_served(client: Client) -> None:
    """A module has its type, and pages of other origins may load it."""
    answer = await client.get("/web/inner/a.js", headers={"Origin": "https://x.test"})
    assert (answer.status, await answer.text()) == (200, "export const a = 1;")
    assert answer.content_type == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "https://x.test"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Content-Security-Policy" not in answer.headers


async def test_a_page_has_its_policy(client: Client) -> None:
    """A folder is its index, with the policy that was given."""
    answer = await client.get("/web/")
    assert await answer.text() == "<p>page"
    assert answer.headers["Content-Security-Policy"] == "default-src 'self'"


async def test_what_has_not_changed_is_not_sent(client: Client) -> None:
    """A browser that has the file is told that it has not changed."""
    first = await client.get("/web/inner/a.js")
    again = await client.get(
        "/web/inner/a.js", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert (again.status, await again.read()) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/web/none.js",
        "/web/.hidden.js",
        "/web/notes.py",
        "/web/inner",
        "/web/link/",
        "/web/%2e%2e/outside.js",
        "/web/..%2foutside.js",
        "/web//etc/hostname.js",
        "/web/inner/%00.js",
    ],
)
async def test_nothing_else_is_served(client: Client, path: str) -> None:
    """Hidden files, other kinds, folders and ways out are not there."""
    from yarl import URL

    answer = await client.get(URL(path, encoded=True))
    assert answer.status == 404
    assert "secret" not in await answer.text()


async def test_single_files_can_be_served(tmp_path: Path) -> None:
    """At the root, without anything beside them."""
    (tmp_path / "icon.svg").write_text("<svg/>")
    (tmp_path / "other.svg").write_text("secret")
    static = StaticFiles("", tmp_path, names=r"icon\.svg")
    app = build_application(static.endpoints(), OriginPolicy())
    async with TestClient(TestServer(app)) as client:
        answer = await client.get("/icon.svg")
        assert (answer.content_type, await answer.text()) == ("image/svg+xml", "<svg/>")
        for path in ("/other.svg", "/iconxsvg", "/icon.svg/icon.svg", "/"):
            assert (await client.get(path)).status == 404
