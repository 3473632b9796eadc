"""Forms with a file: read as they come, with a bound on all of their parts."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from scanwright.demo.refusals import Refused
from scanwright.errors import InvalidParameter, RequestTooSlow

__all__ = ["FilePart", "Form", "Spool", "check_length", "too_large"]

PIECE_BYTES: Final = 256 * 1024
PATIENCE_S: Final = 60.0
"""For the next bytes of a body."""
MOST_PARTS: Final = 64
LONGEST_FIELD: Final = 16 * 1024
OVERHEAD_BYTES: Final = 1024 * 1024
"""What a form may have beside its file."""
IN_MEMORY_BYTES: Final = 256 * 1024


@dataclass(slots=True)
class FilePart:
    """The part with the file."""

    name: str | None
    type: str | None
    _part: BodyPartReader

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield its bytes.

        Raises:
            RequestTooSlow: No more came.
        """
        while piece := await _in_time(self._part):
            yield piece


@dataclass(slots=True)
class Form:
    """A form of one file and some fields, which are complete when all was read."""

    request: web.Request
    file_field: str
    fields: dict[str, str] = field(default_factory=dict)

    async def files(self) -> AsyncIterator[FilePart]:
        """Yield the one file, and read the fields before and behind it.

        Raises:
            InvalidParameter: It is no such form.
        """
        has_file = False
        async for part in self._parts():
            if part.name == self.file_field:
                if has_file:
                    raise InvalidParameter(f"{self.file_field} came twice.")
                has_file = True
                yield FilePart(part.filename, part.headers.get("Content-Type"), part)
            else:
                self.fields[part.name or ""] = await _read_field(part)
        if not has_file:
            raise InvalidParameter(
                f"The form has no file in a field {self.file_field}."
            )

    async def _parts(self) -> AsyncIterator[BodyPartReader]:
        if self.request.content_type != "multipart/form-data":
            raise Refused(415, "form", "Send the file as multipart/form-data.")
        with _translated():
            reader = await self.request.multipart()
        for _ in range(MOST_PARTS):
            with _translated():
                part = await reader.next()
            if part is None:
                return
            if isinstance(part, MultipartReader):
                raise InvalidParameter("Forms inside of forms are not read.")
            yield part
        raise InvalidParameter(f"A form may have {MOST_PARTS} parts.")


class Spool:
    """Bytes that came, in memory when they are few and else in a file without name."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115
        self._hash = hashlib.sha256()
        self.length = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    @property
    def sha256(self) -> str:
        """The checksum of all of them, in hexadecimal."""
        return self._hash.hexdigest()

    async def take(self, part: FilePart, *, most: int) -> None:
        """Take in a whole part.

        Raises:
            Refused: It is longer than `most` bytes.
        """
        async for piece in part.pieces():
            self.length += len(piece)
            if self.length > most:
                raise too_large(most)
            self._hash.update(piece)
            self._file.write(piece)

    def rewound(self) -> io.IOBase:
        """Return a file to read them from their begin."""
        self._file.seek(0)
        return self._file


def check_length(request: web.Request, most: int) -> None:
    """Refuse a body that says itself that it is too long, before it has come.

    Raises:
        Refused: It is longer than a form with a file of `most` bytes can be.
    """
    if (request.content_length or 0) > most + OVERHEAD_BYTES:
        raise too_large(most)


def too_large(most: int) -> Refused:
    """Return the error for a file beyond the limit."""
    return Refused(
        413,
        "too-large",
        f"At most {most} bytes are taken; send less at once.",
    )


async def _read_field(part: BodyPartReader) -> str:
    value = bytearray()
    while piece := await _in_time(part):
        value += piece
        if len(value) > LONGEST_FIELD:
            raise InvalidParameter(f"The field {part.name!r} is too long.")
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise InvalidParameter(f"The field {part.name!r} is no UTF-8.") from error


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Say of a form that is broken that it is."""
    try:
        yield
    except (ValueError, LookupError, AssertionError, HttpProcessingError) as error:
        raise InvalidParameter("The form is broken and cannot be read.") from error


async def _in_time(part: BodyPartReader) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE_S):
            with _translated():
                return bytes(await part.read_chunk(PIECE_BYTES))
    except TimeoutError as error:
        raise RequestTooSlow("The body of the request came too slowly.") from error
