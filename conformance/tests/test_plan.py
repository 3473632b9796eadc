"""Putting clauses in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanwright_spec
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.plan import make_plan
from scanwright_conformance.session import Session
from scanwright_conformance.transcript import Transcript

CLAUSES = scanwright_spec.load().clauses[:8]
IDS = [clause.id for clause in CLAUSES]


class Idle(Check):
    """Does nothing and is content."""

    async def stimulate(self, session: Session) -> None:
        """Do nothing."""

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


def waiting(clause: str, *after: str) -> RegisteredCheck:
    """Return a check that waits for those of `after`."""
    return RegisteredCheck((clause,), Idle(), after, 1.0)


def test_clauses_without_a_check_are_in_the_plan() -> None:
    """What nobody wrote a check for is not forgotten."""
    assert [step.clause for step in make_plan(CLAUSES, {})] == list(CLAUSES)


@given(st.data())
def test_what_is_waited_for_comes_first(data: st.DataObject) -> None:
    """Every clause follows those that it builds upon, and each comes once."""
    order = data.draw(st.permutations(IDS))
    checks = {
        name: waiting(name, *data.draw(st.sets(st.sampled_from(order[:place]))))
        for place, name in enumerate(order)
        if place
    }
    planned = [step.clause.id for step in make_plan(CLAUSES, checks)]
    assert sorted(planned) == sorted(IDS)
    for name, check in checks.items():
        assert all(planned.index(other) < planned.index(name) for other in check.after)


def test_clauses_that_were_not_selected_are_not_waited_for() -> None:
    """A selection does not grow."""
    plan = make_plan(CLAUSES[:1], {IDS[0]: waiting(IDS[0], IDS[1])})
    assert [step.clause.id for step in plan] == IDS[:1]


def test_a_circle_is_a_mistake_of_the_suite() -> None:
    """Two checks cannot wait for each other."""
    checks = {IDS[0]: waiting(IDS[0], IDS[1]), IDS[1]: waiting(IDS[1], IDS[0])}
    with pytest.raises(ValueError, match="wait for each other"):
        make_plan(CLAUSES, checks)


@given(st.integers())
def test_a_seed_repeats_an_order(seed: int) -> None:
    """The order looks like chance and can be had again."""
    once, again = (make_plan(CLAUSES, {}, seed=seed) for _ in range(2))
    assert once == again
    assert sorted(step.clause.id for step in once) == sorted(IDS)


def test_seeds_differ() -> None:
    """Another seed is another order."""
    orders = {make_plan(CLAUSES, {}, seed=seed) for seed in range(9)}
    assert len(orders) > 1
