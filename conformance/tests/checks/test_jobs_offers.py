"""What a scanner offers, read from its capabilities."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.canned import answered
from scanwright_conformance.checks.jobs_offers import Offer, current, offer

ENUMERATION = {"conType": {"value": 4}, "enums": [75, 100, 300], "curIndex": 2}
RANGE = {
    "conType": {"value": 6},
    "minValue": 50,
    "maxValue": 1200,
    "stepSize": 1,
    "curValue": 200,
}
ONE = {"conType": {"value": 5}, "curValue": 300}

names = st.sampled_from(
    ["conType", "value", "enums", "minValue", "maxValue", "stepSize", "curValue"],
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner),
    max_leaves=8,
)


def listed(details: Any) -> Any:
    """Return an answer with one capability."""
    entry = {**details, "capability": {"value": 4376}}
    return answered("capabilities", json=[entry])


@pytest.mark.parametrize(
    ("details", "offered", "now"),
    [
        (ENUMERATION, Offer(values=(75, 100, 300)), 300),
        (RANGE, Offer(minimum=50, maximum=1200, step=1), 200),
        (ONE, Offer(values=(300,)), 300),
        ({**ENUMERATION, "curIndex": 0}, Offer(values=(75, 100, 300)), 75),
        ({**ENUMERATION, "enums": [10**6] * 3}, Offer(values=(10**6,) * 3), 10**6),
        ({**RANGE, "maxValue": 50}, Offer(minimum=50, maximum=50, step=1), 200),
    ],
)
def test_each_container_is_read(details: Any, offered: Offer, now: int) -> None:
    """An enumeration, a range and a single value are offers with a current value."""
    answer = listed(details)
    assert (offer(answer, 4376), current(answer, 4376)) == (offered, now)


@pytest.mark.parametrize(
    "answer",
    [
        answered("capabilities", 404, json={"code": -1034}),
        answered("capabilities", body=b"<html>"),
        answered("capabilities", json=[1, {"capability": 4376}]),
        listed({"conType": {"value": 4}, "enums": []}),
        listed({**RANGE, "minValue": "50", "curValue": "x"}),
        listed({**RANGE, "minValue": 1201, "curValue": "x"}),
        listed({**ENUMERATION, "enums": [75, 10**6 + 1]}),
        listed({**ENUMERATION, "enums": [75, "100"]}),
    ],
)
def test_what_cannot_be_read_offers_nothing(answer: Any) -> None:
    """A listing that is none, or a capability without values, offers nothing."""
    assert offer(answer, 4376) is None


@pytest.mark.parametrize("index", [-1, 3, "0"])
def test_an_index_of_nothing_is_no_current_value(index: object) -> None:
    """An index before or behind the values, or that is none, points to nothing."""
    assert current(listed({**ENUMERATION, "curIndex": index}), 4376) is None


@given(details=st.dictionaries(names, json_values))
def test_no_listing_breaks_a_judge(details: dict[str, Any]) -> None:
    """Whatever a target lists, reading it and choosing from it raises nothing."""
    answer = listed(details)
    current(answer, 4376)
    found = offer(answer, 4376)
    if found is not None:
        found.nearest(112)
        assert len(found.some(3, 100)) <= 3


@given(
    low=st.integers(1, 300),
    length=st.integers(0, 2000),
    step=st.sampled_from([0, 0.5, 1, 2, 25]),
    wanted=st.integers(1, 3000),
)
def test_nearest_is_in_the_range(
    low: int,
    length: int,
    step: float,
    wanted: int,
) -> None:
    """The nearest value of a range lies in it, and is as near as a step allows."""
    offered = Offer(minimum=low, maximum=low + length, step=step)
    found = offered.nearest(wanted)
    assert low <= found <= low + length
    inside = min(max(wanted, low), low + length)
    assert abs(found - inside) <= step


def test_a_list_and_a_range_have_two_ends() -> None:
    """The smallest and the largest value, in whatever order they are listed."""
    several, between = Offer(values=(100, 300, 75)), Offer(minimum=50, maximum=600)
    assert (several.lowest, several.highest) == (75, 300)
    assert (between.lowest, between.highest) == (50, 600)


def test_a_thousandth_is_a_step() -> None:
    """Only what is smaller means that there are no steps."""
    offered = Offer(minimum=50, maximum=60, step=0.001)
    assert offered.nearest(50.0004) == 50
    assert Offer(minimum=50, maximum=60, step=0).nearest(50.0004) == 50.0004


def test_nearest_of_a_list_is_one_of_it() -> None:
    """Of two that are equally near the lower is taken."""
    offered = Offer(values=(75, 100, 300))
    assert [offered.nearest(each) for each in (1, 90, 200, 9999)] == [75, 100, 100, 300]


def test_some_are_the_smallest_from_there_on() -> None:
    """Small values come first, then those below, and never one twice."""
    assert Offer(values=(300, 75, 100)).some(2, 100) == (100, 300)
    assert Offer(values=(75, 50)).some(3, 100) == (75, 50)
    assert Offer(values=(75, 100)).some(3, 100) == (100, 75)
    coarse = Offer(minimum=50, maximum=1200, step=25)
    assert coarse.some(3, 100) == (100, 150, 200)
    few = Offer(minimum=50, maximum=1200, step=1).some(3, 100)
    assert few == (100, 133, 166)
    assert Offer(minimum=600, maximum=600, step=0).some(3, 100) == (600,)
