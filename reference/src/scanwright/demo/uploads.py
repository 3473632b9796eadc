"""Uploads under way: segments that come in order, are checked, and survive a restart.

An upload is OPEN from its announcement on. Each segment that begins at its offset and
has the checksum that it says is stored together with the new offset in one
transaction: whatever is interrupted, the offset counts bytes that are there. When all
have come, the whole is checked, and the upload turns into the document of the same id.

    begin ──► OPEN ──last segment──► document          segments before the offset are
               │ ▲ │                                   repeats: accepted when equal
               │ └─┘ segment at the offset
               └──► gone: dropped, a whole that does not match, untouched for a day

Several requests may be about one upload at once. The offset decides: only one of them
can move it from where it was.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

from sqlalchemy import Connection, delete, func, insert, select, update

from scanwright.demo.chunks import digest, remove_chunks, write_chunks
from scanwright.demo.database import Database, lock
from scanwright.demo.documents import Document, find_document
from scanwright.demo.names import FileFacts
from scanwright.demo.refusals import Refused
from scanwright.demo.tables import documents, uploads

__all__ = ["Segment", "Upload", "Uploads"]

ABANDONED_S: Final = 24 * 60 * 60.0
MOST_OPEN: Final = 1000

Clock = Callable[[], float]
"""Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload as it is now; `document` is there when it is complete."""

    id: str
    bytes: int | None
    offset: int
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """Some bytes of a file, from `start` to before `end`; `source` is at their begin.

    `sha256` is theirs, in hexadecimal.
    """

    start: int
    end: int
    sha256: str
    source: BinaryIO


@dataclass(frozen=True, slots=True)
class Uploads:
    """All uploads of a database."""

    database: Database
    clock: Clock
    most_open: int = MOST_OPEN

    def begin(self, facts: FileFacts) -> str:
        """Announce an upload; return its id.

        Raises:
            Refused: There are too many already.
        """
        self.expire()
        upload = secrets.token_hex(16)
        row = {
            "id": upload,
            "name": facts.name,
            "type": facts.type,
            "bytes": facts.bytes,
            "sha256": facts.sha256,
            "fields": facts.fields,
            "position": 0,
            "touched": self.clock(),
        }
        with self.database.writing() as connection:
            lock(connection, uploads)
            count = connection.execute(select(func.count()).select_from(uploads))
            if count.scalar_one() >= self.most_open:
                raise Refused(
                    429,
                    "too-many-uploads",
                    f"{self.most_open} uploads are under way. Try again when some "
                    "have ended.",
                )
            connection.execute(insert(uploads), row)
        return upload

    def get(self, upload: str) -> Upload:
        """Return an upload, or what has become of it.

        Raises:
            Refused: It is not known, or no more.
        """
        query = select(uploads).where(uploads.c.id == upload)
        with self.database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is not None:
            return Upload(upload, row.bytes, row.position)
        document = find_document(self.database, upload)
        if document is None:
            raise Refused(
                404,
                "unknown-upload",
                "There is no such upload; it was dropped, or nothing came for a day. "
                "Begin it anew.",
            )
        return Upload(upload, document.bytes, document.bytes, document)

    def append(self, upload: str, segment: Segment) -> int:
        """Store a segment; return the new offset. One that is there is accepted.

        Raises:
            Refused: The upload is not known, or the segment is not the next one; the
                error has the offset.
        """
        with self.database.writing() as connection:
            moved = connection.execute(
                update(uploads)
                .where(uploads.c.id == upload, uploads.c.position == segment.start)
                .values(position=segment.end, touched=self.clock())
            )
            if moved.rowcount:
                write_chunks(connection, upload, segment.start, segment.source)
                return segment.end
        return self._accept_repeat(upload, segment)

    def complete(self, upload: str, *, fields: str | None = None) -> Document:
        """Turn an upload that has all its bytes into a document.

        `fields` replace those of the announcement.

        Raises:
            Refused: Its checksum is not the announced one, and it is gone; or it is
                not known.
        """
        state = self.get(upload)
        if state.document is not None:
            return state.document
        with self.database.reading() as connection:
            sha256 = digest(connection, upload)
        with self.database.writing() as connection:
            is_right = self._settle(connection, upload, sha256, fields)
        if not is_right:
            raise Refused(
                422,
                "checksum",
                "The file that came is not the one that was announced: its SHA-256 "
                "differs. Send it again from the start.",
            )
        return self._document(upload)

    def drop(self, upload: str) -> None:
        """Forget an upload and its bytes; a document that came of it stays."""
        with self.database.writing() as connection:
            gone = connection.execute(delete(uploads).where(uploads.c.id == upload))
            if gone.rowcount:
                remove_chunks(connection, upload)

    def expire(self) -> int:
        """Drop uploads for which nothing has come for a day; return how many."""
        too_old = uploads.c.touched < self.clock() - ABANDONED_S
        with self.database.reading() as connection:
            found = connection.execute(select(uploads.c.id).where(too_old)).scalars()
            abandoned = list(found)
        for upload in abandoned:
            self.drop(upload)
        return len(abandoned)

    def _accept_repeat(self, upload: str, segment: Segment) -> int:
        """Look at a segment that does not begin at the offset."""
        state = self.get(upload)
        if segment.end <= state.offset:
            with self.database.reading() as connection:
                known = digest(connection, upload, start=segment.start, end=segment.end)
            if known == segment.sha256:
                return state.offset
            problem = "These bytes came before, and were others."
        else:
            problem = f"The next segment must begin at byte {state.offset}."
        raise Refused(409, "offset", problem, offset=state.offset)

    def _settle(
        self, connection: Connection, upload: str, sha256: str, fields: str | None
    ) -> bool:
        """Replace the upload by its document; tell whether the checksum is right."""
        row = connection.execute(
            delete(uploads).where(uploads.c.id == upload).returning(*uploads.c)
        ).one_or_none()
        if row is None:
            return True  # another request has been faster
        if row.sha256 not in {None, sha256}:
            remove_chunks(connection, upload)
            return False
        values = {
            "id": upload,
            "name": row.name,
            "type": row.type,
            "bytes": row.position,
            "sha256": sha256,
            "fields": fields or row.fields,
            "created": self.clock(),
        }
        connection.execute(insert(documents), values)
        return True

    def _document(self, upload: str) -> Document:
        state = self.get(upload)
        if state.document is None:  # pragma: no cover - it has just become one
            raise AssertionError(upload)
        return state.document
