"""From `source` to the page itself: of a job, or of a document where that will do."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from aiohttp import hdrs, web

from scanwright.buffer.pages import PageStore, PageView
from scanwright.buffer.slots import SlotPool
from scanwright.buffer.vault import PageGone
from scanwright.errors import (
    InvalidParameter,
    JobDeleted,
    UnknownDocument,
    UnknownJob,
)
from scanwright.jobs.registry import Jobs
from scanwright.protocol.documents import password_from
from scanwright.protocol.members import Members
from scanwright.protocol.page_urls import (
    SOURCE_WRONG,
    DocumentPage,
    JobPage,
    OwnAddresses,
    parse_source,
)
from scanwright.storage.lending import lent_page
from scanwright.storage.storage import Storage

__all__ = ["PageSources"]


@dataclass(frozen=True, slots=True)
class PageSources:
    """Finds pages. Without a `storage` there are none of documents."""

    jobs: Jobs
    store: PageStore
    slots: SlotPool
    addresses: Callable[[], OwnAddresses]
    storage: Storage | None = None

    def of_job(
        self, request: web.Request, members: Members
    ) -> AbstractAsyncContextManager[PageView]:
        """Lend the page of a job that `source` names."""
        source = parse_source(members, self.addresses(), request.host)
        if not isinstance(source, JobPage):
            raise _unknown("source")
        return self._job_page(request, source)

    def any(
        self, request: web.Request, members: Members
    ) -> AbstractAsyncContextManager[PageView]:
        """Lend the page of a job or document that `source` names.

        The password of a document comes in the header of the request.
        """
        source = parse_source(members, self.addresses(), request.host)
        if isinstance(source, JobPage):
            return self._job_page(request, source)
        return self._document_page(request, source)

    @contextlib.asynccontextmanager
    async def _job_page(
        self, request: web.Request, source: JobPage
    ) -> AsyncIterator[PageView]:
        try:
            job = self.jobs.get(source.job, request.headers.get(hdrs.ORIGIN))
            page = job.page(source.page)
        except (UnknownJob, JobDeleted, InvalidParameter) as error:
            raise _unknown("source") from error
        async with contextlib.AsyncExitStack() as stack:
            try:
                lent = self.store.view(page.stored)
                view = await stack.enter_async_context(lent)
            except PageGone as error:
                raise _unknown("source") from error
            yield view

    @contextlib.asynccontextmanager
    async def _document_page(
        self, request: web.Request, source: DocumentPage
    ) -> AsyncIterator[PageView]:
        if self.storage is None:
            raise _unknown("source")
        try:
            document = await self.storage.open(
                source.document,
                password=password_from(request.headers),
                origin=request.headers.get(hdrs.ORIGIN),
            )
            page = document.page(source.page)
        except UnknownDocument as error:
            raise _unknown("source") from error
        async with lent_page(document, page, self.slots) as view:
            yield view


def _unknown(member: str) -> InvalidParameter:
    return InvalidParameter(f"{member} {SOURCE_WRONG}.")
