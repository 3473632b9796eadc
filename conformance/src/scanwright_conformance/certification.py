"""A certification from beginning to end: find the target, run the plan, take stock."""

from __future__ import annotations

import asyncio
import os
import platform
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import scanwright_spec
from scanwright_conformance.assignment import Assignment
from scanwright_conformance.checks import load_checks
from scanwright_conformance.deadline import pace
from scanwright_conformance.events import Began, Ended, Finished, Fold, tell
from scanwright_conformance.places import described, is_url
from scanwright_conformance.plan import Step, make_plan
from scanwright_conformance.redact import redact_description
from scanwright_conformance.results import Plan, Result, Run, Subject
from scanwright_conformance.round_trip import measured_s
from scanwright_conformance.runner import run_plan
from scanwright_conformance.scope import COMPATIBLE, Scope, profiles_named, selection
from scanwright_conformance.target import (
    Description,
    Examination,
    Port,
    StartFailed,
    Target,
    control_for,
    described_target,
    discrepancies,
    examine,
    observe,
    probe,
)
from scanwright_conformance.traces import Traces
from scanwright_conformance.verdict import Verdict
from scanwright_conformance.weather_detour import WeatherDetour
from scanwright_conformance.weather_proxy import WeatherProxy

if TYPE_CHECKING:
    from scanwright_conformance.events import Event, Listener
    from scanwright_conformance.weather import Weather

__all__ = ["BUILT_IN", "certify_target", "diagnose"]

BUILT_IN: Final = Path(__file__).parent / "targets" / "reference.toml"
SEEDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Opened:
    """A target ready to be measured, or why there is none."""

    target: Target
    description: str = ""
    problem: str = ""


async def certify_target(assignment: Assignment, *listeners: Listener) -> Run:
    """Carry out `assignment`; the listeners hear of everything as it happens."""
    began = time.monotonic()
    fold = Fold()
    ears = _Ears((fold, *listeners))
    specification = scanwright_spec.load()
    only = selection(specification.clauses, assignment.only)
    asked = profiles_named(assignment.profiles)
    seed = assignment.seed
    seed = random.SystemRandom().randrange(SEEDS) if seed is None else seed
    async with (
        _open(assignment) as opened,
        _exposed(opened.target, assignment.weather, seed),
    ):
        scope = Scope(
            profiles=asked or profiles_named(opened.target.profiles) or COMPATIBLE,
            level=assignment.level,
            only=only,
        )
        checks = load_checks()
        chosen = scope.select(specification.clauses, checks)
        steps = make_plan(chosen, checks, seed=seed)
        ears.take(Began(await _plan(opened, scope, steps, seed, assignment)))
        traces: tuple[str, ...] = ()
        is_through = False
        try:
            before = Traces(opened.target)
            results = await _results(steps, opened, scope, assignment.repeats, ears)
            if not opened.problem:
                traces = await before.left(results)
            is_through = True
        finally:
            seconds = time.monotonic() - began
            ears.take(Finished(seconds, traces, is_interrupted=not is_through))
    return fold.run


async def diagnose(assignment: Assignment) -> tuple[Examination, ...]:
    """Return what a look at the target finds, without any verdict about clauses."""
    place = assignment.place
    if place and is_url(place):
        return await examine(await probe(place))
    return await examine(described(_path(place)), environment=assignment.environment)


class _Ears:
    """All listeners as one."""

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = listeners

    def take(self, event: Event) -> None:
        """Pass the event on."""
        tell(self._listeners, event)


@asynccontextmanager
async def _open(assignment: Assignment) -> AsyncIterator[_Opened]:
    place = assignment.place
    if place and is_url(place):
        opened = _Opened(_without(await probe(place), assignment))
        yield replace(opened, problem=await _silence(opened.target))
        return
    description = described(_path(place))
    opened = _Opened(
        _without(described_target(description), assignment),
        description=_shown(_path(place), description),
    )
    control = control_for(description, assignment.environment)
    if control is None:
        await opened.target.discover()
        yield replace(opened, problem=await _silence(opened.target))
        return
    async with control:
        opened.target.control = control
        try:
            await opened.target.start()
            opened.target.version = opened.target.version or control.version
        except StartFailed as failure:
            yield replace(opened, problem=f"the target did not start: {failure}")
        else:
            yield replace(opened, problem=await _silence(opened.target))


