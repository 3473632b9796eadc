"""Judges of what a scanner says that it can do."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.devices_capabilities import (
    CHOSEN,
    CORE,
    NO_NUMBERS,
    Capabilities,
    CapabilitiesCore,
    CapabilitiesFilter,
    CapabilitiesPending,
)
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.transcript import Exchange

ONE_VALUE: dict[str, Any] = {"curValue": 0}
ARRAY: dict[str, Any] = {"values": [0, 1]}
ENUMERATION: dict[str, Any] = {"enums": [0, 1, 2], "curIndex": 2, "defIndex": 0}
RANGE: dict[str, Any] = {
    "minValue": 50,
    "maxValue": 1200.0,
    "stepSize": 1,
    "curValue": 200,
    "defaultValue": 200,
}


def detail(number: int, container: int, members: dict[str, Any]) -> dict[str, Any]:
    """Return a capability in a container with these members."""
    return {
        "capability": {"value": number, "label": "ICAP_SOMETHING"},
        "conType": {"value": container, "label": "TWON_SOMETHING"},
        "valueType": 4,
        "query": ["get"],
        **members,
    }


def seen_with(*details: Any) -> Judgement:
    """Judge an answer with these capabilities."""
    return judged(Capabilities, answered("capabilities", json=list(details)))


def test_each_container_has_its_members() -> None:
    """The four containers with the members that the clause names meet it."""
    containers = ((3, ARRAY), (4, ENUMERATION), (5, ONE_VALUE), (6, RANGE))
    assert seen_with(*(detail(257, *each) for each in containers)).is_met


@pytest.mark.parametrize(
    ("container", "members", "missing"),
    [
        (3, ARRAY, "values"),
        (4, ENUMERATION, "enums"),
        (4, ENUMERATION, "curIndex"),
        (4, ENUMERATION, "defIndex"),
        (5, ONE_VALUE, "curValue"),
        *((6, RANGE, name) for name in RANGE),
    ],
)
def test_a_container_without_a_member_fails(
    container: int,
    members: dict[str, Any],
    missing: str,
) -> None:
    """Each of its members is needed."""
    rest = {name: value for name, value in members.items() if name != missing}
    assert not seen_with(detail(257, container, rest)).is_met


@pytest.mark.parametrize(
    "change",
    [
        {"capability": 257},
        {"capability": {"value": "257", "label": "ICAP_PIXELTYPE"}},
        {"capability": {"value": 257}},
        {"conType": {"value": 4}},
        {"conType": {"value": 5}},
        {"conType": {"value": 7, "label": "TWON_OTHER"}},
        {"valueType": None},
        {"query": "get"},
        {"curIndex": 3},
        {"curIndex": -1},
        {"enums": {}},
    ],
)
def test_a_capability_of_another_form_fails(change: dict[str, Any]) -> None:
    """One member of another type, or an index of nothing, fails."""
    assert not seen_with(detail(257, 4, ENUMERATION) | change).is_met


@pytest.mark.parametrize("entry", [None, 257, [], {}])
def test_what_is_no_object_is_no_capability(entry: object) -> None:
    """Anything else in the array fails."""
    assert not seen_with(detail(257, 4, ENUMERATION), entry).is_met


def test_without_an_answer_there_are_no_capabilities() -> None:
    """A hang and a refusal fail."""
    assert not judged(Capabilities, unanswered("capabilities")).is_met
    refused = answered("capabilities", 409, json={"code": -1011})
    assert not judged(Capabilities, refused).is_met


def numbered(label: str, *numbers: int) -> Exchange:
    """Return an answer with the capabilities of these numbers."""
    return answered(label, json=[detail(each, 5, ONE_VALUE) for each in numbers])


def test_every_type_of_scanner_has_the_core() -> None:
    """The five, among others, for each scanner."""
    answers = numbered("capabilities-1", *CORE), numbered("capabilities-2", 1, *CORE)
    assert judged(CapabilitiesCore, *answers).is_met


@pytest.mark.parametrize("missing", CORE)
def test_one_type_of_scanner_without_the_core_fails(missing: int) -> None:
    """Each of the five is needed, for the second scanner as well."""
    rest = (number for number in CORE if number != missing)
    answers = numbered("capabilities-1", *CORE), numbered("capabilities-2", *rest)
    seen = judged(CapabilitiesCore, *answers)
    assert (seen.is_met, seen.labels) == (False, ("capabilities-2",))


def test_without_any_answer_there_is_no_core() -> None:
    """No scanner that tells anything is no scanner that tells the core."""
    assert not judged(CapabilitiesCore).is_met


def filtered() -> dict[str, Exchange]:
    """Return the chosen capabilities, and refusals of what is no number."""
    labels = [f"invalid-{number}" for number in range(1, len(NO_NUMBERS) + 1)]
    refusals = {each: answered(each, 400, json={"code": -2113}) for each in labels}
    return refusals | {label: numbered(label, *CHOSEN) for label in ("two", "more")}


def test_the_filter_limits_the_answer() -> None:
    """Exactly those that were asked for and are there."""
    assert judged(CapabilitiesFilter, *filtered().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        numbered("two", *CORE),
        numbered("two", 257),
        numbered("more", *CHOSEN, 65_432),
        answered("more", 400, json={"code": -2113}),
        numbered("invalid-1", 257),
        numbered("invalid-2", 257),
        numbered(f"invalid-{len(NO_NUMBERS)}", 257),
    ],
    ids=[
        *("not filtered", "one left out", "made up", "unknown refused"),
        *("first taken", "word taken", "last taken"),
    ],
)
def test_another_filter_fails(wrong: Exchange) -> None:
    """More, fewer, or a word that is taken for a number."""
    seen = judged(CapabilitiesFilter, *(filtered() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


@pytest.mark.parametrize("label", ["started", "over"])
def test_a_job_that_is_not_pending_tells_nothing(label: str) -> None:
    """409 / -1011 while it runs and when it is over; an answer fails."""
    labels = ("started", "over")
    good = {each: answered(each, 409, json={"code": -1011}) for each in labels}
    assert judged(CapabilitiesPending, *good.values()).is_met
    wrong = {label: numbered(label, *CORE)}
    assert judged(CapabilitiesPending, *(good | wrong).values()).labels == (label,)
