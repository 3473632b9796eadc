"""Looking over a target that runs: addresses, scanners, capabilities, files, processes.

Each function yields what it found. None of them judges a clause.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Final

from scanwright_conformance.target._devices import MAIN_ROLE
from scanwright_conformance.target._discrepancies import discrepancies
from scanwright_conformance.target._examination import Examination, Finding
from scanwright_conformance.target._machine import Role
from scanwright_conformance.target._model import Port, Target, Unsupported
from scanwright_conformance.target._observation import observe
from scanwright_conformance.target._report import processes_in, read_report

__all__ = ["look_over"]

ROUNDS: Final = 5
ROUND_TIMEOUT_S: Final = 5.0
SLOW_S: Final = 0.2
CA_KEY: Final = "cert/ca_key.pem"
PATHS: Final = {
    Port.API: "/api/server/version",
    Port.API_TLS: "/api/server/version",
    Port.MANAGER: "/",
    Port.MANAGER_TLS: "/",
}


async def look_over(target: Target) -> AsyncIterator[Examination]:
    """Yield what there is to see of a target that runs, first the most basic."""
    for port, url in target.addresses.urls.items():
        yield await _address(port.value, url + PATHS[port])
    if target.control_url:
        yield await _address("hardware control", target.control_url)
    for found in _scanners(target):
        yield found
    async for found in _capabilities(target):
        yield found
    if "home" in target.capabilities:
        yield await asyncio.to_thread(_home, target)
    if "processes" in target.capabilities:
        yield await _processes(target)


async def _address(name: str, url: str) -> Examination:
    """Ask an address a few times, and tell how long an answer takes."""
    import aiohttp

    name = f"address {name}"
    timeout = aiohttp.ClientTimeout(total=ROUND_TIMEOUT_S)
    times, status = [], 0
    try:
        async with aiohttp.ClientSession(timeout=timeout) as client:
            for _ in range(ROUNDS):
                began = time.monotonic()
                async with client.get(url, ssl=False) as answer:
                    await answer.read()
                times.append(time.monotonic() - began)
                status = answer.status
    except (aiohttp.ClientError, OSError, ValueError) as error:
        problem = str(error) or type(error).__name__
        advice = "See that the service listens there, or correct the address."
        return Examination(name, Finding.PROBLEM, f"{url}: {problem}", advice)
    typical_s = statistics.median(times)
    seen = f"{url} answers {status} in {typical_s * 1000:.1f} ms"
    if typical_s <= SLOW_S:
        return Examination(name, Finding.OK, seen)
    advice = "Deadlines are stretched for it; the run takes longer."
    return Examination(name, Finding.WARNING, seen, advice)


def _scanners(target: Target) -> Iterator[Examination]:
    cast = ", ".join(f"{role}: {each.name}" for role, each in target.devices.items())
    if MAIN_ROLE in target.devices:
        yield Examination("scanners", Finding.OK, cast)
    elif "scanner" in target.capabilities:
        advice = "Attach a scanner, or take 'scanner' out of [capabilities]."
        seen = "none is listed for the role 'scanner'"
        yield Examination("scanners", Finding.PROBLEM, seen, advice)
    else:
        yield Examination("scanners", Finding.OK, "none is listed, none is declared")
    for role, name in target.roles.items():
        if role not in target.devices:
            advice = "Write its name as the listing has it, under [scanners]."
            seen = f"{name!r} is not in the listing"
            yield Examination(f"scanner {role}", Finding.PROBLEM, seen, advice)


async def _capabilities(target: Target) -> AsyncIterator[Examination]:
    """Yield a warning for each discrepancy, or that there is none."""
    observation = await observe(target)
    differing = discrepancies(target.capabilities, observation)
    for each in differing:
        yield Examination(
            f"capability {each.capability}",
            Finding.WARNING,
            f"{each.kind.value}: {each.seen}",
            each.advice,
        )
    if not differing:
        count = len(target.capabilities & observation.seen.keys())
        seen = f"{count} of {len(target.capabilities)} declared ones can be seen"
        yield Examination("capabilities", Finding.OK, f"{seen}, nothing contradicts")


def _home(target: Target) -> Examination:
    try:
        home = target.home
    except Unsupported as reason:
        advice = "Name it as home in [target], or have the start announce it."
        return Examination("home", Finding.PROBLEM, str(reason), advice)
    if not (home.is_dir() and os.access(home, os.R_OK | os.W_OK | os.X_OK)):
        advice = "Run the suite as the user whom the folder belongs to."
        seen = f"{home} cannot be read and written"
        return Examination("home", Finding.PROBLEM, seen, advice)
    if "renewal" in target.capabilities and not (home / CA_KEY).is_file():
        advice = "Take 'renewal' out of [capabilities], or put the key there."
        seen = f"{home / CA_KEY} is not there"
        return Examination("home", Finding.PROBLEM, seen, advice)
    return Examination("home", Finding.OK, f"{home} has {_contents(home)}")


def _contents(home: Path) -> str:
    names = sorted(entry.name for entry in home.iterdir())
    return ", ".join(names) or "nothing"


async def _processes(target: Target) -> Examination:
    advice = (
        "Have the start announce the pid of main, and give the others their published "
        "arguments; or take 'processes' out of [capabilities]."
    )
    try:
        if target.report:
            found = processes_in(await read_report(target.report))
        elif target.control is not None:
            found = await asyncio.to_thread(target.control.processes)
        else:
            seen = "nobody tells which they are: there is no [start] and no report"
            return Examination("processes", Finding.PROBLEM, seen, advice)
    except Unsupported as reason:
        return Examination("processes", Finding.PROBLEM, str(reason), advice)
    seen = ", ".join(f"{each.role.value} {each.pid}" for each in found) or "none"
    has_main = any(each.role is Role.MAIN for each in found)
    if has_main or (target.report and found):
        return Examination("processes", Finding.OK, seen)
    return Examination("processes", Finding.PROBLEM, f"no main among: {seen}", advice)
