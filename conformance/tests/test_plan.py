"""Selecting clauses, and putting them in order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import scanwright_spec
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.plan import UnknownSelection, make_plan, select
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


def test_no_word_selects_everything() -> None:
    """Without --only the whole specification is tried."""
    assert select(CLAUSES, []) == CLAUSES


def test_areas_and_ids_select_in_any_case() -> None:
    """A word is an area or an id."""
    chosen = select(scanwright_spec.load().clauses, ["server", "jobs-CREATE"])
    areas = {clause.area for clause in chosen}
    assert areas == {"SERVER", "JOBS"}
    assert sum(clause.area == "JOBS" for clause in chosen) == 1


def test_an_unknown_word_is_refused() -> None:
    """A typing error does not select nothing in silence."""
    with pytest.raises(UnknownSelection, match="SERVRE"):
        select(CLAUSES, ["servre"])


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
