"""A process that main keeps alive."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from scanwright.supervision.link import Link
from scanwright.supervision.process import glance, reap
from scanwright.supervision.program import spawn
from scanwright.supervision.vigil import BEAT_S
from scanwright.supervision.ward import Ward

pytestmark = pytest.mark.slow

DEADLINE_S = 20.0
SLEEP = "import signal; signal.pause()"
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True)\n"
)


class Keeper:
    """Starts processes of one program, and takes note of their deaths."""

    def __init__(self, program: str, *, speaks: bool = False) -> None:
        self.program = program
        self.starts: list[int] = []
        self.deaths: list[tuple[int, int | None]] = []
        self.links: list[Link] = []
        self._speaks = speaks
        self.ward = Ward("helper", self._start, self._on_death)

    def _start(self) -> tuple[int, Link | None]:
        pid = spawn([sys.executable, "-c", self.program])
        self.starts.append(pid)
        if not self._speaks:
            return pid, None
        ours, theirs = Link.pair()
        self.links.append(theirs)
        return pid, ours

    def _on_death(self, pid: int, status: int | None) -> None:
        self.deaths.append((pid, status))


async def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in other processes."""
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110 - in another process
            await asyncio.sleep(0.005)


@pytest.fixture
async def keeper() -> AsyncIterator[Keeper]:
    """One that keeps a sleeping process."""
    keeper = Keeper(SLEEP)
    keeper.ward.start()
    yield keeper
    await keeper.ward.end()
    for link in keeper.links:
        link.close()


async def test_a_dead_one_is_followed_by_another(keeper: Keeper) -> None:
    """Its death is told with its status, and the information is the new one's."""
    first = keeper.ward.pid
    os.kill(first, signal.SIGKILL)
    await until(lambda: keeper.deaths)
    assert keeper.deaths == [(first, -signal.SIGKILL)]
    assert keeper.ward.pid == keeper.starts[1] != first
    assert keeper.ward.is_alive
    assert abs((datetime.now(UTC) - keeper.ward.started).total_seconds()) < 10


async def test_one_that_cannot_live_is_not_started_all_the_time(keeper: Keeper) -> None:
    """The first two starts are free; then the wait grows."""
    keeper.program = "raise SystemExit(3)"
    os.kill(keeper.ward.pid, signal.SIGKILL)
    await until(lambda: len(keeper.deaths) == 3)
    assert not keeper.ward.is_alive
    await until(lambda: len(keeper.starts) == 4)
    assert {status for _, status in keeper.deaths[1:]} == {3}


async def test_one_that_was_asked_to_end_comes_back_a_little_later(
    keeper: Keeper,
) -> None:
    """Whoever ends all processes of the service gets to main in the meantime."""
    begin_s = asyncio.get_running_loop().time()
    os.kill(keeper.ward.pid, signal.SIGTERM)
    await until(lambda: len(keeper.starts) == 2)
    assert asyncio.get_running_loop().time() - begin_s >= 0.25


async def test_a_stopped_one_is_continued(keeper: Keeper) -> None:
    """Without being started again."""
    os.kill(keeper.ward.pid, signal.SIGSTOP)
    await until(lambda: glance(keeper.ward.pid).state == "T")
    keeper.ward.look()
    await until(lambda: glance(keeper.ward.pid).state != "T")
    assert keeper.deaths == []


async def test_a_silent_one_is_ended_and_replaced() -> None:
    """One that should speak, and does not any more, is no use."""
    keeper = Keeper(SLEEP, speaks=True)
    keeper.ward.start()
    keeper.links[0].beat()
    async with asyncio.timeout(DEADLINE_S):
        while not keeper.deaths:
            keeper.ward.look()
            await asyncio.sleep(BEAT_S / 4)
    assert keeper.deaths == [(keeper.starts[0], -signal.SIGABRT)]
    await keeper.ward.end()
    for link in keeper.links:
        link.close()


async def test_an_end_that_was_asked_for_is_no_death(keeper: Keeper) -> None:
    """Nothing is told, and nothing is started."""
    await keeper.ward.end()
    assert not keeper.ward.is_alive
    assert (len(keeper.starts), keeper.deaths) == (1, [])
    await keeper.ward.end()


async def test_who_does_not_end_is_killed() -> None:
    """Also when it is stopped."""
    keeper = Keeper(DEAF + SLEEP)
    keeper.ward.start()
    await until(lambda: glance(keeper.ward.pid).state == "S")
    os.kill(keeper.ward.pid, signal.SIGSTOP)
    await keeper.ward.end()
    assert glance(keeper.starts[0]).state == "Z"


async def test_a_forgotten_one_lives_on(keeper: Keeper) -> None:
    """Main goes; the monitor sees that for itself."""
    pid = keeper.ward.pid
    keeper.ward.forget()
    assert glance(pid).state != "Z"
    os.kill(pid, signal.SIGKILL)
    await until(lambda: reap(pid) == -signal.SIGKILL)
    assert keeper.deaths == []


async def test_a_system_without_room_is_asked_again_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A start that fails is a line in the log."""

    def fail() -> tuple[int, None]:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    ward = Ward("helper", fail, lambda _pid, _cause: None)
    ward.start()
    assert "cannot be started" in caplog.text
    assert not ward.is_alive
    await ward.end()
