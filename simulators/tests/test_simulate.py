"""`scanwright simulate` as its users run it."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

SCANWRIGHT = [sys.executable, "-m", "scanwright", "simulate"]

pytestmark = pytest.mark.slow


def simulate(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `scanwright simulate` to its end, with temporary files in `folder`."""
    return subprocess.run(
        [*SCANWRIGHT, *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        stdin=subprocess.DEVNULL,
    )


def started(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    """Start `scanwright simulate`."""
    return subprocess.Popen(
        [*SCANWRIGHT, *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )


def wait_for_end(pid: int) -> None:
    """Wait until the process `pid`, which is no child of ours, has ended."""
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    assert select.select([process], [], [], 10)[0]
    os.close(process)


def test_a_command_sees_these_devices(tmp_path: Path) -> None:
    """The command's environment names the virtual devices, and its output is ours."""
    done = simulate("office", "--", "env", folder=tmp_path)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("SCANWRIGHT_ESCL=Virtual Office=http") for line in lines)
    assert any(line.startswith(f"SANE_CONFIG_DIR={tmp_path}") for line in lines)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "status"),
    [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 128 + signal.SIGKILL)],
)
def test_the_exit_status_is_the_commands(
    tmp_path: Path,
    command: str,
    status: int,
) -> None:
    """Exit statuses and signals of the command are passed on."""
    done = simulate("escl-only", "--", "sh", "-c", command, folder=tmp_path)
    assert done.returncode == status


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["no-such-scenario"], "office"),
        (["office", "--"], "no command"),
        ([], "name a scenario"),
        (["office", "--", "no-such-command"], "cannot run no-such-command"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, arguments: list[str], words: str) -> None:
    """A wrong command line ends with status 2 and a reason, never a traceback."""
    done = simulate(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_list_shows_the_built_in_scenarios(tmp_path: Path) -> None:
    """Every scenario of the package is listed with what it is."""
    done = simulate("--list", folder=tmp_path)
    assert done.returncode == 0
    assert {line.split()[0] for line in done.stdout.splitlines()} >= {"office", "forty"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_alone_it_runs_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    """One line of JSON says what is running; a signal ends it with nothing left."""
    with started("office", "--json", folder=tmp_path) as process:
        assert process.stdout
        facts = json.loads(process.stdout.readline())
        address = facts["devices"][0]["address"]
        with urlopen(f"{address}/ScannerStatus", timeout=10) as answer:  # noqa: S310  our own address
            assert answer.status == 200
        assert facts["devices"][0]["type"] == "escl"
        assert facts["environment"]["SCANWRIGHT_ESCL"].endswith(address)
        process.send_signal(number)
        assert process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


def test_without_json_it_tells_people(tmp_path: Path) -> None:
    """The text names devices and variables."""
    with started("office", folder=tmp_path) as process:
        assert process.stdout
        first = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert "office" in first
    assert 'eval "$(scanwright device env)"' in rest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_ends_the_command_too(tmp_path: Path, number: signal.Signals) -> None:
    """Whatever ends the runner ends the command, even a SIGKILL."""
    command = ["sh", "-c", "echo $$; exec sleep 1000"]
    with started("escl-only", "--", *command, folder=tmp_path) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        process.send_signal(number)
        wait_for_end(pid)
        expected = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}
        assert process.wait(10) == expected[number]


def test_background_processes_end_with_the_command(tmp_path: Path) -> None:
    """What the command leaves behind is gone when the runner is."""
    command = "sleep 1000 >/dev/null 2>&1 & echo $!"
    done = simulate("escl-only", "--", "sh", "-c", command, folder=tmp_path)
    assert done.returncode == 0
    wait_for_end(int(done.stdout))
