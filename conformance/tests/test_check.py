"""Registering checks, and judging with them."""

from __future__ import annotations

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.check import Check, check, registered
from scanwright_conformance.checks import load_checks
from scanwright_conformance.expect import expect_status
from scanwright_conformance.session import Session
from scanwright_conformance.transcript import Transcript


class Ok(Check):
    """Wants 200."""

    async def stimulate(self, session: Session) -> None:
        """Ask."""
        await session.http("GET", "/", label="get")

    def judge(self, transcript: Transcript) -> None:
        """Want 200."""
        expect_status(transcript["get"], 200)


def test_a_met_clause_is_met() -> None:
    """A judge that returns is content."""
    assert judged(Ok, answered("get")).is_met


def test_a_mismatch_is_shown_with_its_exchange() -> None:
    """Expected, observed, and the label of what shows it."""
    seen = judged(Ok, answered("get", 404))
    assert (seen.is_met, seen.expected, seen.labels) == (False, "200", ("get",))


def test_a_conversation_that_was_not_reached_is_a_mismatch() -> None:
    """The judge need not look first whether there is something to judge."""
    seen = judged(Ok, stopped="'create' made no job")
    assert (seen.is_met, seen.observed) == (False, "'create' made no job")


def test_a_stopped_stimulus_meets_nothing() -> None:
    """Also when the judge saw all that it wanted."""
    assert not judged(Ok, answered("get"), stopped="no end").is_met


def test_a_clause_has_one_check() -> None:
    """A second check for a clause is a mistake of the suite."""
    load_checks()
    with pytest.raises(ValueError, match="two checks claim the clause SERVER-settings"):
        check("SERVER-settings")(Ok)


def test_what_is_registered_cannot_be_changed_from_outside() -> None:
    """Callers get a copy."""
    registered().clear()
    assert load_checks()
