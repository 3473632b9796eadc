"""The roll-up: what follows from verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.verdict import EXIT_STATUS, RollUp, Verdict, roll_up

Pairs = list[tuple[Verdict, bool]]

pairs = st.lists(st.tuples(st.sampled_from(Verdict), st.booleans()))
MET = (Verdict.PASS, True)


@pytest.mark.parametrize(
    ("verdict", "is_binding", "expected"),
    [
        (Verdict.PASS, True, RollUp.CERTIFIED),
        (Verdict.PASS, False, RollUp.CERTIFIED),
        (Verdict.NOT_APPLICABLE, True, RollUp.CERTIFIED),
        (Verdict.WARN, False, RollUp.CERTIFIED),
        (Verdict.FLAKY, False, RollUp.CERTIFIED),
        (Verdict.FAIL, True, RollUp.FAILED),
        (Verdict.FLAKY, True, RollUp.FAILED),
        (Verdict.BLOCKED, True, RollUp.INCOMPLETE),
        (Verdict.UNSUPPORTED, True, RollUp.INCOMPLETE),
        (Verdict.NOT_RUN, False, RollUp.INCOMPLETE),
        (Verdict.ERROR, False, RollUp.ERROR),
    ],
)
def test_one_verdict_beside_a_pass(
    verdict: Verdict,
    is_binding: bool,  # noqa: FBT001 - a parameter of the table
    expected: RollUp,
) -> None:
    """Each verdict has its own effect on a target that is otherwise right."""
    assert roll_up([MET, (verdict, is_binding)]) is expected


@given(pairs)
def test_certified_means_every_binding_clause_passed(verdicts: Pairs) -> None:
    """Nothing but PASS and NOT-APPLICABLE lets a MUST be certified."""
    if roll_up(verdicts) is RollUp.CERTIFIED:
        binding = {verdict for verdict, is_binding in verdicts if is_binding}
        assert binding <= {Verdict.PASS, Verdict.NOT_APPLICABLE}
        assert any(verdict is Verdict.PASS for verdict, _ in verdicts)


@given(pairs)
def test_order_does_not_matter(verdicts: Pairs) -> None:
    """The roll-up depends on what was said, not on when."""
    assert roll_up(verdicts) is roll_up(verdicts[::-1])


@given(pairs, st.sampled_from([Verdict.FAIL, Verdict.FLAKY]))
def test_a_broken_must_outweighs_everything(verdicts: Pairs, broken: Verdict) -> None:
    """A target with one broken MUST failed, whatever else is open."""
    assert roll_up([*verdicts, (broken, True)]) is RollUp.FAILED


@given(pairs)
def test_a_selection_is_never_a_certificate(verdicts: Pairs) -> None:
    """What was only partly asked for is met at most."""
    assert roll_up(verdicts, is_selection=True) is not RollUp.CERTIFIED


def test_nothing_passed_is_nothing_certified() -> None:
    """Without a single PASS a warning or an empty run is incomplete."""
    assert roll_up([(Verdict.WARN, False)]) is RollUp.INCOMPLETE
    assert roll_up([]) is RollUp.INCOMPLETE


@pytest.mark.parametrize("is_selection", [True, False])
def test_a_target_that_nothing_applies_to_is_no_open_question(
    is_selection: bool,  # noqa: FBT001 - a parameter of the table
) -> None:
    """Only what does not apply is neither certified nor incomplete."""
    verdicts = [(Verdict.NOT_APPLICABLE, True), (Verdict.NOT_APPLICABLE, False)]
    assert roll_up(verdicts, is_selection=is_selection) is RollUp.NOTHING


def test_exit_statuses_are_those_of_the_manual() -> None:
    """0 certified, 1 failed, 2 nothing or not all was tried, 3 suite error."""
    statuses = [EXIT_STATUS[each] for each in RollUp]
    assert statuses == [0, 0, 1, 2, 2, 3]
