"""Documents in the database: listed, read in pieces, removed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import delete, select, update

from scanwright.demo.chunks import read_piece, remove_chunks
from scanwright.demo.database import Database
from scanwright.demo.refusals import Refused
from scanwright.demo.tables import documents

__all__ = ["Document", "Documents", "document_of", "find_document"]

COLUMNS: Final = tuple(c for c in documents.c if c.name != "preview")
HAS_PREVIEW: Final = documents.c.preview.is_not(None).label("has_preview")


@dataclass(frozen=True, slots=True)
class Document:
    """A document that is complete; `number` grows from one to the next."""

    number: int
    id: str
    name: str
    type: str
    bytes: int
    sha256: str
    fields: str
    created: float
    pages: int | None
    has_preview: bool

    def to_json(self) -> dict[str, object]:
        """Spell it as the answers do; `created` by RFC 3339."""
        created = datetime.fromtimestamp(self.created, UTC)
        return {
            "id": self.id,
            "name": self.name,
            "type": self.type,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "pages": self.pages,
            "created": created.isoformat(timespec="milliseconds"),
            "preview": f"/documents/{self.id}/preview" if self.has_preview else None,
            "fields": json.loads(self.fields),
        }


@dataclass(frozen=True, slots=True)
class Documents:
    """What has been uploaded."""

    database: Database

    def newest(self, *, limit: int, before: int | None = None) -> Sequence[Document]:
        """Return documents, the newest first; `before` is the number of one."""
        query = select(*COLUMNS, HAS_PREVIEW).order_by(documents.c.number.desc())
        if before is not None:
            query = query.where(documents.c.number < before)
        with self.database.reading() as connection:
            rows = connection.execute(query.limit(limit)).mappings().all()
        return [document_of(row) for row in rows]

    def get(self, document: str) -> Document:
        """Return one.

        Raises:
            Refused: There is none of this id.
        """
        found = find_document(self.database, document)
        if found is None:
            raise _unknown()
        return found

    def read(self, document: str, at: int) -> bytes:
        """Return some of its bytes from a position on; none when it is gone."""
        with self.database.reading() as connection:
            return read_piece(connection, document, at)

    def preview(self, document: str) -> bytes:
        """Return the small picture of its first page, as PNG.

        Raises:
            Refused: There is no such document, or no picture of it.
        """
        query = select(documents.c.preview).where(documents.c.id == document)
        with self.database.reading() as connection:
            picture = connection.execute(query).scalar_one_or_none()
        if picture is None:
            raise Refused(404, "no-preview", "There is no preview of this document.")
        return bytes(picture)

    def set_preview(self, document: str, *, pages: int, preview: bytes) -> None:
        """Keep what was found out about a document; one that is gone stays gone."""
        change = update(documents).where(documents.c.id == document)
        with self.database.writing() as connection:
            connection.execute(change.values(pages=pages, preview=preview))

    def remove(self, document: str) -> None:
        """Remove one with all its bytes.

        Raises:
            Refused: There is none of this id.
        """
        with self.database.writing() as connection:
            gone = connection.execute(
                delete(documents).where(documents.c.id == document)
            )
            if gone.rowcount == 0:
                raise _unknown()
            remove_chunks(connection, document)


def find_document(database: Database, document: str) -> Document | None:
    """Return a document, or None when there is none of this id."""
    query = select(*COLUMNS, HAS_PREVIEW).where(documents.c.id == document)
    with database.reading() as connection:
        row = connection.execute(query).mappings().one_or_none()
    return None if row is None else document_of(row)


def document_of(row: Mapping[Any, Any]) -> Document:
    """Return the document of a row that was selected with `has_preview`."""
    return Document(**{**row, "has_preview": bool(row["has_preview"])})


def _unknown() -> Refused:
    return Refused(
        404, "unknown-document", "There is no such document; it may have been deleted."
    )
