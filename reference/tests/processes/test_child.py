"""A scan worker's process."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import pytest

from scanwright.processes.channel import (
    Close,
    Closed,
    Failed,
    Grant,
    Message,
    Open,
    Scan,
)
from scanwright.processes.child import Child, _attachment
from scanwright.protocol.scanning import DeviceId, DeviceType
from scanwright.supervision.dumps import Dumps

pytestmark = pytest.mark.slow


class Ear:
    """Keeps what a child says."""

    def __init__(self, child: Child) -> None:
        self.heard: asyncio.Queue[Message] = asyncio.Queue()
        child.on_message = lambda message, _: self.heard.put_nowait(message)

    async def next(self) -> Message:
        """Wait for the next message."""
        async with asyncio.timeout(20):
            return await self.heard.get()


async def gone(child: Child) -> None:
    """Wait for its end."""
    async with asyncio.timeout(20):
        await child.died()


async def test_child_answers_and_dies_when_killed() -> None:
    """A child obeys; killed, it is reaped, and its death has a name."""
    child = Child()
    ear = Ear(child)
    child.send(Close())
    assert await ear.next() == Closed()
    assert not child.has_exited()
    child.kill()
    await gone(child)
    assert child.death == "SIGKILL"
    assert child.has_exited()
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)
    child.send(Close())
    child.kill()


async def test_commands_out_of_sequence_fail() -> None:
    """A scan without a device is refused and hurts nobody."""
    child = Child()
    ear = Ear(child)
    child.send(Scan())
    answer = await ear.next()
    assert isinstance(answer, Failed)
    assert "out of sequence" in answer.message
    child.send(Open(DeviceId(DeviceType.TWAIN, "x", "X")))
    assert isinstance(await ear.next(), Failed)
    child.kill()
    await gone(child)


async def test_child_ends_when_main_hangs_up() -> None:
    """The end of the channel is the end of the worker, soon and in good order."""
    child = Child()
    ear = Ear(child)
    child.send(Close())
    await ear.next()
    child._channel._socket.shutdown(2)
    await gone(child)
    assert child.death == "exit status 0"


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGABRT])
async def test_death_is_told_after_the_last_message(how: signal.Signals) -> None:
    """What a worker said before it crashed is heard before its death."""
    child = Child()
    ear = Ear(child)
    child.send(Close())
    assert await ear.next() == Closed()
    heard_before_death: list[int] = []
    child.on_death = lambda: heard_before_death.append(ear.heard.qsize())
    child.send(Close())
    child.send(Close())
    os.kill(child.pid, how)
    await gone(child)
    assert child.death == how.name
    assert heard_before_death == [ear.heard.qsize()]


async def test_worker_that_does_not_read_is_killed() -> None:
    """A full channel means a stuck worker; nobody waits for it."""
    child = Child()
    os.kill(child.pid, signal.SIGSTOP)
    descriptor = os.memfd_create("page")
    for _ in range(10_000):
        child.send(Grant(1, 1), descriptor)
        if child.has_exited():
            break
    os.close(descriptor)
    await gone(child)
    assert child.death == "SIGKILL"


@pytest.mark.parametrize(
    ("how", "is_crash"),
    [(signal.SIGSEGV, True), (signal.SIGTERM, False), (None, False)],
)
async def test_a_crash_leaves_a_dump(
    tmp_path: Path, how: signal.Signals | None, *, is_crash: bool
) -> None:
    """And nothing else does: neither SIGTERM, nor being killed by us."""
    child = Child(dumps=Dumps(tmp_path, tmp_path / "service.log", {}))
    ear = Ear(child)
    child.send(Close())
    await ear.next()
    assert traces(tmp_path) == [f"scan-worker-{child.pid}.trace"]
    child.kill() if how is None else os.kill(child.pid, how)
    await gone(child)
    left = [name.partition("Z-")[2] for name in traces(tmp_path)]
    assert left == ([f"scan-worker-{child.pid}.txt"] if is_crash else [])


def traces(folder: Path) -> list[str]:
    """Return the names of the files in a folder."""
    return [file.name for file in folder.iterdir()]


def test_what_could_block_or_fill_main_is_not_read() -> None:
    """A pipe, or gigabytes, in place of a page's JPEG is refused, and closed."""
    reader, writer = os.pipe()
    large = os.memfd_create("large")
    os.ftruncate(large, 1 << 40)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for descriptors in ([reader, writer], [large]):
        with pytest.raises(ValueError, match="attachment"):
            _attachment(descriptors)
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 3


async def test_drivers_output_goes_to_the_log(tmp_path: Path) -> None:
    """What drivers print is in a private file, and not on the service's screen."""
    path = tmp_path / "drivers.log"
    child = Child(log_path=path)
    child.kill()
    await gone(child)
    assert path.stat().st_mode & 0o777 == 0o600
