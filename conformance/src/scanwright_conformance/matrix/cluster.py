"""Cells on a Dask cluster: each is a task, carried out by a process beside a worker.

A worker that dies has its cells tried on another one by the scheduler, as often as its
`allowed-failures` say; then the cell is a result with the words about that. Workers
need the same version of Scanwright, and whatever a description names beside itself, at
the same place.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from scanwright_conformance.matrix.cells import Cell, cell_as_json, cell_of_json
from scanwright_conformance.matrix.outcome import Outcome
from scanwright_conformance.matrix.process import Hear, Stage, carry_out

if TYPE_CHECKING:
    from distributed import Client

    from scanwright_conformance.matrix.running import CarryOut

__all__ = ["ClusterError", "check_version", "cluster_at", "end_cells", "task"]

PACKAGE: Final = "scanwright"
PATIENCE_S: Final = 30.0
"""How long a scheduler may take to answer, and to have a worker."""
END_S: Final = 40.0
UNABLE: Final = "the worker could not carry out the cell"


class ClusterError(Exception):
    """The cluster cannot be used; the message says what to do."""


@asynccontextmanager
async def cluster_at(
    address: str, *, patience_s: float = PATIENCE_S
) -> AsyncIterator[CarryOut]:
    """Give what carries out cells on the workers of the scheduler at `address`.

    In the end nothing of them runs any more, also when they were not all through.
    """
    try:
        from distributed import Client
    except ImportError as error:
        raise ClusterError(
            "the package distributed is missing; pip install 'scanwright[cluster]'",
        ) from error
    try:
        client = await Client(address, asynchronous=True, timeout=patience_s)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no scheduler answers at {address} ({error}); `dask scheduler` prints "
            "the address of one, such as tcp://127.0.0.1:8786",
        ) from error
    async with client:
        await _check_workers(client, address, patience_s)
        run = f"scanwright-{uuid4().hex}"
        desk = _Desk(client, run)
        client.subscribe_topic(run, desk.hear)
        try:
            yield desk.carry_out
        finally:
            await _end(client, run)


async def _end(client: Client, run: str) -> None:
    """End what still runs, unless the scheduler is gone: then the workers do that."""
    if client.status != "running":
        return
    with contextlib.suppress(TimeoutError, OSError):
        async with asyncio.timeout(END_S):
            await client.run(end_cells, run, on_error="ignore")


async def _check_workers(client: Client, address: str, patience_s: float) -> None:
    try:
        await client.wait_for_workers(1, timeout=patience_s)
    except TimeoutError as error:
        raise ClusterError(
            f"the scheduler at {address} has no workers; start some with "
            f"`dask worker {address}`",
        ) from error
    # A function of Python's own: it is found where nothing of ours is.
    found = await client.run(version, PACKAGE, on_error="return")
    for worker, theirs in found.items():
        check_version(worker, theirs, version(PACKAGE))


def check_version(worker: str, theirs: str | Exception, ours: str) -> None:
    """Raise ClusterError unless a worker has what we have."""
    if theirs == ours:
        return
    found = f"{PACKAGE} {theirs}, and this is {ours}"
    problem = f"no {PACKAGE}" if isinstance(theirs, Exception) else found
    raise ClusterError(
        f"the worker {worker} has {problem}; install {PACKAGE}[conformance] {ours} "
        "into the Python that runs it",
    )


class _Desk:
    """Hands out the cells of one run, and passes on what is heard of them."""

    def __init__(self, client: Client, run: str) -> None:
        self._client = client
        self._run = run
        self._ears: dict[str, Hear] = {}

    def hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """Pass on how far a cell is; the scheduler sends it with the time."""
        _, said = event
        if ear := self._ears.get(said["cell"]):
            ear(Stage(said["done"], said["total"]))

    async def carry_out(self, cell: Cell, hear: Hear) -> Outcome:
        """Have a cell carried out by some worker."""
        from distributed import CancelledError, KilledWorker

        self._ears[cell.name] = hear
        key = f"{self._run}-{cell.name}"
        future = self._client.submit(
            task, cell_as_json(cell), self._run, key=key, pure=False
        )
        try:
            said = await future
        except KilledWorker:
            return Outcome((), "every worker that tried the cell died while it did")
        except CancelledError as error:
            return Outcome((), f"the cluster lost the cell: {error}")
        except Exception as error:  # noqa: BLE001 - whatever Dask makes of it
            return Outcome((), f"{UNABLE}: {error!r}")
        finally:
            self._ears.pop(cell.name, None)
            future.release()
        return Outcome(tuple(said["lines"]), said["problem"])


# From here on: what runs in the workers.

_RUNNING: Final[dict[str, set[asyncio.Task[Outcome]]]] = {}
_OVER: Final[set[str]] = set()

ENDED: Final = "the cell was ended before it was through"


async def task(order: dict[str, Any], run: str) -> dict[str, Any]:
    """Carry out a cell; say how far it is under the topic `run`."""
    from distributed import get_worker

    worker = get_worker()
    cell = cell_of_json(order)

    def tell(stage: Stage) -> None:
        said = {"cell": cell.name, "done": stage.done, "total": stage.total}
        worker.log_event(run, said)

    if run in _OVER:  # it was on its way here when the run was ended
        return {"lines": [], "problem": ENDED}
    try:
        # A task of our own: the one that we run in is the worker's.
        async with asyncio.TaskGroup() as group:
            work = group.create_task(carry_out(cell, tell))
            running = _RUNNING.setdefault(run, set())
            running.add(work)
            work.add_done_callback(running.discard)
    except ExceptionGroup as errors:
        # In words, for not every exception can travel; there is but one task in it.
        return {"lines": [], "problem": f"{UNABLE}: {errors.exceptions[0]!r}"}
    if work.cancelled():
        return {"lines": [], "problem": ENDED}
    outcome = work.result()
    return {"lines": list(outcome.lines), "problem": outcome.problem}


async def end_cells(run: str) -> None:
    """End what still runs of a run in this worker, and wait until it is gone."""
    _OVER.add(run)
    running = _RUNNING.pop(run, set())
    for each in tuple(running):
        each.cancel()
    if running:
        await asyncio.wait(running)
