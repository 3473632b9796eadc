"""Tables: the same in both kinds of database."""

from __future__ import annotations

from sqlalchemy import insert, select

from scanwright.demo.database import Database
from scanwright.demo.tables import chunks, documents


def test_documents_are_numbered_as_they_come(database: Database) -> None:
    """Each gets a number above the one before, without being given any."""
    row = {"name": "a", "type": "b/c", "bytes": 2**40, "sha256": "", "fields": "{}"}
    with database.writing() as connection:
        for name in ("first", "second"):
            values = {**row, "id": name, "created": 1.5}
            connection.execute(insert(documents), values)
    query = select(documents.c.id, documents.c.bytes).order_by(documents.c.number)
    with database.reading() as connection:
        found = connection.execute(query).all()
    assert [tuple(each) for each in found] == [("first", 2**40), ("second", 2**40)]


def test_bytes_of_every_value_are_kept(database: Database) -> None:
    """The column is binary, and positions go beyond 32 bits."""
    data = bytes(range(256))
    with database.writing() as connection:
        row = {"content": "c", "start": 2**33, "data": data}
        connection.execute(insert(chunks), row)
    with database.reading() as connection:
        found = connection.execute(select(chunks)).one()
    assert (found.start, bytes(found.data)) == (2**33, data)
