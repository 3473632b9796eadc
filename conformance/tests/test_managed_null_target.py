"""A null target that may be started, and has a home, meets what it cannot miss."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import scanwright_spec
from scanwright_conformance.attempt import converse
from scanwright_conformance.checks import load_checks
from scanwright_conformance.judging import judged
from scanwright_conformance.proof.nulls import TRULY_MET, Empty200, boastful, listening
from scanwright_conformance.target import Addresses, Manner, Process, Stopping, Target
from scanwright_spec import Clause

# What one is right about who may be started, has a home with its folders, and no
# processes; and why.
TRULY_MET_MANAGED = TRULY_MET | {
    "PORTS-loopback-only": "it listens on the loopback only",
    "FILES-folders": "they are there",
    "FILES-private": "they are closed, and empty",
    "SERVICE-stale-lock": "it has no lock, and answers again",
    "CONFIG-survives-restart": "it leaves all files alone",
    "HTTP-many-connections": "who answers at once has no connections",
    "HTTP-slow-client": "who answers at once and closes waits for nobody",
}


class Nothing:
    """Controls a target that is always there, and has no processes."""

    version = ""

    def __init__(self, addresses: Addresses, folder: Path) -> None:
        self.addresses = addresses
        self.home = folder
        self.temporary = folder / "upload"

    async def start(self, _: Manner = Manner.USUAL) -> Addresses:
        """Be there."""
        return self.addresses

    async def stop(self) -> Stopping:
        """Stay there."""
        return Stopping(0.0, (), is_by_itself=True)

    async def kill(self) -> None:
        """Stay there."""

    async def start_second(self, _: float) -> int | None:
        """Be there twice."""
        return None

    async def reset(self) -> None:
        """Stay as it is."""

    async def hook(self, _: str, __: Mapping[str, Any]) -> Any:
        """Do nothing."""

    def processes(self) -> tuple[Process, ...]:
        """Have none."""
        return ()

    def is_alive(self) -> bool:
        """Seem to be."""
        return True


@pytest.mark.slow
async def test_a_managed_null_target_meets_what_it_cannot_miss(tmp_path: Path) -> None:
    """Restarting nothing, and listing nothing, shows nothing of a service."""
    checks = load_checks()
    managed = [each for each in scanwright_spec.load().clauses if _is_managed(each)]
    met: set[str] = set()

    async def try_once(clause: Clause, target: Target) -> None:
        # a home of its own: checks that run at once may change what is in it
        home = _home(tmp_path / clause.id)
        target.control = Nothing(target.addresses, home)
        check = checks[clause.id]
        made = judged(check.check, await converse(check, target))
        assert not made.error, made.error
        if clause.level.is_required and made.judgement and made.judgement.is_met:
            met.add(clause.id)

    async with listening(Empty200) as address, asyncio.TaskGroup() as group:
        for clause in managed:
            group.create_task(try_once(clause, boastful(address)))
    assert met <= set(TRULY_MET_MANAGED)


def _home(folder: Path) -> Path:
    """Make a home with its folders."""
    for name in ("cache", "cert", "dump", "log", "upload", "storage"):
        (folder / name).mkdir(mode=0o700, parents=True)
    return folder


def _is_managed(clause: Clause) -> bool:
    """Tell whether a clause is about what only the managed levels see."""
    needs = {"managed", "home", "processes", "load"}
    return bool(clause.needs & needs) and "scanner" not in clause.needs
