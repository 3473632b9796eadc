"""The interface of the demo database: documents, and uploads in one piece or many."""

from __future__ import annotations

import asyncio
import io
import json
import re
from dataclasses import dataclass
from typing import Any, Final, cast

from aiohttp import web

from scanwright.demo.chunks import CHUNK_BYTES
from scanwright.demo.documents import Document, Documents
from scanwright.demo.names import (
    FileFacts,
    check_fields,
    check_name,
    check_sha256,
    check_type,
)
from scanwright.demo.previews import Previews
from scanwright.demo.receiving import (
    PIECE_BYTES,
    FilePart,
    Form,
    Spool,
    check_length,
    too_large,
)
from scanwright.demo.refusals import Refused
from scanwright.demo.sending import send_document
from scanwright.demo.settings import DemoSettings
from scanwright.demo.threads import Threads
from scanwright.demo.uploads import Segment, Upload, Uploads
from scanwright.errors import InvalidParameter

__all__ = ["SEGMENT_BYTES", "Api"]

SEGMENT_BYTES: Final = 4 * 1024 * 1024
"""What a page is told to send at once."""
MOST_SEGMENT_BYTES: Final = 16 * 1024 * 1024
MOST_ANNOUNCEMENT: Final = 256 * 1024
MOST_LISTED: Final = 200
LISTED: Final = 50

