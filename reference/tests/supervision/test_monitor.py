"""The monitor and the mains that it starts, as processes."""

from __future__ import annotations

import itertools
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scanwright.supervision.process import glance

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("monitor_program.py")
DEADLINE_S = 20.0


class Mains:
    """What the mains have written."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.process = process
        self._file = folder / "mains"
        self.folder = folder

    def wait_for(self, count: int) -> list[tuple[int, float, str]]:
        """Wait until so many have been started: id, time, and what was before."""
        until(lambda: len(self.seen()) >= count or self.process.poll() is not None)
        return self.seen()

    def seen(self) -> list[tuple[int, float, str]]:
        """Return those that have been started."""
        lines = self._file.read_text().splitlines() if self._file.exists() else []
        return [_main(line) for line in lines]


def until(condition: Callable[[], object]) -> None:
    """Wait for something that happens in other processes."""
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s
        select.select([], [], [], 0.005)


def _main(line: str) -> tuple[int, float, str]:
    pid, started_s, before = line.split(" ", 2)
    return int(pid), float(started_s), before


@contextmanager
def monitor(folder: Path, *deeds: str) -> Iterator[Mains]:
    """Run the program with these deeds."""
    command = [sys.executable, str(PROGRAM), str(folder), *deeds]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            yield Mains(process, folder)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_killed_main_is_followed_by_another(tmp_path: Path) -> None:
    """At once, and it is told what became of the first one."""
    with monitor(tmp_path, "serve") as mains:
        ((first, _, _),) = mains.wait_for(1)
        begin_s = time.monotonic()
        os.kill(first, signal.SIGKILL)
        _, (second, started_s, before) = mains.wait_for(2)
        assert second != first
        assert before == f"SIGKILL of main {first}"
        assert started_s - begin_s < 0.5
        until(lambda: list(tmp_path.glob(f"*-main-{first}.txt")))


def test_a_stopped_main_goes_on(tmp_path: Path) -> None:
    """SIGSTOP costs a moment, and no main."""
    with monitor(tmp_path, "serve") as mains:
        ((pid, _, _),) = mains.wait_for(1)
        os.kill(pid, signal.SIGSTOP)
        until(lambda: glance(pid).state != "T")
        mains.process.terminate()
        assert mains.process.wait(5) == 0
        assert len(mains.seen()) == 1


def test_a_stuck_main_leaves_its_traceback_and_is_replaced(tmp_path: Path) -> None:
    """Not before it was silent for long; the dump says where it was."""
    with monitor(tmp_path, "mute", "serve") as mains:
        (first, begin_s, _), (_, started_s, before) = mains.wait_for(2)
        assert before == f"SIGABRT of main {first}"
        assert started_s - begin_s > 1.0
        until(lambda: list(tmp_path.glob("*.txt")))
        (dump,) = tmp_path.glob("*.txt")
        assert "in stuck_in_a_loop" in dump.read_text()


def test_a_main_that_cannot_live_is_started_ever_more_rarely(tmp_path: Path) -> None:
    """Twice at once, then after a quarter of a second, a half..."""
    with monitor(tmp_path, "die") as mains:
        times = [started_s for _, started_s, _ in mains.wait_for(5)]
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert max(waits[:2]) < 0.25
    assert 0.25 <= waits[2] < 0.5 <= waits[3]


def test_a_service_that_never_was_ready_is_not_tried_again(tmp_path: Path) -> None:
    """Its exit status is the monitor's: somebody has to correct something."""
    with monitor(tmp_path, "fail") as mains:
        assert mains.process.wait(DEADLINE_S) == 3
        assert len(mains.seen()) == 1
    with monitor(tmp_path, "crash") as mains:
        assert mains.process.wait(DEADLINE_S) == 1


def test_a_monitor_that_ends_by_a_defect_leaves_its_traceback(tmp_path: Path) -> None:
    """In its trace, which main makes a dump of."""
    with monitor(tmp_path, "confuse") as mains:
        mains.wait_for(1)
        assert mains.process.wait(DEADLINE_S) == 1
        trace = tmp_path / f"monitor-{mains.process.pid}.trace"
        assert "KeyError" in trace.read_text()


def test_sigterm_ends_both(tmp_path: Path) -> None:
    """In order: with status 0, no dump, and no trace."""
    with monitor(tmp_path, "serve") as mains:
        ((pid, _, _),) = mains.wait_for(1)
        mains.process.terminate()
        assert mains.process.wait(5) == 0
        assert gone(pid)
        assert [file.name for file in tmp_path.iterdir()] == ["mains"]


def test_who_does_not_listen_is_killed(tmp_path: Path) -> None:
    """An orderly stop takes no more than two seconds."""
    with monitor(tmp_path, "deaf") as mains:
        ((pid, _, _),) = mains.wait_for(1)
        begin_s = time.monotonic()
        mains.process.terminate()
        assert mains.process.wait(5) == 1
        assert time.monotonic() - begin_s < 2.5
        assert gone(pid)
