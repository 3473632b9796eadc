"""All sessions: who may take one up, and what becomes of those whom nobody wants."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.errors import TooManyConnections
from scanwright.jobs.registry import Jobs
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.members import Members
from scanwright.sessions.methods import METHODS
from scanwright.sessions.run import Run
from scanwright.sessions.services import Services
from scanwright.sessions.session import PageSession
from scanwright.sessions.sessions import (
    MOST_SESSIONS,
    Attendance,
    Farewell,
    Outcome,
    Sessions,
)
from scanwright.sessions.shelf import SavedFile

ORIGIN = "https://app.example.test"


@pytest.fixture
def calls() -> list[str]:
    """What the sessions have called for."""
    return []


@pytest.fixture
async def sessions(services: Services, calls: list[str]) -> AsyncIterator[Sessions]:
    """Sessions that wait for nobody: their times are as short as can be."""
    async with Sessions(
        services,
        grace_s=0.0,
        reload_s=0.0,
        on_first=lambda: calls.append("first"),
        on_last=lambda: calls.append("last"),
    ) as sessions:
        yield sessions


@pytest.fixture
def sane_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two test devices of SANE, and nothing of this machine's; workers inherit it."""
    folder = tmp_path / "sane"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text("number_of_devices 2\n")
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    return folder


async def _open(
    sessions: Sessions,
    secret: str | None = None,
    holder: str | None = None,
    *,
    origin: str | None = ORIGIN,
    dismiss: Callable[[Farewell], None] = lambda _: None,
) -> Attendance:
    return await sessions.open(
        origin,
        secret=secret,
        holder=holder,
        tell=lambda _name, _params: None,
        dismiss=dismiss,
    )


def _save(session: PageSession) -> str:
    with session.shelf.new_file(1) as fd:
        pass
    return session.shelf.add_saved(SavedFile(fd, 0, "a.pdf", "application/pdf"))


async def _until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - nothing tells of these, by design
            await asyncio.sleep(0)


async def test_a_session_begins(sessions: Sessions, calls: list[str]) -> None:
    """A page without a secret gets a session; the first page wakes the scanners up."""
    first, second = await _open(sessions), await _open(sessions)
    assert first.outcome is Outcome.NEW
    assert first.session is not second.session
    assert (len(sessions), calls) == (2, ["first"])


async def test_a_reload_finds_its_session(sessions: Sessions) -> None:
    """Who comes back with the secret before the time is over has everything."""
    first = await _open(sessions)
    sessions.leave(first)
    again = await _open(sessions, first.session.secret)
    assert (again.outcome, again.session) == (Outcome.RESUMED, first.session)
    await asyncio.sleep(0)
    assert not first.session.is_ended


async def test_nobody_comes_back(sessions: Sessions, calls: list[str]) -> None:
    """A session whose page stays away is wiped; with the last one all is quiet."""
    first = await _open(sessions)
    sessions.leave(first)
    await _until(lambda: first.session.is_ended)
    again = await _open(sessions, first.session.secret)
    assert again.outcome is Outcome.UNKNOWN
    assert calls == ["first", "last", "first"]


async def test_a_reload_forgets_files(sessions: Sessions) -> None:
    """Files are closed when a page comes back that cannot know their paths any more."""
    first = await _open(sessions)
    path = _save(first.session)
    sessions.leave(first)
    again = await _open(sessions, first.session.secret)
    assert again.outcome is Outcome.RESUMED
    assert again.session.shelf.saved(path) is None


@pytest.mark.parametrize("is_late", [False, True])
async def test_a_page_that_connects_anew_keeps_its_files(
    sessions: Sessions, *, is_late: bool
) -> None:
    """The page that proves itself has its files, if its connection has ended or not."""
    first = await _open(sessions)
    path = _save(first.session)
    if is_late:
        sessions.leave(first)
    again = await _open(sessions, first.session.secret, first.holder)
    assert again.session.shelf.saved(path) is not None
    sessions.leave(again)
    older = await _open(sessions, first.session.secret, first.holder)
    assert older.session.shelf.saved(path) is None


async def test_a_copied_tab_gets_its_own(sessions: Sessions) -> None:
    """While a page holds a session, who has only its secret gets another one."""
    first = await _open(sessions)
    copy = await _open(sessions, first.session.secret)
    assert copy.outcome is Outcome.ELSEWHERE
    assert copy.session is not first.session


async def test_a_reload_waits_for_its_own_end(services: Services) -> None:
    """A page whose former connection has not ended yet waits for that moment."""
    async with Sessions(services, reload_s=5.0) as sessions:
        first = await _open(sessions)
        async with asyncio.TaskGroup() as tasks:
            again = tasks.create_task(_open(sessions, first.session.secret))
            await asyncio.sleep(0)
            sessions.leave(first)
        assert again.result().session is first.session


async def test_the_holder_takes_over(sessions: Sessions) -> None:
    """A page that can prove itself takes over at once; the old connection is ended."""
    ended: list[Farewell] = []
    first = await _open(sessions, dismiss=ended.append)
    again = await _open(sessions, first.session.secret, first.holder)
    assert (again.outcome, again.session) == (Outcome.RESUMED, first.session)
    assert ended == [Farewell.TAKEN_OVER]
    sessions.leave(first)  # the old connection notices late, and changes nothing
    await asyncio.sleep(0)
    assert not first.session.is_ended
    assert again.holder != first.holder


async def test_a_wrong_holder_is_nobody(sessions: Sessions) -> None:
    """The proof of another connection does not take a session over."""
    first = await _open(sessions)
    other = await _open(sessions, first.session.secret, "x" * 32)
    assert other.outcome is Outcome.ELSEWHERE


