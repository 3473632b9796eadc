"""How people and machines read what the doctor found."""

from __future__ import annotations

import pytest

from scanwright_conformance.target import (
    Examination,
    Finding,
    as_json,
    as_lines,
    has_problem,
)

FINE = Examination("start", Finding.OK, "ready after 1.0 s")
ODD = Examination("address api", Finding.WARNING, "slow", "Wait.")
BAD = Examination(
    "stop", Finding.PROBLEM, "left: 7\n  its last words", "End all of it."
)


def test_advice_stands_below_what_it_is_for() -> None:
    """Further lines, and what to do, are indented to the first."""
    first, second, third, *_ = as_lines([BAD])
    assert first.split() == ["problem", "stop", "left:", "7"]
    assert second.strip() == "its last words"
    assert third.strip() == "→ End all of it."
    assert second.index("its") == third.index("→") == first.index("left")


@pytest.mark.parametrize(
    ("found", "last"),
    [
        ([FINE], "Ready to be certified."),
        ([FINE, ODD], "Ready to be certified, with 1 warning."),
        ([FINE, ODD, BAD, BAD], "2 problems: mend that before you certify."),
    ],
)
def test_the_last_word_says_what_follows(found: list[Examination], last: str) -> None:
    """Only a problem stands in the way of a certification."""
    assert as_lines(found)[-1] == last
    assert has_problem(found) == (BAD in found)


def test_machines_get_the_same() -> None:
    """The JSON has every finding, and whether the target is ready."""
    seen = as_json([FINE, BAD])
    assert seen["is_ready"] is False
    assert seen["examinations"][0] == {
        "name": "start",
        "finding": "ok",
        "seen": "ready after 1.0 s",
        "advice": "",
    }
