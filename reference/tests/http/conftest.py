"""Both generations of the interface over HTTP, on scanners in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.buffer.pages import PageStore
from scanwright.http.api import Api
from scanwright.http.generation1 import Generation1
from scanwright.http.routes import build_application
from scanwright.jobs.registry import Jobs
from scanwright.protocol.origins import OriginPolicy

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
