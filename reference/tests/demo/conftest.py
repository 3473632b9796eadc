"""Databases and demo servers for tests: SQLite, and a PostgreSQL of our own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from postgres import running_postgres

from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.server import build_application
from scanwright.demo.settings import DemoSettings

Client = TestClient[Any, Any]


@dataclass
class FakeClock:
    """A clock that stands until it is moved."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        """Tell the time, in seconds since 1970."""
        return self.now


@pytest.fixture
def clock() -> FakeClock:
    """The clock of the test's server."""
    return FakeClock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of each kind."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "demo.sqlite3")
    address: str = request.getfixturevalue("postgres")
    _empty(address)
    return address


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """That database, open."""
    with Database(url) as opened:
        yield opened


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Database]:
    """An SQLite, for tests of what is above the database."""
    with Database(sqlite_url(tmp_path / "demo.sqlite3")) as opened:
        yield opened


@pytest.fixture
async def client(sqlite: Database, clock: FakeClock) -> AsyncIterator[Client]:
    """A client of a server as it is by default, on SQLite."""
    application = build_application(sqlite, DemoSettings(clock=clock))
    async with TestClient(TestServer(application)) as client:
        yield client


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Start a PostgreSQL of this session's own; yield its URL."""
    with running_postgres() as address:
        yield address


def _empty(address: str) -> None:
    from sqlalchemy import create_engine

    from scanwright.demo.tables import metadata

    engine = create_engine(address)
    metadata.drop_all(engine)
    engine.dispose()
