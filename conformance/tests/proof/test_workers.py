"""Workers: functions carried out elsewhere, and how they end."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from operator import truediv
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.proof.workers import Workers

WITHIN_S = 30
PROOF = """\
import os
import signal
import sys
from pathlib import Path

from scanwright_conformance.proof.workers import Workers

FOLDER = Path(sys.argv[1])


def hang(number):
    child = os.fork()
    if not child:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        while True:
            signal.pause()
    say(number, "begun")
    try:
        signal.pause()
    finally:
        os.waitpid(child, 0)
        say(number, "ended")


def say(number, state):
    new = FOLDER / f"{number}.new"
    new.write_text(str(os.getpid()))
    new.rename(FOLDER / f"{number}.{state}")


if __name__ == "__main__":
    with Workers(2) as workers:
        for run in [workers.submit(hang, number) for number in range(9)]:
            run.result()
"""
"""Hangs twice at a time, each with a child at its side."""

pytestmark = pytest.mark.slow


async def awaited(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""

    async def attempt() -> bool | None:
        return is_so() or None

    await until(attempt, within_s=WITHIN_S)


def test_functions_are_carried_out_in_other_processes() -> None:
    """Their values and their errors come back; what is prepared is there."""
    with Workers(1, prepare=gc.disable) as workers:
        assert workers.submit(os.getpid).result() != os.getpid()
        assert not workers.submit(gc.isenabled).result()
        with pytest.raises(ZeroDivisionError):
            workers.submit(truediv, 1, 0).result()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_nothing_outlives_a_proof(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C, an orderly end and a kill: runs clean up behind them, and end."""
    proof = started(tmp_path)
    await awaited(lambda: len(runs(tmp_path, "begun")) == 2)
    begun = runs(tmp_path, "begun")
    # A terminal tells all of the group; who stops a process tells that one.
    (os.killpg if number is signal.SIGINT else os.kill)(proof.pid, number)
    proof.communicate(timeout=WITHIN_S)
    await awaited(lambda: not any(map(is_alive, begun.values())))
    assert runs(tmp_path, "ended") == runs(tmp_path, "begun") == begun


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Return a proof of whose runs two are at work at a time, and hang."""
    file = folder / "proof.py"
    file.write_text(PROOF)
    return subprocess.Popen(
        [sys.executable, str(file), str(folder)],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def runs(folder: Path, state: str) -> dict[str, int]:
    """Return the processes of the runs that have begun, or ended."""
    return {path.stem: int(path.read_text()) for path in folder.glob(f"*.{state}")}


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that nobody has reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(") ")[2][0] != "Z"
