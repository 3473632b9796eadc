"""A certification from beginning to end: find the target, run the plan, take stock."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.plan import make_plan, select
from scanwright_conformance.results import Result, Run, Subject
from scanwright_conformance.runner import Observer, run_plan
from scanwright_conformance.target import (
    Addresses,
    CommandControl,
    Description,
    StartFailed,
    Target,
    probe,
    read_description,
)
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.plan import Step
    from scanwright_spec import Clause

__all__ = ["BUILT_IN", "Watcher", "certify_target"]

BUILT_IN: Final = Path(__file__).parent / "targets" / "reference.toml"


class Watcher(Observer, Protocol):
    """An observer who also hears of the beginning and the end."""

    def began(self, subject: Subject, clauses: Sequence[Clause]) -> None:
        """`clauses` are about to be tried on `subject`, in this order."""

    def finished(self) -> None:
        """Nothing more is tried, for whatever reason."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A target ready to be measured, or why there is none."""

    target: Target
    problem: str = ""


async def certify_target(
    place: str | None,
    watcher: Watcher,
    *,
    only: Sequence[str] = (),
) -> Run:
    """Certify the target at `place`: a URL, a file, or None for the built-in one."""
    began_at, began = datetime.now(UTC), time.monotonic()
    clauses = select(scanwright_spec.load().clauses, only)
    plan = make_plan(clauses, load_checks())
    async with _open(place) as opened:
        subject = _subject(opened.target)
        watcher.began(subject, [step.clause for step in plan])
        try:
            results = await _results(plan, opened, watcher)
        finally:
            watcher.finished()
    return Run(
        subject=subject,
        results=_in_order(results),
        began_at=began_at,
        seconds=time.monotonic() - began,
        suite_version=version("scanwright"),
        is_selection=bool(only),
    )


@asynccontextmanager
async def _open(place: str | None) -> AsyncIterator[_Opened]:
    if place and place.startswith(("http://", "https://")):
        yield _Opened(await probe(place))
        return
    path = Path(place) if place else BUILT_IN
    known = frozenset(scanwright_spec.CAPABILITIES)
    description = read_description(path, known)
    if not description.command:
        target = _described(description)
        await target.discover()
        yield _Opened(target)
        return
    control = CommandControl(
        description.command,
        timeout_s=description.start_timeout_s,
        options=description.options,
        cache_options=description.cache_options,
        home=description.home,
    )
    async with control:
        target = _described(description, control)
        try:
            await target.start()
        except StartFailed as failure:
            yield _Opened(target, f"the target did not start: {failure}")
        else:
            yield _Opened(target)


def _described(
    description: Description,
    control: CommandControl | None = None,
) -> Target:
    return Target(
        name=description.name,
        addresses=description.addresses or Addresses({}),
        capabilities=description.capabilities,
        origins=description.origins,
        licence_key=description.licence_key,
        roles=description.roles,
        control=control,
        known_home=description.home,
        report=description.report,
    )


def _subject(target: Target) -> Subject:
    return Subject(
        name=target.name,
        addresses={port.value: url for port, url in target.addresses.urls.items()},
        capabilities=tuple(sorted(target.capabilities)),
        devices={role: device.name for role, device in target.devices.items()},
        assurance="L1" if target.control is None else "L2",
    )


async def _results(
    plan: Sequence[Step],
    opened: _Opened,
    observer: Observer,
) -> tuple[Result, ...]:
    if not opened.problem:
        return await run_plan(plan, opened.target, observer)
    results = tuple(
        Result(step.clause, Verdict.NOT_RUN, reason=opened.problem) for step in plan
    )
    for result in results:
        observer.ended(result)
    return results


def _in_order(results: Sequence[Result]) -> tuple[Result, ...]:
    """Return `results` in the order of the specification, as readers expect them."""
    order = {
        clause.id: place for place, clause in enumerate(scanwright_spec.load().clauses)
    }
    return tuple(sorted(results, key=lambda result: order[result.clause.id]))
