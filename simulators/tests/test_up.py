"""`scanwright up` with the real service beside it."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from scanwright_simulators import up

SCANWRIGHT_UP = [sys.executable, "-m", "scanwright", "up"]
FREE_PORTS = ("--port-base", "0")

pytestmark = pytest.mark.slow


@contextmanager
def started(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start `scanwright up` in a process group of its own."""
    with subprocess.Popen(
        [*SCANWRIGHT_UP, *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ready(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return the first line, which comes when everything answers."""
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        assert process.stderr
        pytest.fail(process.stderr.read())
    facts = json.loads(line)
    assert isinstance(facts, dict)
    return facts


def is_open(url: str) -> bool:
    """Say whether somebody listens at `url`."""
    address = (urlsplit(url).hostname, urlsplit(url).port)
    with socket.socket() as probe:
        return probe.connect_ex(address) == 0


def wait_for_end(pid: int) -> None:
    """Wait until the process `pid` has ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([process], [], [], 10)[0]
    os.close(process)


def test_the_first_line_says_where_everything_is(tmp_path: Path) -> None:
    """Addresses answer, devices are those of the scenario, the home is there."""
    with started("--json", *FREE_PORTS, folder=tmp_path) as process:
        facts = ready(process)
        for role in ("api", "api_tls", "manager", "manager_tls"):
            assert is_open(facts[role]), role
        assert Path(facts["ca"]).is_file()
        assert Path(facts["home"]).is_dir()
        names = [device["name"] for device in facts["devices"]]
        assert {"Virtual Office", "Scanwright Virtual Office"} < set(names)
        assert len(names) == 4
        assert is_open(facts["control"])
        os.kill(facts["pid"], 0)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_group", [True, False])
def test_a_signal_ends_everything(
    tmp_path: Path,
    number: signal.Signals,
    *,
    to_group: bool,
) -> None:
    """Within three seconds nothing is left: no process, port, or folder."""
    with started("--json", *FREE_PORTS, folder=tmp_path) as process:
        facts = ready(process)
        begun_s = time.monotonic()
        (os.killpg if to_group else os.kill)(process.pid, number)
        assert process.wait(10) == 0
        assert time.monotonic() - begun_s < 3
    with pytest.raises(ProcessLookupError):
        os.kill(facts["pid"], 0)
    assert not is_open(facts["api"])
    assert list(tmp_path.iterdir()) == []


def test_a_home_of_ones_own_stays(tmp_path: Path) -> None:
    """With --home the service's folder outlives it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    home = ("--home", str(tmp_path / "home"))
    with started("--json", *FREE_PORTS, *home, folder=temporary) as process:
        facts = ready(process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert facts["home"] == str(tmp_path / "home")
    assert Path(facts["ca"]).is_file()
    assert list(temporary.iterdir()) == []


def front_of(process: subprocess.Popen[str]) -> int:
    """Return the `scanwright serve` among the children of `up`."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    (front,) = (
        int(child)
        for child in children.split()
        if b"\0serve\0" in Path(f"/proc/{child}/cmdline").read_bytes()
    )
    return front


def test_a_service_that_returns_is_no_news(tmp_path: Path) -> None:
    """When a process of the service is killed and comes back, `up` goes on."""
    with started("--json", *FREE_PORTS, folder=tmp_path) as process:
        facts = ready(process)
        os.kill(facts["pid"], signal.SIGKILL)
        wait_for_end(facts["pid"])
        with urlopen(facts["api"] + "/api/server", timeout=20) as answer:  # noqa: S310  our own address
            assert answer.status == 200
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


def test_a_killed_service_is_told(tmp_path: Path) -> None:
    """When the service dies, `up` says so, cleans up and fails."""
    with started("--json", *FREE_PORTS, folder=tmp_path) as process:
        ready(process)
        os.kill(front_of(process), signal.SIGKILL)
        assert process.wait(10) == 1
        assert process.stderr
        assert "the service ended by itself (SIGKILL)" in process.stderr.read()
    assert list(tmp_path.iterdir()) == []


async def test_a_line_without_an_end_is_dropped() -> None:
    """Whatever the service says, reading it goes on."""
    output, last_lines = asyncio.StreamReader(limit=100), deque[str]()
    output.feed_data(b"first\n" + b"x" * 300 + b"\nlast\n")
    output.feed_eof()
    await up._collect(output, last_lines)
    assert list(last_lines) == ["first", "last"]


def test_a_service_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    """Options that `up` does not know go to the service, and its words come back."""
    with started("--no-such-option", folder=tmp_path) as process:
        assert process.wait(10) == 1
        assert process.stderr
        assert "--no-such-option" in process.stderr.read()


def test_killed_itself_it_takes_the_service_along(tmp_path: Path) -> None:
    """After SIGKILL of `up` the service ends, too."""
    with started("--json", *FREE_PORTS, folder=tmp_path) as process:
        facts = ready(process)
        process.kill()
        wait_for_end(facts["pid"])


def test_people_get_a_table(tmp_path: Path) -> None:
    """Without --json the text names addresses and devices, and its example works."""
    with started(*FREE_PORTS, folder=tmp_path) as process:
        assert process.stdout
        lines = []
        while "Ctrl-C" not in (line := process.stdout.readline()):
            assert line
            lines.append(line.strip())
        (example,) = (line for line in lines if line.startswith("Try:"))
        with urlopen(example.split("'")[1], timeout=10) as answer:  # noqa: S310  our own address
            assert "Virtual Office" in answer.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
    assert "Virtual Office" in lines


def test_a_scenario_file_is_used(tmp_path: Path) -> None:
    """With --scenario the devices are those of the file."""
    path = tmp_path / "mine.toml"
    path.write_text("[[scanner]]\nname = 'My Own'\nfaces = ['escl']\n", "utf-8")
    options = ("--json", "--scenario", str(path), *FREE_PORTS)
    with started(*options, folder=tmp_path) as process:
        assert [device["name"] for device in ready(process)["devices"]] == ["My Own"]
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
