"""The lifeline: nothing outlives a runner that was killed."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanwright_simulators.lifeline import MARK, Lifeline, clean_up

STUBBORN = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""
RUNNER = """
import os, pathlib, signal, subprocess, sys
from scanwright_simulators.lifeline import MARK, Lifeline
with Lifeline(pathlib.Path(sys.argv[1])):
    marked = {**os.environ, MARK: sys.argv[1]}
    child = subprocess.Popen(["sleep", "1000"], env=marked, start_new_session=True)
    print(child.pid, flush=True)
    signal.pause()
"""

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def started(*command: str, mark: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yield a process that carries the mark of that folder."""
    environment = {**os.environ, MARK: str(mark)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with something in it."""
    path = tmp_path / "private"
    path.mkdir()
    (path / "file").touch()
    return path


def test_a_killed_runner_leaves_nothing(folder: Path) -> None:
    """After SIGKILL of the runner its child and its folder are gone."""
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(folder)],
        stdout=subprocess.PIPE,
    ) as runner:
        assert runner.stdout
        child = os.pidfd_open(int(runner.stdout.readline()))
        runner.kill()
        assert select.select([child], [], [], 10)[0]
        os.close(child)
    for _ in range(1000):
        if not folder.exists():
            return
        select.select([], [], [], 0.01)
    pytest.fail(f"{folder} is still there")


def test_marked_processes_end_and_others_stay(folder: Path, tmp_path: Path) -> None:
    """Only who carries the mark of this folder is ended."""
    with (
        started("sleep", "1000", mark=folder) as ours,
        started("sleep", "1000", mark=tmp_path) as other,
    ):
        clean_up(folder)
        assert ours.wait(5) == -signal.SIGTERM
        assert other.poll() is None
    assert not folder.exists()


def test_stubborn_processes_are_killed(folder: Path) -> None:
    """Who ignores SIGTERM gets SIGKILL after a while."""
    with started(sys.executable, "-c", STUBBORN, mark=folder) as process:
        assert process.stdout
        process.stdout.readline()
        clean_up(folder, grace_s=0.1)
        assert process.wait(5) == -signal.SIGKILL


def test_the_end_of_the_block_is_the_end_of_all(folder: Path) -> None:
    """Leaving the block waits until everything is gone."""
    with started("sleep", "1000", mark=folder) as process:
        with Lifeline(folder):
            assert process.poll() is None
        assert process.wait(5) == -signal.SIGTERM
    assert not folder.exists()


def test_a_killed_keeper_is_replaced(folder: Path) -> None:
    """A runner whose keeper was killed cleans up by itself."""
    with Lifeline(folder) as lifeline:
        lifeline._keeper.kill()
    assert not folder.exists()
