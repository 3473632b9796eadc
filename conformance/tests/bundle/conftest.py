"""Small runs, a key, and bundles of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import scanwright_spec
from scanwright_conformance.bundle.file import write_bundle
from scanwright_conformance.canned import answered
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.checks import load_checks
from scanwright_conformance.events import Began, Ended, Event, Finished
from scanwright_conformance.judging import Attempt, judged, reason_of, sum_up
from scanwright_conformance.results import Plan, Result, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.transcript import Entry, Transcript
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Clause

SETTINGS = "SERVER-settings"
SCALE = "SERVER-log-level-scale"

Events = tuple[Event, ...]
Made = Callable[..., Events]
Tried = Callable[..., Result]
Lied = Callable[..., Events]
Write = Callable[[Events], Path]


@pytest.fixture(scope="session")
def key() -> Ed25519PrivateKey:
    """Return a key that is always the same, so that bundles are."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def checks() -> dict[str, RegisteredCheck]:
    """Return all checks."""
    return load_checks()


@pytest.fixture(scope="session")
def clauses() -> tuple[Clause, ...]:
    """Return all clauses."""
    return scanwright_spec.load().clauses


@pytest.fixture
def tried() -> Tried:
    """Give a function that judges one conversation as the runner would."""
    return _tried


@pytest.fixture
def made() -> Made:
    """Give a function that returns the events of a run with some results."""
    return _made


@pytest.fixture
def lied() -> Lied:
    """Give a function that has events say something else about their first result."""

    def lie(events: Events, **changes: Any) -> Events:
        began, ended, *rest = events
        assert isinstance(ended, Ended)
        return (began, Ended(replace(ended.result, **changes)), *rest)

    return lie


@pytest.fixture
def passing() -> Events:
    """Return a run in which its one clause is met."""
    return _made(_tried(SETTINGS, answered("settings", json={"logLevel": 0})))


@pytest.fixture
def failing() -> Events:
    """Return a run in which a clause is not met, and blocks another."""
    result = _tried(SETTINGS, answered("settings", json={"logLevel": 7}))
    scale = scanwright_spec.load().clause(SCALE)
    reason = f"{SETTINGS} is FAIL"
    blocked = Result(scale, Verdict.BLOCKED, is_binding=True, reason=reason)
    return _made(result, blocked)


@pytest.fixture
def write(tmp_path: Path, key: Ed25519PrivateKey) -> Write:
    """Give a function that writes the bundle of some events and tells where it is."""

    def written(events: Events) -> Path:
        path = tmp_path / "evidence.zip"
        write_bundle(events, path, key)
        return path

    return written


def _tried(name: str, *entries: Entry, stopped: str = "") -> Result:
    held = Attempt(Transcript(entries, stopped), 0.25)
    attempts = (judged(load_checks()[name].check, held),)
    clause = scanwright_spec.load().clause(name)
    scope = Scope()
    is_binding = scope.binds(clause)
    return Result(
        clause=clause,
        verdict=sum_up(attempts, is_binding=is_binding),
        is_binding=is_binding,
        attempts=attempts,
        reason=reason_of(attempts),
    )


def _made(*results: Result, **changes: Any) -> Events:
    plan = Plan(
        subject=Subject(
            name="tiny",
            addresses={"api": "http://127.0.0.1:18622"},
            capabilities=("scanner",),
            devices={"scanner": "Virtual One"},
            assurance="L1",
            version="1.2",
        ),
        scope=Scope(only=frozenset(each.clause.id.upper() for each in results)),
        clauses=tuple(result.clause for result in results),
        seed=7,
        began_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        suite_version=version("scanwright"),
        environment={"python": "3.11"},
    )
    plan = replace(plan, **changes)
    return (Began(plan), *(Ended(result) for result in results), Finished(2.5))
