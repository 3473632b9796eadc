"""Both generations of the interface over HTTP, on scanners in memory."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, closing
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.buffer.pages import PageStore, PageView
from scanwright.buffer.slots import SlotPool
from scanwright.http.api import Api
from scanwright.http.documents import Documents
from scanwright.http.generation1 import Generation1
from scanwright.http.page_sources import PageSources
from scanwright.http.processing import Processing
from scanwright.http.routes import build_application
from scanwright.imaging.editing import measure
from scanwright.imaging.files.writing import PageIn, write_file
from scanwright.imaging.raster import Raster
from scanwright.jobs.registry import Jobs
from scanwright.protocol.edits import Analysis, Measured
from scanwright.protocol.origins import HostPolicy, OriginPolicy
from scanwright.protocol.page_urls import OwnAddresses
from scanwright.protocol.saving import SaveOptions
from scanwright.storage.envelope import Cost
from scanwright.storage.storage import Storage

Client = TestClient[Any, Any]


async def serve(api: Api) -> AsyncIterator[Client]:
    """Serve both generations; yield a client."""
    endpoints = {**api.endpoints(), **Generation1(api).endpoints()}
    server = TestServer(build_application(endpoints, OriginPolicy()))
    async with TestClient(server) as client:
        yield client


@pytest.fixture
async def client(jobs: Jobs, store: PageStore) -> AsyncIterator[Client]:
    """A client of a service that knows no licences."""
    async for client in serve(Api(jobs, store)):
        yield client


@pytest.fixture
async def strict_client(jobs: Jobs, store: PageStore) -> AsyncIterator[Client]:
    """A client of a service that wants the key K."""
    async for client in serve(Api(jobs, store, "K")):
        yield client


class NearAddons:
    """Does what the add-on workers do, in this process."""

    async def write(
        self,
        count: int,
        view: Callable[[int], AbstractAsyncContextManager[PageView]],
        options: SaveOptions,
        out_fd: int,
    ) -> None:
        """Write the pages to a file."""
        pages = []
        for index in range(count):
            async with view(index) as page:
                raster = Raster.read(memoryview(bytes(page.pixels)), page.format)
                pages.append(PageIn(raster, page.original))
        with os.fdopen(os.dup(out_fd), "w+b") as out:
            write_file(pages, options, out, progress=lambda _done: None)

    async def measure(self, page: PageView, analysis: Analysis) -> Measured:
        """Answer a question about a page."""
        return measure(Raster.read(page.pixels, page.format), analysis)


@pytest.fixture
def storage_folder(tmp_path: Path) -> Path:
    """Where the documents are."""
    return tmp_path / "storage"


@pytest.fixture
async def document_client(
    jobs: Jobs, store: PageStore, slots: SlotPool, storage_folder: Path
) -> AsyncIterator[Client]:
    """A client of a service that keeps documents and tells blank pages."""
    addons = NearAddons()
    with closing(Storage(storage_folder, cost=Cost(4, 1, 1))) as storage:
        sources = PageSources(
            jobs,
            store,
            slots,
            lambda: OwnAddresses(HostPolicy(), frozenset({18622})),
            storage,
        )
        endpoints = {
            **Api(jobs, store).endpoints(),
            **Documents(storage, sources, slots, addons).endpoints(),
            **Processing(sources, addons).endpoints(),
        }
        server = TestServer(build_application(endpoints, OriginPolicy()))
        async with TestClient(server) as client:
            yield client