_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_CONTENT_RANGE: Final = re.compile(
    r"bytes ([0-9]{1,15})-([0-9]{1,15})/([0-9]{1,15})", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Api:
    """The handlers."""

    settings: DemoSettings
    threads: Threads
    documents: Documents
    uploads: Uploads
    previews: Previews

    def routes(self) -> list[web.RouteDef]:
        """Return the table of paths."""
        document, upload = "/documents/{id:[0-9a-f]{32}}", "/uploads/{id:[0-9a-f]{32}}"
        return [
            web.post("/documents", self.receive_document),
            web.get("/documents", self.list_documents),
            web.get(document, self.get_document),
            web.delete(document, self.delete_document),
            web.get(f"{document}/content", self.get_content),
            web.get(f"{document}/preview", self.get_preview),
            web.post("/uploads", self.begin_upload),
            web.post(upload, self.receive_segment),
            web.get(upload, self.get_upload),
            web.delete(upload, self.delete_upload),
        ]

    async def receive_document(self, request: web.Request) -> web.StreamResponse:
        """Take a whole file from a form."""
        check_length(request, self.settings.most_bytes)
        form = Form(request, self.settings.file_field)
        upload = ""
        try:
            async for part in form.files():
                upload = await self._begin(part)
                await self._store(upload, part)
            fields = check_fields(form.fields)
            document = await self.threads.run(
                self.uploads.complete, upload, fields=fields
            )
        except BaseException:
            await self.threads.run(self.uploads.drop, upload)
            raise
        document = await self.previews.make(document)
        return web.json_response(document.to_json(), status=201)

    async def list_documents(self, request: web.Request) -> web.StreamResponse:
        """List documents, the newest first; `next` is the `before` of what follows."""
        limit = min(_query_number(request, "limit") or LISTED, MOST_LISTED)
        before = _query_number(request, "before")
        found = await self.threads.run(
            self.documents.newest, limit=limit, before=before
        )
        return web.json_response(
            {
                "documents": [document.to_json() for document in found],
                "next": str(found[-1].number) if len(found) == limit else None,
            }
        )

    async def get_document(self, request: web.Request) -> web.StreamResponse:
        """Tell of one document."""
        return web.json_response((await self._document(request)).to_json())

    async def delete_document(self, request: web.Request) -> web.StreamResponse:
        """Remove one."""
        await self.threads.run(self.documents.remove, request.match_info["id"])
        return web.Response(status=204)

    async def get_content(self, request: web.Request) -> web.StreamResponse:
        """Send the bytes of one."""
        document = await self._document(request)
        return await send_document(request, document, self.documents, self.threads)

    async def get_preview(self, request: web.Request) -> web.StreamResponse:
        """Send the picture of its first page."""
        preview = await self.threads.run(
            self.documents.preview, request.match_info["id"]
        )
        return web.Response(body=preview, content_type="image/png")

    async def begin_upload(self, request: web.Request) -> web.StreamResponse:
        """Take the announcement of an upload in segments."""
        facts = _announced(await _read_json(request), self.settings.most_bytes)
        upload = await self.threads.run(self.uploads.begin, facts)
        return web.json_response(
            {"upload": upload, "offset": 0, "segmentBytes": SEGMENT_BYTES}, status=201
        )

    async def receive_segment(self, request: web.Request) -> web.StreamResponse:
        """Take a segment: all of it, or nothing."""
        check_length(request, MOST_SEGMENT_BYTES)
        upload = await self.threads.run(self.uploads.get, request.match_info["id"])
        start, end = _segment_range(request, upload)
        checksum = check_sha256(request.headers.get("X-Segment-SHA256"))
        with Spool() as spool:
            form = Form(request, self.settings.file_field)
            async for part in form.files():
                await spool.take(part, most=MOST_SEGMENT_BYTES)
            if spool.length != end - start:
                raise InvalidParameter(
                    f"Content-Range tells of {end - start} bytes; {spool.length} came."
                )
            if checksum not in {None, spool.sha256}:
                raise _damaged(upload.offset)
            segment = Segment(start, end, spool.sha256, _binary(spool.rewound()))
            await self.threads.run(self.uploads.append, upload.id, segment)
        fields = check_fields(form.fields) if form.fields else None
        return await self._state(upload.id, fields=fields)

    async def get_upload(self, request: web.Request) -> web.StreamResponse:
        """Tell how much of an upload is safe."""
        return await self._state(request.match_info["id"])

    async def delete_upload(self, request: web.Request) -> web.StreamResponse:
        """Forget an upload."""
        await self.threads.run(self.uploads.drop, request.match_info["id"])
        return web.Response(status=204)

    async def _begin(self, part: FilePart) -> str:
        facts = FileFacts(check_name(part.name), check_type(part.type))
        return await self.threads.run(self.uploads.begin, facts)

    async def _store(self, upload: str, part: FilePart) -> None:
        """Store a file of a length that nobody knows, mebibyte by mebibyte."""
        at, data = 0, bytearray()
        async for piece in part.pieces():
            data += piece
            if at + len(data) > self.settings.most_bytes:
                raise too_large(self.settings.most_bytes)
            if len(data) > CHUNK_BYTES - PIECE_BYTES:
                at = await self._append(upload, at, data)
                data = bytearray()
        at = await self._append(upload, at, data)
        if at == 0:
            raise _empty()

    async def _append(self, upload: str, at: int, data: bytearray) -> int:
        segment = Segment(at, at + len(data), "", io.BytesIO(data))
        return await self.threads.run(self.uploads.append, upload, segment)

    async def _state(self, upload: str, *, fields: str | None = None) -> web.Response:
        """Answer with an upload; when all has come, it becomes a document."""
        state = await self.threads.run(self.uploads.get, upload)
        answer: dict[str, Any] = {
            "offset": state.offset,
            "bytes": state.bytes,
            # A page that takes an upload up again has not seen the first answer.
            "segmentBytes": SEGMENT_BYTES,
        }
        if state.offset == state.bytes:
            document = await self.threads.run(
                self.uploads.complete, upload, fields=fields
            )
            # A page that goes away now does not take the preview with it.
            document = await asyncio.shield(self.previews.make(document))
            answer["document"] = document.to_json()
        return web.json_response(answer)

    async def _document(self, request: web.Request) -> Document:
        return await self.threads.run(self.documents.get, request.match_info["id"])


async def _read_json(request: web.Request) -> dict[str, Any]:
    """Read an announcement.

    A form of a foreign page cannot send this type without asking first.
    """
    if request.content_type != "application/json":
        raise Refused(415, "json", "Announce the upload as application/json.")
    if (request.content_length or 0) > MOST_ANNOUNCEMENT:
        raise too_large(MOST_ANNOUNCEMENT)
    try:
        value = json.loads(await request.read())
    except (ValueError, RecursionError) as error:
        raise InvalidParameter(f"The announcement is no JSON: {error}") from error
    if not isinstance(value, dict):
        raise InvalidParameter("The announcement must be an object.")
    return value


def _announced(value: dict[str, Any], most: int) -> FileFacts:
    length = value.get("bytes")
    if type(length) is not int or length < 0:
        raise InvalidParameter("bytes must be the length of the file.")
    if length == 0:
        raise _empty()
    if length > most:
        raise too_large(most)
    fields = value.get("fields", {})
    if not isinstance(fields, dict):
        raise InvalidParameter("fields must be an object.")
    return FileFacts(
        name=check_name(value.get("name")),
        type=check_type(value.get("type")),
        bytes=length,
        sha256=check_sha256(value.get("sha256")),
        fields=check_fields(fields),
    )


def _segment_range(request: web.Request, upload: Upload) -> tuple[int, int]:
    """Return where a segment begins and ends, as Content-Range says."""
    text = request.headers.get("Content-Range", "")
    match = _CONTENT_RANGE.fullmatch(text)
    if match is None:
        raise InvalidParameter("Content-Range must be: bytes first-last/total.")
    first, last, total = map(int, match.groups())
    if total != upload.bytes or not first <= last < total:
        raise InvalidParameter(
            f"Content-Range {text} does not fit a file of {upload.bytes} bytes."
        )
    if last + 1 > upload.offset != first:
        raise Refused(
            409,
            "offset",
            f"The next segment must begin at byte {upload.offset}.",
            offset=upload.offset,
        )
    return first, last + 1


def _query_number(request: web.Request, name: str) -> int | None:
    text = request.query.get(name)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise InvalidParameter(f"Query parameter {name} must be a whole number.")
    return int(text)


def _damaged(offset: int) -> Refused:
    return Refused(
        422,
        "checksum",
        "The segment was damaged on its way; nothing of it is stored. Send it again.",
        offset=offset,
    )


def _empty() -> InvalidParameter:
    return InvalidParameter("The file is empty.")


def _binary(file: io.IOBase) -> io.BytesIO:
    return cast("io.BytesIO", file)  # all that is asked of it is to be read
