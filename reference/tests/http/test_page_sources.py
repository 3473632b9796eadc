"""From `source` to the page: of this service's own jobs and documents alone."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.errors import InvalidParameter
from scanwright.http.page_sources import PageSources
from scanwright.jobs.job import Job, Page
from scanwright.jobs.registry import Jobs
from scanwright.protocol.jobs import Status
from scanwright.protocol.members import Members
from scanwright.protocol.origins import HostPolicy
from scanwright.protocol.page_urls import OwnAddresses
from scanwright.protocol.requests import parse_job_request
from scanwright.storage.storage import Storage

BASE = "http://127.0.0.1:18622"
ORIGIN = "https://a.example"


def request(origin: str | None = None) -> web.Request:
    """Return a request of a page of this origin."""
    headers = {"Host": "127.0.0.1:18622"}
    if origin:
        headers["Origin"] = origin
    return make_mocked_request("POST", "/", headers=headers)


@pytest.fixture
def sources(jobs: Jobs, store: PageStore, slots: SlotPool) -> PageSources:
    """A service without documents."""
    here = OwnAddresses(HostPolicy(), frozenset({18622}))
    return PageSources(jobs, store, slots, lambda: here)


async def scanned(jobs: Jobs) -> tuple[Job, Page]:
    """Scan for an origin; return the job and its first page."""
    job = await jobs.create(parse_job_request(Members({})), ORIGIN)
    page = await job.page_at(0)
    assert page is not None
    while job.state.status is Status.RUNNING:
        await job.page_at(len(job.pages))
    return job, page


def members(job: Job, page: Page) -> Members:
    """Return a body that names a page."""
    url = f"{BASE}/api/device/scanners/jobs/{job.uid}/next-page?page={page.uid}"
    return Members({"source": url})


async def test_a_page_of_a_job_is_lent(sources: PageSources, jobs: Jobs) -> None:
    """For its own origin, and for clients without one."""
    job, page = await scanned(jobs)
    for origin in (ORIGIN, None):
        async with sources.of_job(request(origin), members(job, page)) as view:
            assert set(view.pixels) == {1}
        async with sources.any(request(origin), members(job, page)) as view:
            assert view.format == page.stored.format


async def test_a_job_of_another_origin_has_no_pages(
    sources: PageSources, jobs: Jobs
) -> None:
    """Another origin is told nothing of them."""
    job, page = await scanned(jobs)
    with pytest.raises(InvalidParameter, match="source"):
        async with sources.of_job(request("https://b.example"), members(job, page)):
            pass


async def test_a_deleted_job_has_no_pages(sources: PageSources, jobs: Jobs) -> None:
    """Nor has a job whose pages went while they were asked for."""
    job, page = await scanned(jobs)
    source = sources.of_job(request(), members(job, page))
    sources.store.drop(page.stored)
    with pytest.raises(InvalidParameter, match="source"):
        async with source:
            pass
    jobs.delete(job)
    with pytest.raises(InvalidParameter, match="source"):
        async with sources.any(request(), members(job, page)):
            pass


async def test_documents_are_no_source_of_documents(
    sources: PageSources, tmp_path: Path, jobs: Jobs, store: PageStore, slots: SlotPool
) -> None:
    """Nor of anything in a service that has none; unknown ones are no pages."""
    url = f"{BASE}/api/storage/documents/0190817c22ab/content?pages=0"
    with pytest.raises(InvalidParameter, match="source"):
        sources.of_job(request(), Members({"source": url}))
    with closing(Storage(tmp_path / "storage")) as storage:
        with_documents = PageSources(jobs, store, slots, sources.addresses, storage)
        for finder in (sources, with_documents):
            with pytest.raises(InvalidParameter, match="source"):
                async with finder.any(request(), Members({"source": url})):
                    pass