@pytest.mark.parametrize("origin", ["https://evil.example.test", None])
async def test_another_origin_finds_nothing(
    sessions: Sessions, origin: str | None
) -> None:
    """A secret is worth nothing to pages of another origin."""
    first = await _open(sessions)
    sessions.leave(first)
    thief = await _open(sessions, first.session.secret, first.holder, origin=origin)
    assert thief.outcome is Outcome.UNKNOWN
    assert thief.session is not first.session


async def test_files_belong_to_the_origin(sessions: Sessions) -> None:
    """Paths of a session are there for its origin, and for requests that say none."""
    session = (await _open(sessions)).session
    assert sessions.by_base(session.base, ORIGIN) is session
    assert sessions.by_base(session.base, None) is session
    assert sessions.by_base(session.base, "https://evil.example.test") is None
    assert sessions.by_base("/page/guess/", ORIGIN) is None


async def test_a_scanner_that_was_held_is_left(
    sessions: Sessions, calls: list[str]
) -> None:
    """Idle workers are ended when a page goes that held a scanner; others may stay."""
    first, second, third = [await _open(sessions) for _ in range(3)]
    sessions.end(first.session)
    assert calls == ["first"]
    await METHODS["scanner.open"].act(Run(second.session, Members({})))
    sessions.end(second.session)
    assert calls == ["first", "last"]
    assert not third.session.is_ended


@pytest.mark.slow
async def test_a_closed_tab_ends_its_worker(
    services: Services, slots: SlotPool, store: PageStore, sane_config: Path
) -> None:
    """The worker of a page that has gone ends, and that of another page works on."""
    del sane_config
    async with contextlib.AsyncExitStack() as stack:
        workers = await stack.enter_async_context(ScanWorkers(slots=slots))
        jobs = await stack.enter_async_context(Jobs(workers, store))
        parts = replace(services, jobs=jobs)
        sessions = await stack.enter_async_context(
            Sessions(parts, on_last=workers.cool)
        )
        one, two = await _open(sessions), await _open(sessions)
        (mine,) = await _worker_of(one, workers, 0)
        both = await _worker_of(two, workers, 1)
        assert len(both) == 2
        sessions.end(one.session)
        async with asyncio.timeout(20):
            while _pids(workers) != both - {mine}:  # noqa: ASYNC110 - nothing tells of it
                await asyncio.sleep(0.02)
        assert two.session.job is not None


async def _worker_of(
    attendance: Attendance, workers: ScanWorkers, number: int
) -> set[int]:
    """Open a scanner for a page; return the processes that there are then."""
    session = attendance.session
    listed: Any = await METHODS["scanner.list"].act(Run(session, Members({})))
    device = {"device": listed["scanners"][number]["device"]}
    await METHODS["scanner.open"].act(Run(session, Members(device)))
    return _pids(workers)


def _pids(workers: ScanWorkers) -> set[int]:
    return {each.pid for each in workers.processes()}


async def test_the_end_stops_what_is_under_way(sessions: Sessions) -> None:
    """Calls of a session that ends are cancelled, and its page is dismissed."""
    ended: list[Farewell] = []
    first = await _open(sessions, dismiss=ended.append)

    async def forever() -> None:
        await asyncio.Event().wait()

    task = sessions.run(first.session, forever)
    await asyncio.sleep(0)
    assert sessions.running(first.session) == 1
    sessions.end(first.session)
    sessions.end(first.session)
    await _until(task.done)
    assert task.cancelled()
    assert ended == [Farewell.ENDED]
    assert sessions.running(first.session) == 0


async def test_there_is_a_limit(sessions: Sessions) -> None:
    """Beyond the limit no page gets a session, until another has gone."""
    pages = [await _open(sessions) for _ in range(MOST_SESSIONS)]
    with pytest.raises(TooManyConnections):
        await _open(sessions)
    sessions.end(pages[0].session)
    await _open(sessions)


async def test_who_comes_late_is_told(services: Services, sessions: Sessions) -> None:
    """A page that comes while the disk is full is told; one that comes later is not."""
    told: list[tuple[str, Any]] = []
    attendance = await _open(sessions)
    attendance.session.tell = lambda name, params: told.append((name, params))
    sessions.warn_at_first(attendance.session)
    assert told == []
    services.store.disk.least_bytes = 1 << 60
    sessions.warn_at_first(attendance.session)
    assert [(name, params["neededBytes"]) for name, params in told] == [
        ("disk.low", 1 << 60)
    ]


async def test_everybody_is_told(services: Services) -> None:
    """What concerns all is told to all; the end of the service, too."""
    told: list[tuple[str, Any]] = []
    async with Sessions(services) as sessions:
        await sessions.open(
            None,
            secret=None,
            holder=None,
            tell=lambda name, params: told.append((name, params)),
            dismiss=lambda _: None,
        )
        sessions.warn_of_disk(1)
    assert [name for name, _ in told] == ["disk.low", "service.stopping"]
    assert len(sessions) == 0


async def test_an_overview_is_of_those_that_last(services: Services) -> None:
    """The oldest first, each since its beginning; one that has ended is not in it."""
    times = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 2, 3)]
    async with Sessions(services, clock=iter(times).__next__) as sessions:
        first = await _open(sessions)
        await _open(sessions, origin=None)
        await _open(sessions, origin="https://other.example.test")
        sessions.end(first.session)
        seen = [(each.origin, each.started) for each in sessions.overview()]
    assert seen == [(None, times[1]), ("https://other.example.test", times[2])]
