"""What a clause builds upon."""

from __future__ import annotations

import pytest

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.foundations import blocker, excuse
from scanwright_conformance.results import Result
from scanwright_conformance.verdict import Verdict

CURSORS = scanwright_spec.load().clause("PAGES-cursors")
CHECK = next(each for each in load_checks().values() if CURSORS.id in each.after)


def found(verdict: Verdict, *, is_binding: bool) -> dict[str, Result]:
    """Return a run so far in which the foundation was given `verdict`."""
    return {CURSORS.id: Result(CURSORS, verdict, is_binding)}


def test_a_duty_that_is_not_met_blocks() -> None:
    """It excuses nothing, for nothing is tried."""
    results = found(Verdict.FAIL, is_binding=True)
    assert blocker(CHECK, results) == "PAGES-cursors is FAIL"
    assert excuse(CHECK, results) == ""


def test_what_is_no_duty_blocks_nothing() -> None:
    """It may be why something else fails."""
    results = found(Verdict.WARN, is_binding=False)
    assert blocker(CHECK, results) == ""
    assert excuse(CHECK, results) == "PAGES-cursors is WARN"


@pytest.mark.parametrize("verdict", [Verdict.PASS, Verdict.NOT_APPLICABLE])
@pytest.mark.parametrize("is_binding", [True, False])
def test_what_is_met_or_does_not_apply_is_in_nobodys_way(
    verdict: Verdict, *, is_binding: bool
) -> None:
    """Nor is what was not asked for."""
    results = found(verdict, is_binding=is_binding)
    assert blocker(CHECK, results) == excuse(CHECK, results) == ""
    assert blocker(CHECK, {}) == excuse(CHECK, {}) == ""
