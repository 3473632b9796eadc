"""The database: opened or refused with words, and transactions that hold."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, text

from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.refusals import DatabaseUnusable, PartMissing
from scanwright.demo.tables import chunks

ROW = {"content": "c", "start": 0, "data": b"x"}


def count(database: Database) -> int:
    """Return how many chunks there are."""
    with database.reading() as connection:
        query = select(func.count()).select_from(chunks)
        return int(connection.execute(query).scalar_one())


def test_an_error_takes_everything_back(database: Database) -> None:
    """A transaction is stored whole or not at all."""
    with (
        pytest.raises(DatabaseUnusable, match="chunks"),
        database.writing() as connection,
    ):
        # The second of the same is the one that fails.
        _ = [connection.execute(insert(chunks), ROW) for _ in range(2)]
    assert count(database) == 0


def test_what_was_stored_is_there_after_a_restart(url: str) -> None:
    """Opening makes tables only where there are none."""
    with Database(url) as first, first.writing() as connection:
        connection.execute(insert(chunks), ROW)
    with Database(url) as second:
        assert count(second) == 1


def test_errors_of_the_driver_are_translated(database: Database) -> None:
    """The caller sees one kind of error, with what the database said."""
    with (
        pytest.raises(DatabaseUnusable, match=r"no_such_table"),
        database.reading() as connection,
    ):
        connection.execute(text("SELECT * FROM no_such_table"))


def test_sqlite_waits_for_the_disk(sqlite: Database) -> None:
    """Its log is written ahead, and each commit is synchronous."""
    with sqlite.reading() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()
        vacuum = connection.execute(text("PRAGMA auto_vacuum")).scalar_one()
    assert (mode, level, vacuum) == ("wal", 2, 1)


def test_sqlite_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Scans are private; so is the folder that it makes."""
    path = tmp_path / "new" / "demo.sqlite3"
    with Database(sqlite_url(path)) as database, database.writing() as connection:
        connection.execute(insert(chunks), ROW)
        files = list(path.parent.iterdir())
        assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
        assert len(files) > 1, "its log lies beside it"
    assert path.parent.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense", "no URL"),
        ("mysql://u@h/d", "kind mysql"),
        ("postgresql://u@h/d", "kind postgresql "),
        ("sqlite://", "in a file"),
        ("sqlite:////proc/no/such/file", "--database"),
    ],
)
def test_what_is_no_database_is_said_so(url: str, words: str) -> None:
    """The message names what is wrong, or how to write it."""
    with pytest.raises(DatabaseUnusable, match=words):
        Database(url)


@pytest.mark.slow
def test_a_server_that_does_not_answer_is_said_so(postgres: str) -> None:
    """The password is not in the message."""
    url = postgres.replace("demo@/", "demo:geheim@/").replace("?host=", "?host=/no")
    with pytest.raises(DatabaseUnusable) as caught:
        Database(url)
    assert "The database says" in caught.value.message
    assert "geheim" not in caught.value.message


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Tell a function that makes a library look as if it were not installed."""
    real = builtins.__import__

    def hide(name: str) -> None:
        def refuse(wanted: str, *rest: Any) -> Any:
            if wanted.partition(".")[0] == name:
                raise ModuleNotFoundError(wanted)
            return real(wanted, *rest)

        monkeypatch.setattr(builtins, "__import__", refuse)
        monkeypatch.setitem(sys.modules, name, None)

    yield hide
    monkeypatch.undo()


@pytest.mark.parametrize(
    ("library", "url", "extras"),
    [
        ("sqlalchemy", "sqlite:////tmp/never", "[demo]"),
        ("psycopg", "postgresql+psycopg://u@h/d", "[demo,postgres]"),
    ],
)
def test_a_missing_library_is_named_with_its_command(
    without: Callable[[str], None], library: str, url: str, extras: str
) -> None:
    """Nobody has to know what brings it."""
    without(library)
    with pytest.raises(PartMissing) as caught:
        Database(url)
    assert f"pip install 'scanwright{extras}'" in caught.value.message
