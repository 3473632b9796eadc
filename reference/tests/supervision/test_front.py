"""`scanwright serve`: a service that lives as long as its command."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scanwright.supervision.process import glance

pytestmark = pytest.mark.slow

SERVE = [sys.executable, "-m", "scanwright", "serve"]
DEADLINE_S = 20.0


@pytest.fixture
def front(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A service without scanners, in a session of its own."""
    options = ["--json", "--port-base", "0", "--mdns", "off", "--home", str(tmp_path)]
    with subprocess.Popen(
        [*SERVE, *options],
        env={**os.environ, "SANE_CONFIG_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        yield process
        process.kill()


def facts(front: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for the announcement."""
    assert front.stdout
    said: dict[str, Any] = json.loads(front.stdout.readline())
    return said


def session(leader: int) -> list[int]:
    """Return the living processes of a session."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            is_member = os.getsid(pid) == leader
        except ProcessLookupError:
            continue
        if is_member and glance(pid).state != "Z":
            found.append(pid)
    return found


def until_gone(pids: list[int]) -> None:
    """Wait until all of these have ended."""
    deadline_s = time.monotonic() + DEADLINE_S
    while any(glance(pid).state != "Z" for pid in pids):
        assert time.monotonic() < deadline_s
        select.select([], [], [], 0.01)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_service(
    front: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    """Status 0, within two seconds, and no process is left."""
    facts(front)
    begin_s = time.monotonic()
    front.send_signal(number)
    assert front.wait(DEADLINE_S) == 0
    assert time.monotonic() - begin_s < 2.5
    assert session(front.pid) == []


def test_ctrl_c_reaches_all_of_them_and_ends_in_order(
    front: subprocess.Popen[bytes],
) -> None:
    """A terminal signals every process of the group."""
    facts(front)
    os.killpg(front.pid, signal.SIGINT)
    assert front.wait(DEADLINE_S) == 0
    assert session(front.pid) == []


def test_who_ends_main_in_order_ends_the_front(front: subprocess.Popen[bytes]) -> None:
    """Status 0: somebody asked for it."""
    os.kill(facts(front)["pid"], signal.SIGTERM)
    assert front.wait(DEADLINE_S) == 0


def test_a_killed_front_takes_the_service_along(
    front: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    """In order: nothing is left in the home either."""
    facts(front)
    members = session(front.pid)
    front.kill()
    until_gone(members)
    assert not (tmp_path / "port.lock").exists()


def test_a_service_of_which_all_died_is_a_failure(
    front: subprocess.Popen[bytes],
) -> None:
    """Status 1: nobody asked for it."""
    facts(front)
    others = [pid for pid in session(front.pid) if pid != front.pid]
    for number in (signal.SIGSTOP, signal.SIGKILL):
        for pid in others:
            os.kill(pid, number)
    assert front.wait(DEADLINE_S) == 1


@pytest.mark.parametrize(
    ("options", "status"),
    [(["--help"], 0), (["--such"], 2), (["--home", "/proc/x"], 1)],
)
def test_a_service_that_does_not_start_has_its_own_status(
    options: list[str], status: int
) -> None:
    """And its own message."""
    ended = subprocess.run([*SERVE, *options], capture_output=True, check=False)
    assert ended.returncode == status
    assert b"scanwright serve" in ended.stdout + ended.stderr