async def _silence(target: Target) -> str:
    """Return a sentence when nobody listens where the target should be, else ""."""
    url = urlsplit(target.addresses.url(Port.API))
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        _, writer = await asyncio.open_connection(url.hostname, port)
    except OSError as error:
        return f"nobody listens at {url.geturl()}: {_words_of(error)}"
    writer.close()
    return ""


def _words_of(error: OSError) -> str:
    """Return what went wrong; asyncio writes the address where the words belong."""
    return os.strerror(error.errno) if error.errno else str(error)


@asynccontextmanager
async def _exposed(
    target: Target, weather: Weather | None, seed: int
) -> AsyncIterator[None]:
    """Have the target reached through the weather, if there is any."""
    if weather is None:
        yield
        return
    async with WeatherProxy(weather, seed) as proxy:
        await target.take(WeatherDetour(proxy))
        yield


def _path(place: str | None) -> Path:
    return Path(place) if place else BUILT_IN


def _without(target: Target, assignment: Assignment) -> Target:
    """Return the target as if it lacked what the run must do without."""
    return replace(
        target,
        capabilities=target.capabilities - assignment.withheld,
        withheld=assignment.withheld,
    )


def _shown(path: Path, description: Description) -> str:
    """Return the description's text without its key."""
    text = path.read_text(encoding="utf-8")
    return redact_description(text, [description.licence_key])


async def _plan(
    opened: _Opened,
    scope: Scope,
    steps: Sequence[Step],
    seed: int,
    assignment: Assignment,
) -> Plan:
    url = opened.target.addresses.urls.get(Port.API)
    weather = assignment.weather
    at_least_s = weather.round_trip_s if weather else 0.0
    pace.take((url and await measured_s(url)) or at_least_s)
    return Plan(
        subject=await _subject(opened),
        scope=scope,
        clauses=tuple(step.clause for step in steps),
        seed=seed,
        began_at=datetime.now(UTC),
        suite_version=version("scanwright"),
        pace=pace.factor,
        environment=_environment(weather),
    )


async def _subject(opened: _Opened) -> Subject:
    target = opened.target
    return Subject(
        name=target.name,
        addresses={port.value: url for port, url in target.addresses.urls.items()},
        capabilities=tuple(sorted(target.capabilities)),
        devices={role: device.name for role, device in target.devices.items()},
        assurance=target.assurance,
        version=target.version,
        discrepancies=await _discrepancies(opened),
        description=opened.description,
    )


async def _discrepancies(opened: _Opened) -> tuple[str, ...]:
    """Return where a description and what can be seen differ."""
    target = opened.target
    if opened.problem or not opened.description or target.withheld:
        return ()
    if target.detour is not None:
        return ()  # what can be seen through the weather says nothing
    found = discrepancies(target.capabilities, await observe(target))
    return tuple(each.sentence for each in found)


def _environment(weather: Weather | None) -> dict[str, str]:
    """Return where the suite runs: what a reader needs to judge times by."""
    exposed = {"weather": str(weather)} if weather else {}
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "cores": str(os.cpu_count() or 1),
        **exposed,
    }


async def _results(
    steps: Sequence[Step],
    opened: _Opened,
    scope: Scope,
    repeats: int,
    listener: Listener,
) -> tuple[Result, ...]:
    if not opened.problem:
        target = opened.target
        return await run_plan(steps, target, listener, scope=scope, repeats=repeats)
    results = tuple(
        Result(
            step.clause,
            Verdict.NOT_RUN,
            scope.binds(step.clause),
            reason=opened.problem,
        )
        for step in steps
    )
    for result in results:
        listener.take(Ended(result))
    return results
