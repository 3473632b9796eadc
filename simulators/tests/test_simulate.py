"""`scanwright simulate` as its users run it."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

SCANWRIGHT = [sys.executable, "-m", "scanwright", "simulate"]

HANGING = """
import sys, threading
from contextlib import asynccontextmanager
from scanwright_simulators import cli, runner
from scanwright_simulators.faces.face import Presence

class Hanging:
    @asynccontextmanager
    async def serving(self, site):
        site.threads.submit(threading.Event().wait)
        yield Presence()

runner.FACES = (Hanging(),)
runner.LAST_STROKE_S = float(sys.argv[1])
sys.exit(cli.simulate(sys.argv[2:]))
"""
"""A simulation with a thread that never ends."""
STARTING = """
import asyncio, sys
from contextlib import asynccontextmanager
from scanwright_simulators import cli, runner

class Starting:
    @asynccontextmanager
    async def serving(self, site):
        print(site.folder, flush=True)
        await asyncio.Event().wait()
        yield

runner.FACES = (Starting(),)
sys.exit(cli.simulate(sys.argv[1:]))
"""
"""A simulation that is never ready, and says where it lives."""
WAITING = """
import signal, subprocess
signal.signal(signal.SIGINT, lambda *_: None)
child = subprocess.Popen(["sleep", "1000"])
print("ready", flush=True)
print(child.wait())
"""
"""A command that does not mind SIGINT, and says what became of its child."""

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


@contextmanager
def started(
    *arguments: str, folder: Path, program: Sequence[str] = SCANWRIGHT
) -> Iterator[subprocess.Popen[str]]:
    """Start `scanwright simulate`."""
    with subprocess.Popen(
        [*program, *arguments],
        env={**os.environ, "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


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


def wait_for_silence(url: str) -> None:
    """Wait until nobody answers there."""
    for _ in range(1000):
        try:
            with urlopen(url, timeout=10):  # noqa: S310  our own address
                select.select([], [], [], 0.01)
        except (URLError, ConnectionError):
            return
    pytest.fail(f"{url} still answers")


def wait_until_clear(folder: Path) -> None:
    """Wait until the keeper has removed what is private to a simulation."""
    for _ in range(1000):
        if not list(folder.glob("scanwright-*/")):
            return
        select.select([], [], [], 0.01)
    pytest.fail(f"the keeper has left {list(folder.iterdir())}")


def test_a_thread_that_hangs_does_not_keep_it(tmp_path: Path) -> None:
    """The end comes all the same, with the status that it should have."""
    program = [sys.executable, "-c", HANGING, "0.05"]
    with started("office", "--json", folder=tmp_path, program=program) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(
    tmp_path: Path, number: signal.Signals
) -> None:
    """Whatever the end in good order still waits for; nothing is left even so."""
    program = [sys.executable, "-c", HANGING, "1000"]
    with started("office", "--json", folder=tmp_path, program=program) as process:
        assert process.stdout
        facts = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        wait_for_silence(facts["control"])
        process.send_signal(number)
        assert process.wait(10) == -number
    wait_until_clear(tmp_path)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)]
)
def test_a_signal_ends_its_start(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """Nobody waits until it is ready, and nothing is left."""
    program = [sys.executable, "-c", STARTING]
    with started("office", "--json", folder=tmp_path, program=program) as process:
        assert process.stdout
        assert process.stdout.readline().startswith(str(tmp_path))
        process.send_signal(number)
        assert process.wait(10) == status
    wait_until_clear(tmp_path)


@pytest.mark.parametrize("source", ["/dev/null", __file__])
def test_input_without_a_writer_has_ended(tmp_path: Path, source: str) -> None:
    """With --until-eof from a file, the devices are told and the end comes at once."""
    with Path(source).open() as file:
        done = subprocess.run(
            [*SCANWRIGHT, "escl-only", "--json", "--until-eof"],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdin=file,
            capture_output=True,
            text=True,
            check=False,
            timeout=30,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["scenario"] == "escl-only"


@pytest.mark.parametrize("arguments", [["--json", "--until-eof"], ["--", "true"]])
def test_no_input_at_all_has_ended(tmp_path: Path, arguments: list[str]) -> None:
    """As where somebody has closed it."""
    command = shlex.join([*SCANWRIGHT, "escl-only", *arguments])
    done = subprocess.run(
        ["sh", "-c", f"exec {command} <&-"],
        env={**os.environ, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")


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


def test_sigint_reaches_all_of_the_command(tmp_path: Path) -> None:
    """As from a terminal: what the command waits for is interrupted, too."""
    command = [sys.executable, "-c", WAITING]
    with started("escl-only", "--", *command, folder=tmp_path) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0
        assert process.stdout.read() == f"{-signal.SIGINT}\n"


def test_background_processes_end_with_the_command(tmp_path: Path) -> None:
    """What the command leaves behind is gone when the runner is."""
    command = "sleep 1000 >/dev/null 2>&1 & echo $!"
    done = simulate("escl-only", "--", "sh", "-c", command, folder=tmp_path)
    assert done.returncode == 0
    wait_for_end(int(done.stdout))
