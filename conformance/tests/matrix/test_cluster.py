"""Cells on a Dask cluster: a real scheduler, and two workers in their own processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import dask
import distributed.config  # noqa: F401 # what it adds must not go with a set value
import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.matrix.cells import Cell, Matrix
from scanwright_conformance.matrix.cluster import (
    ClusterError,
    check_version,
    cluster_at,
)
from scanwright_conformance.matrix.process import carry_out
from scanwright_conformance.matrix.progress import SilentWatcher
from scanwright_conformance.matrix.reports import MatrixRun, write_matrix
from scanwright_conformance.matrix.running import CarryOut, run_cells
from scanwright_conformance.verdict import RollUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

CERTIFY = "import sys; from scanwright_conformance.cli import certify; \
sys.exit(certify(sys.argv[1:]))"
QUIET = {
    **os.environ,
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "false",
}

# Kills the worker that tries it: the parent of the process of its cell. `{times}`
# says how often.
POISON = """\
import os, pathlib, signal, sys
folder = pathlib.Path(sys.argv[1])
tries = len(list(folder.glob("*.try")))
if tries < {times}:
    (folder / f"{{tries}}.try").touch()
    stat = pathlib.Path(f"/proc/{{os.getppid()}}/stat").read_text()
    os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)
    signal.pause()
"""

# What differs from one time to the next: times, ports, and lengths that follow.
PASSING = (
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"\d{4}-\d\d-\d\d[T ][\d:.+Z]+", "TIME"),
    (r"\d+ \w+ \d{4},? \d\d:\d\d(:\d\d)? (UTC|GMT)", "TIME"),
    (r"(\"(seconds|started_s)\": )[\d.e-]+", r"\1NUMBER"),
    (r"(time=\")[\d.]+", r"\1NUMBER"),
    (r"\b[\d.]+ s\b", "SECONDS"),
)


@contextmanager
def running(*words: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of Dask; in the end it is gone, whatever it thinks of that."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{words[0]}", *words[1:]]
    with (
        (folder / f"{words[0]}.log").open("ab") as log,
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--no-dashboard"],
            env=QUIET,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run a scheduler, and return its address."""
    folder = tmp_path_factory.mktemp("scheduler")
    file = folder / "scheduler.json"
    words = ("--port", "0", "--scheduler-file", str(file))
    with running("scheduler", *words, folder=folder):
        yield asyncio.run(address_in(file))


