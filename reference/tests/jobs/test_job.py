"""One job: who waits for a page is always answered."""

from __future__ import annotations

import asyncio

import pytest

from scanwright.buffer.pages import StoredPage
from scanwright.errors import Code, InvalidParameter, JobDeleted, JobFaulted
from scanwright.jobs.job import Job, Page
from scanwright.protocol.jobs import Cancel, Event, Failed, SourceEmpty, Start
from scanwright.protocol.requests import JobRequest
from scanwright.protocol.scanning import (
    Depth,
    DeviceId,
    DeviceType,
    PageFormat,
    PixelType,
    Source,
)

FORMAT = PageFormat(8, 8, Depth(PixelType.GRAY, 8), (100, 100), Source.FLATBED)
JAM = Failed(Code.FEEDER_JAM, "Paper jam.")


def make_job() -> Job:
    """Make a running job."""
    device = DeviceId(DeviceType.SANE, "memory:0", "Glass")
    job = Job("uid", device, JobRequest(), origin=None)
    job.apply(Start())
    return job


def page(number: int) -> Page:
    """Make a page."""
    return Page(f"{number:012x}", number, number, {}, StoredPage(FORMAT))


async def test_a_page_wakes_everybody_who_waits_for_it() -> None:
    """Two readers of one index get the same page."""
    job = make_job()
    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(job.page_at(0)) for _ in range(2)]
        await asyncio.sleep(0)
        job.add(page(1))
    assert [reader.result() for reader in readers] == [job.pages[0]] * 2


@pytest.mark.parametrize("end", [SourceEmpty(), Cancel()])
async def test_an_end_answers_who_waits(end: Event) -> None:
    """A reader beyond the last page is told that there is none."""
    job = make_job()
    async with asyncio.TaskGroup() as group:
        reader = group.create_task(job.next("info"))
        await asyncio.sleep(0)
        job.apply(end)
    assert reader.result() is None


async def test_a_fault_comes_after_the_pages() -> None:
    """What had arrived is handed out first."""
    job = make_job()
    job.add(page(1))
    job.apply(JAM)
    assert await job.next("image") is job.pages[0]
    with pytest.raises(JobFaulted, match="Paper jam"):
        await job.next("image")


async def test_deletion_goes_before_everything() -> None:
    """A deleted job hands out nothing, not even pages that it has."""
    job = make_job()
    job.add(page(1))
    job.delete()
    with pytest.raises(JobDeleted):
        await job.page_at(0)


async def test_a_page_is_found_by_its_id() -> None:
    """An id of no page is a wrong parameter."""
    job = make_job()
    job.add(page(1))
    assert job.page(f"{1:012x}") is job.pages[0]
    with pytest.raises(InvalidParameter):
        job.page("0")
