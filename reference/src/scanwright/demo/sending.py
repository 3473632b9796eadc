"""A document on its way to the browser: whole, or the range that it asks for.

Whatever was uploaded, it must not run as a page of this server: it is always a
download, its type is never guessed, and a browser that shows it all the same gives it
no scripts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from urllib.parse import quote

from aiohttp import hdrs, web

from scanwright.demo.documents import Document, Documents
from scanwright.demo.names import OCTETS
from scanwright.demo.refusals import Refused
from scanwright.demo.threads import Threads

__all__ = ["send_document", "wanted_range"]

PLAIN_TYPES: Final = frozenset(
    {
        *("application/pdf", "image/bmp", "image/gif", "image/jpeg", "image/png"),
        *("image/tiff", "image/webp"),
    }
)
"""What a browser may know by its name."""


async def send_document(
    request: web.Request, document: Document, documents: Documents, threads: Threads
) -> web.StreamResponse:
    """Answer with the bytes of a document.

    Raises:
        Refused: The range lies outside of it.
    """
    wanted = wanted_range(request, document)
    part = wanted or range(document.bytes)
    answer = web.StreamResponse(
        status=206 if wanted else 200, headers=_headers(document)
    )
    if wanted:
        answer.headers[hdrs.CONTENT_RANGE] = (
            f"bytes {part.start}-{part.stop - 1}/{document.bytes}"
        )
    answer.content_length = len(part)
    await answer.prepare(request)
    if request.method != hdrs.METH_HEAD:
        async for piece in _pieces(document, part, documents, threads):
            await answer.write(piece)
    await answer.write_eof()
    return answer


def wanted_range(request: web.Request, document: Document) -> range | None:
    """Return the bytes that are asked for; None is all of them (RFC 9110, 14.2).

    Raises:
        Refused: The range begins behind the end.
    """
    condition = request.headers.get(hdrs.IF_RANGE)
    if hdrs.RANGE not in request.headers or condition not in {None, _etag(document)}:
        return None
    try:
        asked = request.http_range
    except ValueError:
        return None  # several ranges, or units that nobody knows: all of it is right
    part = range(document.bytes)[asked.start : asked.stop]
    if not part:
        raise Refused(
            416,
            "range",
            f"The document has {document.bytes} bytes.",
            headers={hdrs.CONTENT_RANGE: f"bytes */{document.bytes}"},
        )
    return part


async def _pieces(
    document: Document, part: range, documents: Documents, threads: Threads
) -> AsyncIterator[bytes]:
    at = part.start
    while at < part.stop:
        piece = await threads.run(documents.read, document.id, at)
        if not piece:
            raise ConnectionResetError("the document was deleted while it was sent")
        yield piece[: part.stop - at]
        at += len(piece)


def _headers(document: Document) -> dict[str, str]:
    return {
        hdrs.CONTENT_TYPE: document.type if document.type in PLAIN_TYPES else OCTETS,
        hdrs.CONTENT_DISPOSITION: _disposition(document.name),
        hdrs.ACCEPT_RANGES: "bytes",
        hdrs.ETAG: _etag(document),
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


def _disposition(name: str) -> str:
    """Name the file in ASCII, and by RFC 8187 for whoever reads that."""
    plain = "".join(
        sign if sign.isascii() and sign not in '"%' else "_" for sign in name
    )
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _etag(document: Document) -> str:
    return f'"{document.sha256}"'
