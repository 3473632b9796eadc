"""The whole server: errors in words, headers, and sweeping."""

from __future__ import annotations

import asyncio
import shutil
import time
from pathlib import Path
from typing import Any

from aiohttp.test_utils import TestClient, TestServer

from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.names import FileFacts
from scanwright.demo.refusals import Refused
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings
from scanwright.demo.uploads import Uploads

Client = TestClient[Any, Any]


async def test_unknown_paths_and_methods_are_said_so(client: Client) -> None:
    """As JSON, and with the methods that there are."""
    answer = await client.get("/nothing")
    assert (answer.status, (await answer.json())["error"]) == (404, "not found")
    answer = await client.put("/documents")
    assert answer.status == 405
    assert "POST" in answer.headers["Allow"]


async def test_nothing_is_guessed_or_told_elsewhere(client: Client) -> None:
    """Each answer says so, errors too."""
    for path in ("/documents", "/nothing", "/demos/no.js"):
        answer = await client.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_a_database_that_is_gone_is_said_so(tmp_path: Path) -> None:
    """503, and what the database says."""
    path = tmp_path / "demo.sqlite3"
    with Database(sqlite_url(path)) as database:
        server = TestServer(build_application(database, DemoSettings()))
        async with TestClient(server) as client:
            database.close()
            shutil.rmtree(tmp_path)
            answer = await client.get("/documents")
            told = await answer.json()
    assert (answer.status, told["error"]) == (503, "database")
    assert "The database says" in told["message"]


async def test_abandoned_uploads_are_swept_at_the_start(sqlite: Database) -> None:
    """They do not wait for somebody who uploads."""
    uploads = Uploads(sqlite, lambda: 0.0)
    upload = uploads.begin(FileFacts("a", "image/png", 5))
    settings = DemoSettings(clock=time.time)
    server = TestServer(build_application(sqlite, settings))
    # The end of the server waits for the sweep that it has begun.
    async with TestClient(server):
        await asyncio.sleep(0)
    assert not _is_known(uploads, upload)


def _is_known(uploads: Uploads, upload: str) -> bool:
    try:
        uploads.get(upload)
    except Refused:
        return False
    return True
