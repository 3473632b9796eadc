"""Findings."""

from __future__ import annotations

from scanwright.commands.checks.finding import State, found, problem, warning


def test_a_finding_has_a_state() -> None:
    """What is not well comes with advice."""
    assert found("home", "/srv").state is State.OK
    assert warning("disk", "little", "Make room.").state is State.WARNING
    trouble = problem("disk", "none", "Make room.")
    assert (trouble.state, trouble.advice) == (State.PROBLEM, "Make room.")
