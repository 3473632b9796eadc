"""The database: SQLite in one file, or PostgreSQL, and transactions on it.

SQLite keeps a write-ahead log and waits for the disk at each commit: what a page was
told to be safe survives a power cut. A transaction that writes locks at its beginning,
since one that reads first could be refused the lock when it comes to write.
"""

from __future__ import annotations

import contextlib
import importlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from scanwright.demo.refusals import DatabaseUnusable, PartMissing

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, Engine, Table

__all__ = ["Database", "lock", "sqlite_url"]

BUSY_S: Final = 30
CONNECT_S: Final = 10
FILE_MODE: Final = 0o600
DRIVERS: Final[Mapping[str, tuple[str, str]]] = {
    "sqlite": ("sqlite3", "demo"),
    "postgresql+psycopg": ("psycopg", "demo,postgres"),
}
"""What a URL can name, the module that it needs, and the extras that bring it."""
PRAGMAS: Final = (
    "auto_vacuum=FULL",  # before the first table: what is deleted leaves the file
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={BUSY_S * 1000}",
)


class Database:
    """An open database with its tables; may be used by several threads."""

    def __init__(self, url: str) -> None:
        """Open it, and make what is missing.

        Raises:
            PartMissing: SQLAlchemy or the driver is not installed.
            DatabaseUnusable: The URL is none, or nobody answers there.
        """
        self._engine = _make_engine(url)
        try:
            with _translated():
                from scanwright.demo.tables import metadata

                metadata.create_all(self._engine)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ended_by: object) -> None:
        self.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read by.

        Raises:
            DatabaseUnusable: It does not answer.
        """
        with _translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection; at the end all is stored, after an error nothing.

        Raises:
            DatabaseUnusable: It does not answer, or has no space left.
        """
        with _translated(), self._engine.connect() as connection:
            locking = connection.execution_options(writes=True)
            with locking.begin():
                yield locking

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


def lock(connection: Connection, table: Table) -> None:
    """Keep others from changing a table until the transaction ends.

    SQLite has locked everything when a transaction that writes begins.
    """
    from sqlalchemy import text

    if connection.dialect.name == "postgresql":
        words = f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"
        connection.execute(text(words))


def sqlite_url(path: Path) -> str:
    """Return the URL of a database in a file, which need not exist."""
    return f"sqlite:///{path.absolute()}"


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        raise DatabaseUnusable(
            f"The database says: {str(error.orig).strip()}. See that it runs and has "
            "space, and try again."
        ) from error
    except SQLAlchemyError as error:
        raise DatabaseUnusable(f"The database cannot be used: {error}") from error


def _make_engine(text: str) -> Engine:
    try:
        from sqlalchemy import create_engine, event, make_url
        from sqlalchemy.exc import ArgumentError
    except ModuleNotFoundError as error:
        raise _missing("SQLAlchemy", "demo") from error
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUnusable(_advice("This is no URL of a database")) from error
    _require_driver(url)
    if url.get_backend_name() != "sqlite":
        return create_engine(
            url, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_S}
        )
    _make_private(url.database)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _require_driver(url: URL) -> None:
    name = url.drivername
    if name not in DRIVERS:
        raise DatabaseUnusable(_advice(f"Databases of the kind {name} are not served"))
    module, extras = DRIVERS[name]
    try:
        importlib.import_module(module)
    except ImportError as error:
        raise _missing(module, extras) from error


def _missing(what: str, extras: str) -> PartMissing:
    return PartMissing(
        f"{what} is not installed. Please run: pip install 'scanwright[{extras}]'"
    )


def _advice(problem: str) -> str:
    return (
        f"{problem}; write it as sqlite:////folder/file.sqlite3, or as "
        "postgresql+psycopg://user@host/database"
    )


def _make_private(path: str | None) -> None:
    """Make the file for its owner alone; its log gets the same rights from SQLite."""
    if not path or path == ":memory:":
        raise DatabaseUnusable(_advice("The database must lie in a file"))
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE))
    except OSError as error:
        raise DatabaseUnusable(
            f"{path}: {error.strerror}. Choose another file with --database."
        ) from error


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    connection.isolation_level = None  # we begin transactions ourselves
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