@pytest.fixture(scope="module")
def scheduler(empty: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the scheduler two workers, which come back when they are killed."""
    with ExitStack() as stack:
        for _ in range(2):
            folder = tmp_path_factory.mktemp("worker")
            words = ("--nthreads", "1", "--nanny", empty)
            place = ("--local-directory", str(folder))
            stack.enter_context(running("worker", *words, *place, folder=folder))
        yield empty


def read(file: Path) -> str | None:
    """Return the address in the file of a scheduler, when it is whole."""
    try:
        return str(json.loads(file.read_text())["address"])
    except (OSError, ValueError):
        return None


async def address_in(file: Path) -> str:
    """Wait for the address of a scheduler."""

    async def attempt() -> str | None:
        return read(file)

    return await until(attempt, within_s=60)


async def run_there(matrix: Matrix, scheduler: str) -> MatrixRun:
    """Return what comes of a matrix on the cluster."""
    async with cluster_at(scheduler, patience_s=90) as there:
        return await run_here(matrix, there)


async def run_here(matrix: Matrix, there: CarryOut = carry_out) -> MatrixRun:
    """Return what comes of a matrix, on this machine unless it is said otherwise."""
    return MatrixRun(matrix, await run_cells(matrix, there, SilentWatcher(), jobs=2))


def files_of(folder: Path) -> dict[str, str]:
    """Return every file of a report without what passes."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            text = path.read_text()
            for pattern, word in PASSING:
                text = re.sub(pattern, word, text)
            found[str(path.relative_to(folder))] = text
    return found


async def test_there_it_is_the_same_as_here(
    scheduler: str, cell: Cell, tmp_path: Path
) -> None:
    """The combined report is equal but for times and addresses."""
    gone = replace(cell, name="gone", place="http://127.0.0.1:9", description="")
    lost = replace(cell, name="lost", description="[target", only=("SERVER",))
    matrix = Matrix("nightly", (cell, replace(cell, name="build 8"), gone, lost))
    write_matrix(await run_here(matrix), tmp_path / "here")
    write_matrix(await run_there(matrix, scheduler), tmp_path / "there")
    here, there = files_of(tmp_path / "here"), files_of(tmp_path / "there")
    assert here.keys() == there.keys()
    for name, text in here.items():
        assert text == there[name], name


async def test_a_cell_outlives_its_worker(
    scheduler: str, cell: Cell, target: Path
) -> None:
    """It is tried again on another one, and is as good as any."""
    server = target.with_name("server.py")
    server.write_text(POISON.format(times=1) + server.read_text())
    found = await run_there(Matrix("m", (cell,)), scheduler)
    assert found.roll_up is RollUp.SELECTION


async def test_a_cell_that_no_worker_outlives_is_reported(
    scheduler: str, cell: Cell, target: Path
) -> None:
    """It is lost to the cluster, and not to its users."""
    target.with_name("server.py").write_text(POISON.format(times=100))
    found = await run_there(Matrix("m", (cell,)), scheduler)
    assert found.roll_up is RollUp.ERROR
    words = "every worker that tried the cell died while it did"
    assert found.results[0].problem == words


async def is_gone(pid: int) -> bool:
    """Wait until no process has `pid`."""

    async def attempt() -> bool | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return None

    return await until(attempt, within_s=45)


def announced(folder: Path) -> int | None:
    """Return the process id of the service that runs in `folder`."""
    return next((int(file.stem) for file in folder.glob("*.pid")), None)


@contextmanager
def certifying(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `scanwright certify`."""
    with subprocess.Popen(
        [sys.executable, "-c", CERTIFY, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        yield process


async def test_ctrl_c_ends_what_runs_there(scheduler: str, target: Path) -> None:
    """The workers stay; what they had begun is gone before the command ends."""
    matrix, folder = target.with_name("matrix.toml"), target.parent
    matrix.write_text("[[cell]]\ntarget = 'target.toml'\n")

    async def attempt() -> int | None:
        return announced(folder)

    words = ["--matrix", str(matrix), "--scheduler", scheduler]
    with certifying(*words, "--report", str(folder / "report")) as process:
        service = await until(attempt, within_s=60)
        process.send_signal(signal.SIGINT)
        process.wait(60)
    with pytest.raises(ProcessLookupError):
        os.kill(service, 0)


async def test_what_a_worker_raises_is_a_result(scheduler: str, cell: Cell) -> None:
    """Here: of a cell that no JSON can say. The others would go on."""
    odd = replace(cell, environment={"BUILD": {7}})  # type: ignore[dict-item] # odd
    found = await run_there(Matrix("m", (odd,)), scheduler)
    problem = found.results[0].problem
    assert problem.startswith("the worker could not carry out the cell: TypeError")


async def test_a_scheduler_that_dies_is_told(cell: Cell, target: Path) -> None:
    """No cell is waited for in vain, and none is left behind."""
    folder = target.parent
    server = target.with_name("server.py")
    server.write_text(
        "import os, pathlib, sys, threading\n"
        "pathlib.Path(sys.argv[1], f'{os.getpid()}.pid').touch()\n"
        "threading.Event().wait()\n"
    )
    file = folder / "scheduler.json"
    words = ("--port", "0", "--scheduler-file", str(file))

    async def attempt() -> int | None:
        return announced(folder)

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        running("scheduler", *words, folder=folder) as process,
    ):
        address = await address_in(file)
        place = ("--local-directory", str(folder / "worker"))
        with running("worker", "--no-nanny", address, *place, folder=folder):
            async with asyncio.TaskGroup() as group:
                task = group.create_task(run_there(Matrix("m", (cell,)), address))
                service = await until(attempt, within_s=60)
                process.kill()
            assert await is_gone(service)
    assert task.result().results[0].problem.startswith("the cluster lost the cell")


async def test_nobody_at_the_address_is_told() -> None:
    """The message says how to get a scheduler."""
    with pytest.raises(ClusterError, match="no scheduler answers at tcp://127"):
        async with cluster_at("tcp://127.0.0.1:9", patience_s=1):
            pass


async def test_a_cluster_without_workers_is_told(
    tmp_path: Path,
) -> None:
    """The message says how to start one, with the address."""
    file = tmp_path / "scheduler.json"
    words = ("--port", "0", "--scheduler-file", str(file))
    with running("scheduler", *words, folder=tmp_path):
        address = await address_in(file)
        with pytest.raises(ClusterError, match=f"`dask worker {address}`"):
            async with cluster_at(address, patience_s=1):
                pass


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ("1.1", "the worker w has scanwright 1.1, and this is 1.2; install"),
        (ModuleNotFoundError("scanwright"), "the worker w has no scanwright; install"),
    ],
)
def test_workers_have_what_we_have(theirs: str | Exception, words: str) -> None:
    """Verdicts of another version would not be comparable."""
    check_version("w", "1.2", "1.2")
    with pytest.raises(ClusterError, match=words):
        check_version("w", theirs, "1.2")
