"""The helper looks when there is a reason, and ends at once when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.certificates.helper import Clocks, main, may_rest
from scanwright.home import Home

START = Clocks(100.0, 1_000_000.0)
HOURS = 3600.0
END_S = 10.0


def later(clocks: Clocks, steady_s: float, wall_s: float | None = None) -> Clocks:
    """Return what the clocks show some time after."""
    wall_s = steady_s if wall_s is None else wall_s
    return Clocks(clocks.steady_s + steady_s, clocks.wall_s + wall_s)


def test_a_helper_rests_while_time_goes_by() -> None:
    """A minute is no reason."""
    assert may_rest(START, START, later(START, 60))


def test_a_helper_looks_every_six_hours() -> None:
    """However often it was woken for nothing."""
    before = later(START, 6 * HOURS - 60)
    assert may_rest(START, START, before) is True
    assert may_rest(START, before, later(before, 61)) is False


@given(jump=st.floats(30, 1e9) | st.floats(-1e9, -30))
def test_a_helper_looks_when_the_clock_was_set(jump: float) -> None:
    """Forward, as after a sleep, or back."""
    assert not may_rest(START, START, later(START, 60, 60 + jump))


@given(drift=st.floats(-29, 29))
def test_a_clock_that_is_corrected_is_no_reason(drift: float) -> None:
    """Small steps are what time servers do."""
    assert may_rest(START, START, later(START, 60, 60 + drift))


PROGRAM = """
import os, signal, sys
from pathlib import Path
from scanwright.certificates import helper

def look():
    with Path(sys.argv[2], "looks").open("a") as file:
        file.write(f"{os.getpid()}\\n")
    if sys.argv[3] == "hang":
        signal.pause()
    return 0

helper.LOOK_S = float(sys.argv[4])
with helper._readable_after(signal.SIGTERM) as stopped:
    helper.Helper(
        int(sys.argv[1]), stopped, look=look, environ=os.environ, tick_s=0.05
    ).run()
"""
"""A helper whose looks are counted, and may hang."""


@dataclass(frozen=True)
class Running:
    """A helper in a process of its own."""

    process: subprocess.Popen[bytes]
    event: int

    def wake(self) -> None:
        """Do what main does when it wants a look."""
        os.eventfd_write(self.event, 1)

    def end(self) -> int:
        """End it as main does; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(END_S)


@contextmanager
def running(
    command: Callable[[int], list[str]], environ: dict[str, str]
) -> Iterator[Running]:
    """Start a helper; leave nothing of it."""
    event = os.eventfd(0, os.EFD_NONBLOCK)
    with subprocess.Popen(command(event), env=environ, pass_fds=[event]) as process:
        try:
            yield Running(process, event)
        finally:
            process.kill()
            os.close(event)


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user without browsers."""
    return {"HOME": str(tmp_path), "PATH": str(tmp_path)}


@pytest.fixture
def counted(tmp_path: Path) -> Callable[..., Callable[[int], list[str]]]:
    """Return the command of a helper whose looks are counted."""

    def command(
        *, manner: str = "look", within_s: float = 60
    ) -> Callable[..., list[str]]:
        words = [str(tmp_path), manner, str(within_s)]
        return lambda event: [sys.executable, "-c", PROGRAM, str(event), *words]

    return command


def until(condition: Callable[[], object], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + END_S
    while not condition():
        assert time.monotonic() < deadline, f"not within {END_S} s: {what}"
        threading.Event().wait(0.01)


def looks(folder: Path) -> list[int]:
    """Return the process of each look that there was."""
    file = folder / "looks"
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not dead."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2][:3]
    except OSError:
        return False


@pytest.mark.slow
def test_the_real_helper_makes_and_mends(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    """It looks when it starts, and when it is woken; it ends in order."""
    home = Home(tmp_path / "home")
    home.create()

    def command(event: int) -> list[str]:
        program = "import sys; from scanwright.certificates import helper; "
        words = ["-certcheck", str(event), str(home.folder)]
        return [sys.executable, "-c", f"{program}sys.exit(helper.main({words}))"]

    leaf = home.cert / "server.pem"
    with running(command, environ) as helper:
        until(leaf.exists, "the certificates are made")
        leaf.unlink()
        helper.wake()
        until(leaf.exists, "the certificate is there again")
        assert helper.end() == 0
    assert "made a new certificate" in (home.log / "certificates.log").read_text()


@pytest.mark.slow
def test_a_new_database_is_a_reason_to_look(
    tmp_path: Path, environ: dict[str, str], counted: Callable[..., Any]
) -> None:
    """A browser that was started for the first time does not wait for six hours."""
    with running(counted(), environ) as helper:
        until(lambda: looks(tmp_path), "the first look")
        profile = tmp_path / ".mozilla" / "firefox" / "abc.default"
        profile.mkdir(parents=True)
        (profile / "cert9.db").touch()
        until(lambda: len(looks(tmp_path)) == 2, "another look")
        assert helper.end() == 0
    assert len(set(looks(tmp_path))) == 2


@pytest.mark.slow
def test_a_look_that_hangs_does_not_keep_the_helper(
    tmp_path: Path, environ: dict[str, str], counted: Callable[..., Any]
) -> None:
    """Told to end it ends, and so does the look, and quickly."""
    with running(counted(manner="hang"), environ) as helper:
        until(lambda: looks(tmp_path), "the look")
        began = time.monotonic()
        assert helper.end() == 0
        assert time.monotonic() - began < 1
    (look,) = looks(tmp_path)
    assert not is_alive(look)


@pytest.mark.slow
def test_a_look_that_hangs_is_killed(
    tmp_path: Path, environ: dict[str, str], counted: Callable[..., Any]
) -> None:
    """Its time is limited, and then there is another chance."""
    with running(counted(manner="hang", within_s=3), environ) as helper:
        until(lambda: looks(tmp_path), "the look")
        until(lambda: not is_alive(looks(tmp_path)[0]), "its end")
        helper.wake()
        until(lambda: len(looks(tmp_path)) == 2, "another look")
        assert helper.end() == 0


@pytest.mark.slow
def test_a_look_dies_with_the_helper(
    tmp_path: Path, environ: dict[str, str], counted: Callable[..., Any]
) -> None:
    """A helper that is killed leaves nothing behind."""
    with running(counted(manner="hang"), environ) as helper:
        until(lambda: looks(tmp_path), "the look")
        helper.process.kill()
        until(lambda: not is_alive(looks(tmp_path)[0]), "the end of the look")


@pytest.mark.slow
def test_a_helper_is_small(
    tmp_path: Path, environ: dict[str, str], counted: Callable[..., Any]
) -> None:
    """What a look has needed is given back when it ends."""
    with running(counted(), environ) as helper:
        until(lambda: looks(tmp_path), "the look")
        status = Path(f"/proc/{helper.process.pid}/status").read_text()
    resident = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    assert int(resident.split()[1]) < 20_000


@pytest.mark.parametrize(
    "argv", [[], ["-certcheck"], ["-certcheck", "x", "/home"], ["-scan", "1", "/home"]]
)
def test_wrong_arguments_are_told(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Who starts it by hand learns what it wants."""
    assert main(argv) == 2
    assert "-certcheck EVENT HOME" in capsys.readouterr().err
