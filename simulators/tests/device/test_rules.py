"""Fault rules from the outside are checked word by word."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device.faults import Clears, Fault, FaultKind
from scanwright_simulators.device.rules import RuleError, read_rule


def test_every_member_is_read() -> None:
    """What a rule says is what the fault is."""
    found = read_rule(
        {
            "kind": "jam",
            "page": 3,
            "byte": 10,
            "after_s": 2,
            "probability": 0.5,
            "times": 1,
            "clears": "by_itself",
            "sane_status": "NO_MEM",
            "http_status": 507,
            "rate": 9,
        },
    )
    assert found == Fault(
        FaultKind.JAM,
        page=3,
        byte=10,
        after_s=2.0,
        probability=0.5,
        times=1,
        clears=Clears.BY_ITSELF,
        sane_status="NO_MEM",
        http_status=507,
        rate=9,
    )


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({}, "kind", "is missing"),
        ({"kind": "fire"}, "kind", "knows no 'fire'; there are: jam"),
        ({"kind": ["jam"]}, "kind", "must be one of: jam"),
        ({"kind": 16**5000}, "kind", "must be one of: jam"),
        ({"kind": "jam", "pgae": 3}, "pgae", "is unknown"),
        ({"kind": "jam", "page": "3"}, "page", "must be a whole number"),
        ({"kind": "jam", "page": 1.5}, "page", "must be a whole number"),
        ({"kind": "jam", "page": True}, "page", "must be a whole number"),
        ({"kind": "jam", "page": -1}, "page", "must be from 0"),
        ({"kind": "jam", "page": 10**400}, "page", "must be from 0"),
        ({"kind": "jam", "after_s": 16**5000}, "after_s", "must be from 0"),
        ({"kind": "jam", "probability": 2}, "probability", "must be from 0 to 1"),
        ({"kind": "jam", "probability": None}, "probability", "must be a number"),
        ({"kind": "jam", "clears": "never"}, "clears", "there are: by_hand"),
        ({"kind": "jam", "sane_status": "GOOD"}, "sane_status", "knows no 'GOOD'"),
        ({"kind": "jam", "sane_status": 1}, "sane_status", "must be one of"),
        ({"kind": "jam", "http_status": 200}, "http_status", "must be from 400"),
        ({"kind": "status"}, "kind", "needs a sane_status"),
        ({"kind": "slow"}, "kind", "needs a rate"),
        ({"kind": "jam", "page": 0, "byte": 1}, "byte", "has no bytes"),
        ({"kind": "overlap", "page": 0}, "page", "happens to pages"),
        ({"kind": "slow", "rate": 9, "page": 0}, "page", "happens to pages"),
        ({"kind": "stall", "clears": "by_itself"}, "clears", "over by itself"),
    ],
)
def test_mistakes_name_their_key(values: dict[str, Any], key: str, words: str) -> None:
    """What makes no sense is refused, with what would."""
    with pytest.raises(RuleError, match=words) as caught:
        read_rule(values)
    assert caught.value.key == key


@pytest.mark.parametrize("kind", ["reset", "truncated", "stall", "garbage", "jam"])
def test_a_job_can_fail_at_its_start(kind: str) -> None:
    """Page 0 is the start of a job, where an answer can go wrong as pages can."""
    assert read_rule({"kind": kind, "page": 0}).page == 0


json_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
members = st.sampled_from(
    ["kind", "page", "byte", "after_s", "probability", "times", "clears", "rate", "x"],
)


@given(st.dictionaries(members, json_values | st.just("jam") | st.lists(json_values)))
def test_nothing_else_ever_happens(values: dict[str, Any]) -> None:
    """Any JSON is a rule or a RuleError."""
    with contextlib.suppress(RuleError):
        assert isinstance(read_rule(values), Fault)
