"""An old bundle in the eyes of a suite that knows more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.bundle.file import read_bundle
from scanwright_conformance.bundle.rejudgement import (
    Change,
    Rejudgement,
    rejudgement,
)
from scanwright_conformance.canned import answered
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.events import Began, Event, Finished
from scanwright_conformance.expect import expect_status
from scanwright_conformance.results import Result
from scanwright_conformance.session import Session
from scanwright_conformance.transcript import Transcript
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_spec import Clause, Level

Events = tuple[Event, ...]
Checks = Mapping[str, RegisteredCheck]
Made = Callable[..., Events]
Tried = Callable[..., Result]
Write = Callable[[Events], Path]
Rejudge = Callable[..., Rejudgement]

SETTINGS = "SERVER-settings"


class Wants(Check):
    """Wants a status under a label."""

    def __init__(self, label: str, status: int) -> None:
        self._label = label
        self._status = status

    async def stimulate(self, session: Session) -> None:
        """Ask nothing: it only judges here."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the status."""
        expect_status(transcript[self._label], self._status)


@pytest.fixture
def rejudge(
    write: Write,
    clauses: tuple[Clause, ...],
    checks: Checks,
) -> Rejudge:
    """Give a function that judges events by another suite."""

    def judged(
        events: Events,
        *,
        clauses: tuple[Clause, ...] = clauses,
        checks: Checks = checks,
    ) -> Rejudgement:
        return rejudgement(
            read_bundle(write(events)),
            suite_version="99.0",
            clauses=clauses,
            checks=checks,
        )

    return judged


def only(name: str, check: Check) -> dict[str, RegisteredCheck]:
    """Return the one check of a suite."""
    return {name: RegisteredCheck((name,), check, (), 30)}


def test_the_same_catalogue_changes_nothing(passing: Events, rejudge: Rejudge) -> None:
    """But who gave the verdicts."""
    found = rejudge(passing)
    assert found.changes == ()
    assert found.run.results == found.before.results
    assert found.run.suite_version == "99.0"


def test_a_stricter_check_changes_the_verdict(
    passing: Events, rejudge: Rejudge
) -> None:
    """Both verdicts are there, side by side."""
    found = rejudge(passing, checks=only(SETTINGS, Wants("settings", 204)))
    assert found.changes == (Change(SETTINGS, "verdict", "PASS", "FAIL"),)
    assert found.run.roll_up is RollUp.FAILED


def test_a_new_clause_was_not_tried(passing: Events, rejudge: Rejudge) -> None:
    """There is no conversation for it."""
    began, *rest = passing
    assert isinstance(began, Began)
    scope = replace(began.plan.scope, only=frozenset({"SERVER"}))
    events = (Began(replace(began.plan, scope=scope)), *rest)
    found = rejudge(events)
    assert Change("SERVER-version", "clause", "", "NOT-RUN") in found.of("clause")
    assert found.run.roll_up is RollUp.INCOMPLETE


def test_a_clause_that_is_gone_is_told(
    failing: Events,
    rejudge: Rejudge,
    clauses: tuple[Clause, ...],
) -> None:
    """With the verdict that it had."""
    left = tuple(each for each in clauses if each.id != SETTINGS)
    found = rejudge(failing, clauses=left)
    assert Change(SETTINGS, "clause", "FAIL", "") in found.changes
    assert SETTINGS not in {each.clause.id for each in found.run.results}


def test_a_clause_of_another_level_is_told(
    failing: Events,
    rejudge: Rejudge,
    clauses: tuple[Clause, ...],
) -> None:
    """A failure of what is a SHOULD by now is a warning."""
    softer = tuple(
        replace(each, level=Level.SHOULD, text="Otherwise.")
        if each.id == SETTINGS
        else each
        for each in clauses
    )
    changes = rejudge(failing, clauses=softer).changes
    found = {each.what: each for each in changes if each.clause == SETTINGS}
    assert (found["level"].then, found["level"].now) == ("MUST", "SHOULD")
    assert found["text"].now == "Otherwise."
    assert (found["verdict"].then, found["verdict"].now) == ("FAIL", "WARN")
    assert found["duty"].now == "it does not bind"


def test_a_check_that_asks_more_now_cannot_judge(
    passing: Events,
    rejudge: Rejudge,
) -> None:
    """What was not recorded then is no fault of the target."""
    found = rejudge(passing, checks=only(SETTINGS, Wants("another", 200)))
    (result,) = found.run.results
    assert result.verdict is Verdict.NOT_RUN
    assert "asks for 'another', which was not recorded" in result.reason


def test_a_conversation_that_was_cut_short_stays_a_failure(
    made: Made,
    tried: Tried,
    rejudge: Rejudge,
) -> None:
    """The target stopped it then, and nothing can be missing by another check."""
    said = tried(SETTINGS, answered("other"))
    assert said.verdict is Verdict.FAIL
    found = rejudge(made(said), checks=only(SETTINGS, Wants("settings", 200)))
    assert found.run.results[0].verdict is Verdict.FAIL


def test_a_run_without_an_end_is_judged_for_what_it_has(
    passing: Events,
    rejudge: Rejudge,
) -> None:
    """That it was cut short makes other clauses NOT-RUN, no more."""
    found = rejudge(passing[:-1])
    assert isinstance(found.events[-1], Finished)
    assert found.run.roll_up is RollUp.SELECTION
