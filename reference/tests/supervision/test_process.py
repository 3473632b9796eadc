"""What the kernel says of another process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from scanwright.supervision.process import (
    age_s,
    glance,
    name_of_death,
    reap,
    was_asked_for,
)

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]
NEVER = 2**22 + 1
"""Above every process id that Linux gives."""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process that does nothing."""
    with subprocess.Popen(SLEEPER) as process:
        yield process
        process.kill()


def ended(pid: int) -> None:
    """Wait until a child is dead, and leave it to be reaped."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_running_process_is_no_stopped_one(sleeper: subprocess.Popen[bytes]) -> None:
    """SIGSTOP shows as T."""
    assert glance(sleeper.pid).state in "RSD"
    sleeper.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED | os.WNOWAIT)
    assert glance(sleeper.pid).state == "T"


def test_the_wait_for_a_core_is_counted() -> None:
    """This process has had to wait at some time."""
    assert glance(os.getpid()).waited_s > 0


def test_a_process_that_is_gone_is_dead() -> None:
    """No error: it may go at any time."""
    assert glance(NEVER).state == "Z"


def test_the_age_of_a_process_is_known(sleeper: subprocess.Popen[bytes]) -> None:
    """A new one is younger than its parent."""
    assert -0.1 < age_s(sleeper.pid) < age_s(os.getpid())


@pytest.mark.parametrize(
    ("program", "status", "name"),
    [
        ("raise SystemExit(3)", 3, "exit status 3"),
        ("import os; os.kill(os.getpid(), 9)", -9, "SIGKILL"),
    ],
)
def test_a_parent_is_told_the_status(program: str, status: int, name: str) -> None:
    """The child is gone after it, and its death has a name."""
    pid = os.posix_spawn(sys.executable, [sys.executable, "-c", program], os.environ)
    ended(pid)
    assert reap(pid) == status
    assert name_of_death(status) == name
    assert glance(pid).state == "Z"


@pytest.mark.parametrize(
    ("status", "is_asked"),
    [(0, True), (-15, True), (1, False), (-9, False), (None, False)],
)
def test_an_end_that_was_asked_for_is_no_crash(
    status: int | None, *, is_asked: bool
) -> None:
    """An orderly one, or by SIGTERM."""
    assert was_asked_for(status) is is_asked


def test_another_sees_the_status_until_the_parent_looks(
    sleeper: subprocess.Popen[bytes],
) -> None:
    """Who is not the parent reads it from what the kernel keeps."""
    program = (
        f"from scanwright.supervision.process import reap; print(reap({sleeper.pid}))"
    )
    sleeper.kill()
    ended(sleeper.pid)
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True
    )
    assert told.stdout == b"-9\n"


def test_later_only_the_parent_knows() -> None:
    """There is no status of a process that is gone, and no error either."""
    assert reap(NEVER) is None
    assert "parent" in name_of_death(None)
