"""The REST interface of generation 2: endpoints 14 to 20, documents.

A document's id and password are all that opens it, for as long as it exists; one that a
web page has made opens for pages of that origin only, and for clients without an
Origin, as jobs do.

Implements: DOCS-create, DOCS-info, DOCS-metadata, DOCS-delete, DOCS-unknown,
DOCS-page-unknown, DOCS-origin-bound, DOCS-insert, DOCS-insert-position,
DOCS-content-type, DOCS-content-empty, DOCS-remove-page, DOCS-password-always.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

from aiohttp import hdrs, web

from scanwright.buffer.pages import PageView
from scanwright.buffer.slots import SlotPool
from scanwright.errors import UnknownDocument
from scanwright.http.answers import json_response
from scanwright.http.api import log_unknown
from scanwright.http.file_answer import file_response, memory_file
from scanwright.http.page_sources import PageSources
from scanwright.http.routes import Endpoints
from scanwright.protocol.documents import (
    ContentRequest,
    parse_content,
    parse_metadata,
    parse_password,
    parse_position,
    password_from,
)
from scanwright.protocol.members import parse_object
from scanwright.protocol.saving import SaveOptions
from scanwright.storage.contents import KeptPage
from scanwright.storage.document import Document
from scanwright.storage.lending import lent_page
from scanwright.storage.storage import Storage

__all__ = ["Documents", "FileWriter"]

DOCUMENTS: Final = "/api/storage/documents"
MOST_FILES: Final = 4
"""Files that are made or sent at a time: each is in memory as a whole."""

View = Callable[[int], AbstractAsyncContextManager[PageView]]


class FileWriter(Protocol):
    """Makes files of pages: `Addons`, the add-on workers."""

    async def write(
        self,
        count: int,
        view: View,
        options: SaveOptions,
        out_fd: int,
    ) -> None:
        """Write pages 0 to count - 1, each lent by `view`, into an empty file."""


@dataclass(frozen=True, slots=True)
class Documents:
    """The handlers."""

    storage: Storage
    sources: PageSources
    slots: SlotPool
    writer: FileWriter
    _files: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(MOST_FILES)
    )

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        document = f"{DOCUMENTS}/{{document}}"
        return {
            DOCUMENTS: {"POST": self.create},
            document: {
                "GET": self.read,
                "PATCH": self.change,
                "DELETE": self.delete,
            },
            f"{document}/content": {"GET": self.content},
            f"{document}/pages": {"POST": self.insert},
            f"{document}/pages/{{page}}": {"DELETE": self.remove},
        }

    async def create(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 14."""
        members = parse_object(await request.read())
        password = parse_password(members)
        log_unknown(members)
        document = await self.storage.create(password=password, origin=_origin(request))
        return json_response(_info(document), status=201)

    async def read(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 15."""
        return json_response(_info(await self._open(request)))

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 16."""
        document = await self._open(request)
        members = parse_object(await request.read())
        metadata = parse_metadata(members)
        log_unknown(members)
        await document.set_metadata(metadata)
        return json_response(_info(document))

    async def delete(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 17; a document that is damaged goes, too, where that is safe."""
        uid, password = request.match_info["document"], password_from(request.headers)
        await self.storage.delete(uid, password=password, origin=_origin(request))
        return web.Response(status=204)

    async def content(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 18."""
        wish = parse_content(request.query)
        document = await self._open(request)
        pages = _chosen(document, wish)
        kind = wish.options.type

        def view(index: int) -> AbstractAsyncContextManager[PageView]:
            return lent_page(document, pages[index], self.slots)

        async with self._files:
            with memory_file("scanwright-document") as fd:
                await self.writer.write(len(pages), view, wish.options, fd)
                return await file_response(request, fd, kind.value)

    async def insert(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 19."""
        document = await self._open(request)
        members = parse_object(await request.read())
        position = parse_position(members)
        source = self.sources.of_job(request, members)
        log_unknown(members)
        async with source as page:
            await document.insert(
                page.format, page.pixels, page.original, position=position
            )
        return json_response(_info(document))

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Endpoint 20."""
        document = await self._open(request)
        page = document.page(request.match_info["page"])
        await document.remove(page.uid)
        return web.Response(status=204)

    async def _open(self, request: web.Request) -> Document:
        return await self.storage.open(
            request.match_info["document"],
            password=password_from(request.headers),
            origin=_origin(request),
        )


def _info(document: Document) -> dict[str, object]:
    """Spell a document as all endpoints do."""
    info: dict[str, object] = {"uid": document.uid}
    if document.contents.metadata is not None:
        info["metadata"] = document.contents.metadata
    return {**info, "pages": [{"uid": page.uid} for page in document.contents.pages]}


def _chosen(document: Document, wish: ContentRequest) -> list[KeptPage]:
    pages = [document.page(name) for name in wish.pages]
    if not wish.pages:
        known = document.contents.pages
        pages = list(known if wish.takes_all else known[:1])
    if not pages:
        raise UnknownDocument("The document has no pages yet.")
    return pages


def _origin(request: web.Request) -> str | None:
    return request.headers.get(hdrs.ORIGIN)
