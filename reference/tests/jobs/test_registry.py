"""The owner of the jobs: locks, ends, and nothing left behind."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from scanwright.errors import (
    Code,
    DeviceError,
    InvalidParameter,
    JobDeleted,
    JobFaulted,
    OutOfSequence,
    ScannerLocked,
    ScanwrightError,
    UnknownJob,
)
from scanwright.protocol.jobs import Status
from scanwright.protocol.requests import Config, JobRequest
from scanwright.protocol.scanning import DeviceId, DeviceType

if TYPE_CHECKING:
    from scanwright.buffer.pages import PageStore
    from scanwright.buffer.slots import SlotPool
    from scanwright.jobs.job import Job
    from scanwright.jobs.registry import Jobs

GLASS = DeviceId(DeviceType.SANE, "memory:0", "Glass")
FEEDER = DeviceId(DeviceType.ESCL, "memory:1", "Feeder")
PENDING = JobRequest(device=GLASS, auto_run=False)
RUNNING = JobRequest(device=GLASS)


async def all_pages(job: Job) -> list[int]:
    """Read a job to its end; return the numbers of its pages."""
    numbers = []
    while (page := await job.next("image")) is not None:
        numbers.append(page.number)
    return numbers


async def refusal(job: Job) -> ScanwrightError | None:
    """Wait for the next page; return the error that came instead."""
    try:
        await job.next("image")
    except ScanwrightError as error:
        return error
    return None


async def test_a_job_gives_its_pages_and_completes(jobs: Jobs) -> None:
    """Pages come in order, then the job is completed."""
    job = await jobs.create(RUNNING, None)
    assert await all_pages(job) == [1, 2]
    assert job.state.status is Status.COMPLETED


async def test_pages_are_kept_under_the_key_of_the_job(
    jobs: Jobs, store: PageStore
) -> None:
    """Of a session, or none."""
    key = store.new_key()
    await all_pages(await jobs.create(RUNNING, None, key=key))
    assert set(store.usage()) == {key}
    await all_pages(await jobs.create(replace(RUNNING, device=FEEDER), None))
    assert (store.stats().pages, set(store.usage())) == (4, {key})


async def test_a_scanner_is_locked_from_creation_to_end(jobs: Jobs) -> None:
    """A pending job locks its scanner, and no other."""
    await jobs.create(PENDING, None)
    with pytest.raises(ScannerLocked):
        await jobs.create(RUNNING, None)
    assert (await jobs.create(JobRequest(device=FEEDER), None)).device == FEEDER


async def test_the_next_job_waits_for_a_scanner_that_is_closing(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """Deleting answers at once; who comes next gets the scanner when it is free."""
    job = await jobs.create(PENDING, None)
    scanners.may_close.clear()
    jobs.delete(job)
    async with asyncio.TaskGroup() as group:
        next_job = group.create_task(jobs.create(PENDING, None))
        await asyncio.sleep(0)
        assert not next_job.done()
        scanners.may_close.set()
    assert next_job.result().state.status is Status.PENDING


async def test_delete_in_mid_scan_frees_the_scanner(
    jobs: Jobs,
    scanners: Any,
    slots: SlotPool,
) -> None:
    """A scan that waits for its device ends; its waiting reader is told."""
    scanners.next_page = asyncio.Semaphore(1)
    job = await jobs.create(RUNNING, None)
    await job.next("image")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(refusal(job))
        await asyncio.sleep(0)
        jobs.delete(job)
    assert isinstance(waiting.result(), JobDeleted)
    scanners.next_page = asyncio.Semaphore(99)
    assert await all_pages(await jobs.create(RUNNING, None)) == [1, 2]
    assert slots.stats().used == 2


async def test_a_job_deleted_before_its_first_step_frees_the_scanner(
    jobs: Jobs,
) -> None:
    """Start and delete in one step of the loop leave no lock behind."""
    job = await jobs.create(PENDING, None)
    jobs.start(job)
    jobs.delete(job)
    assert await all_pages(await jobs.create(RUNNING, None)) == [1, 2]


async def test_cancel_keeps_the_pages_so_far(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """After a cancel the readers get what was there, then the end."""
    scanners.next_page = asyncio.Semaphore(1)
    job = await jobs.create(RUNNING, None)
    await job.page_at(0)
    jobs.cancel(job)
    assert await all_pages(job) == [1]
    assert job.state.status is Status.CANCELED
    with pytest.raises(OutOfSequence):
        jobs.cancel(job)


async def test_pages_before_a_fault_stay(
    jobs: Jobs,
    scanners: Any,
    jam: DeviceError,
) -> None:
    """The pages come first, then the code of the fault, to both kinds of reader."""
    scanners.fault = jam
    job = await jobs.create(RUNNING, None)
    with pytest.raises(JobFaulted) as caught:
        await all_pages(job)
    assert caught.value.code == Code.FEEDER_JAM
    assert await job.page_at(1) is job.pages[1]
    with pytest.raises(JobFaulted):
        await job.page_at(2)


async def test_a_scanner_that_cannot_be_opened_faults_the_job(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """The job exists, is faulted, and its scanner is free again."""
    scanners.open_fault = DeviceError("Offline.", code=Code.DEVICE_OFFLINE)
    job = await jobs.create(RUNNING, None)
    assert (job.state.status, job.state.code) == (Status.FAULTED, Code.DEVICE_OFFLINE)
    scanners.open_fault = None
    assert await all_pages(await jobs.create(RUNNING, None)) == [1, 2]


async def test_a_refused_setting_leaves_nothing_behind(jobs: Jobs) -> None:
    """400 means that no job was made and the scanner is free."""
    wrong = JobRequest(device=GLASS, config=Config(resolution_dpi=60000))
    with pytest.raises(InvalidParameter, match="Resolution"):
        await jobs.create(wrong, None)
    assert (await jobs.create(RUNNING, None)).state.status is Status.RUNNING


async def test_an_absent_scanner_faults_the_job(jobs: Jobs) -> None:
    """A device string of a scanner that is not there: source not found."""
    ghost = DeviceId(DeviceType.ESCL, "http://127.0.0.1:9/eSCL", "Ghost")
    job = await jobs.create(JobRequest(device=ghost), None)
    assert job.state.code == Code.SOURCE_NOT_FOUND


async def test_an_empty_feeder_is_told_before_the_scan(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """With checkFeederLoaded an empty feeder faults the job at its creation."""
    inputs = scanners.description.inputs
    scanners.description = type(scanners.description)(inputs, feeder_loaded=False)
    job = await jobs.create(JobRequest(device=GLASS, check_feeder=True), None)
    assert job.state.code == Code.FEEDER_EMPTY


@pytest.mark.parametrize(
    ("request_", "device"),
    [
        (JobRequest(), GLASS),
        (JobRequest(name="Feeder"), FEEDER),
        (JobRequest(config=Config(source_index=0)), GLASS),
    ],
)
async def test_without_a_device_one_is_chosen(
    jobs: Jobs,
    request_: JobRequest,
    device: DeviceId,
) -> None:
    """By name, by index of the default listing, else its first."""
    assert (await jobs.create(request_, None)).device == device


async def test_an_unknown_name_is_no_scanner(jobs: Jobs) -> None:
    """A name that nobody has is not silently another scanner."""
    job = await jobs.create(JobRequest(name="Nobody"), None)
    assert job.state.code == Code.SOURCE_NOT_FOUND


async def test_an_index_beyond_the_listing_is_refused(jobs: Jobs) -> None:
    """The index counts in the default listing."""
    with pytest.raises(InvalidParameter, match="SelectSourceByIndex"):
        await jobs.create(JobRequest(config=Config(source_index=1)), None)


async def test_the_scanner_used_last_is_the_default(jobs: Jobs) -> None:
    """An empty request follows the one before it."""
    await all_pages(await jobs.create(JobRequest(device=FEEDER), None))
    assert (await jobs.create(JobRequest(), None)).device == FEEDER


@pytest.mark.parametrize(
    "absent",
    [
        JobRequest(device=DeviceId(DeviceType.SANE, "memory:9", "Gone")),
        JobRequest(name="Nobody"),
    ],
)
async def test_a_scanner_that_was_not_there_is_no_default(
    jobs: Jobs, absent: JobRequest
) -> None:
    """What one page asks for in vain is its own affair."""
    job = await jobs.create(absent, None)
    assert job.state.code == Code.SOURCE_NOT_FOUND
    job = await jobs.create(JobRequest(), None)
    assert (job.device, job.state.status) == (GLASS, Status.RUNNING)


async def test_a_scanner_that_did_not_open_was_not_used(
    jobs: Jobs, scanners: Any
) -> None:
    """The default stays what it was before."""
    scanners.open_fault = DeviceError("It is busy.", code=Code.SCANNER_LOCKED)
    await jobs.create(JobRequest(device=FEEDER), None)
    scanners.open_fault = None
    assert (await jobs.create(JobRequest(), None)).device == GLASS


@pytest.mark.parametrize(
    ("code", "device"),
    [
        (Code.DEVICE_OFFLINE, GLASS),
        (Code.SOURCE_NOT_FOUND, GLASS),
        (Code.SCANNER_LOCKED, FEEDER),
    ],
)
async def test_the_scanner_used_last_is_passed_over_when_it_has_gone(
    jobs: Jobs, scanners: Any, code: Code, device: DeviceId
) -> None:
    """Then the default takes its place; one that is busy will be free again."""
    await all_pages(await jobs.create(JobRequest(device=FEEDER), None))
    scanners.open_fault = DeviceError("It does not open.", code=code)
    assert (await jobs.create(JobRequest(), None)).device == FEEDER
    scanners.open_fault = None
    assert (await jobs.create(JobRequest(), None)).device == device


async def test_a_scanner_that_has_come_back_is_found(jobs: Jobs, scanners: Any) -> None:
    """Whoever names it again gets it."""
    scanners.open_fault = DeviceError("It is off.", code=Code.DEVICE_OFFLINE)
    assert (await jobs.create(RUNNING, None)).state.status is Status.FAULTED
    scanners.open_fault = None
    assert await all_pages(await jobs.create(RUNNING, None)) == [1, 2]


async def test_who_waits_for_a_page_is_told_that_the_service_ends(
    jobs: Jobs, scanners: Any
) -> None:
    """The pages that came are given; a pending job is left to its client."""
    scanners.next_page = asyncio.Semaphore(1)
    job = await jobs.create(RUNNING, None)
    pending = await jobs.create(replace(PENDING, device=FEEDER), None)
    await job.next("image")
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(refusal(job))
        await asyncio.sleep(0)
        jobs.stop()
    assert isinstance(error := waiting.result(), JobFaulted)
    assert (error.code, error.message) == (
        Code.GENERAL_FAILURE,
        "The service is ending.",
    )
    assert pending.state.status is Status.PENDING


async def test_how_a_worker_ends_with_the_service_is_not_told(
    jobs: Jobs, scanners: Any
) -> None:
    """Neither by a job that is being made then, nor by one that has just begun."""
    jobs.stop()
    scanners.fault = DeviceError("The scan process died (SIGKILL).")
    job = await jobs.create(RUNNING, None)
    assert (await job.next("image"), await job.next("image")) != (None, None)
    assert isinstance(await refusal(job), JobFaulted)
    scanners.open_fault = scanners.fault
    late = await jobs.create(replace(RUNNING, device=FEEDER), None)
    assert {job.state.message, late.state.message} == {"The service is ending."}


async def test_without_any_scanner_a_job_is_faulted(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """No scanner at all is a fault, not a crash."""
    scanners.devices = []
    job = await jobs.create(JobRequest(), None)
    assert job.state.code == Code.SOURCE_NOT_FOUND


async def test_a_job_belongs_to_its_origin(jobs: Jobs) -> None:
    """Another origin does not learn that it exists; no origin may use it."""
    job = await jobs.create(PENDING, "https://one.example")
    assert jobs.get(job.uid, None) is job
    assert jobs.get(job.uid.upper(), "https://one.example") is job
    with pytest.raises(UnknownJob):
        jobs.get(job.uid, "https://two.example")
    jobs.delete(job)
    with pytest.raises(JobDeleted):
        jobs.get(job.uid, "https://one.example")
    with pytest.raises(UnknownJob):
        jobs.get(job.uid, "https://two.example")


async def test_two_readers_share_a_cursor_and_lose_nothing(jobs: Jobs) -> None:
    """Two readers of next-page get each page once between them."""
    job = await jobs.create(RUNNING, None)
    async with asyncio.TaskGroup() as group:
        readers = [group.create_task(all_pages(job)) for _ in range(2)]
    assert sorted(n for reader in readers for n in reader.result()) == [1, 2]


async def test_a_reader_that_gives_up_takes_no_page_with_it(
    jobs: Jobs,
    scanners: Any,
) -> None:
    """A cancelled wait leaves the page to the next reader."""
    scanners.next_page = asyncio.Semaphore(0)
    job = await jobs.create(RUNNING, None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await job.next("image")
    for _ in range(3):
        scanners.next_page.release()
    assert await all_pages(job) == [1, 2]


async def test_info_and_image_have_cursors_of_their_own(jobs: Jobs) -> None:
    """Asking for the info first gives the page of that info."""
    job = await jobs.create(RUNNING, None)
    info, image = await job.next("info"), await job.next("image")
    assert info is image


async def test_a_pending_job_expires(jobs: Jobs) -> None:
    """The time limit deletes the job and frees its scanner."""
    limited = JobRequest(device=GLASS, auto_run=False, job_timeout_s=1)
    job = await jobs.create(limited, None)
    with pytest.raises(JobDeleted):
        await job.page_at(0)
    assert (await jobs.create(RUNNING, None)).state.status is Status.RUNNING


async def test_settings_of_a_running_job_are_out_of_sequence(jobs: Jobs) -> None:
    """Capabilities and settings are those of a pending job."""
    job = await jobs.create(PENDING, None)
    assert jobs.live_settings(job)[1].page_limit is None
    jobs.start(job)
    with pytest.raises(OutOfSequence):
        jobs.live_settings(job)
