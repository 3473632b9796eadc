"""Judges of the listing of scanners."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.devices import (
    MASKS,
    NO_TYPES,
    DefaultTypes,
    DeviceString,
    List,
    Stable,
    TypeInvalid,
    Types,
)
from scanwright_conformance.transcript import Exchange

SANE, ESCL = 0x100, 0x200


def scanner(name: str, type_: Any = SANE, device: Any = None) -> dict[str, Any]:
    """Return an entry of a listing, with the published device string."""
    if device is None:
        coded = base64.b64encode(name.encode()).decode()
        device = json.dumps({"deviceType": type_, "name": coded})
    return {"name": name, "type": type_, "device": device}


def listing(label: str, *scanners: Any) -> Exchange:
    """Return a listing of these scanners."""
    return answered(label, json=list(scanners))


GLASS, FEEDER, NETWORK = scanner("Glass"), scanner("Feeder"), scanner("Net", ESCL)
DEFAULT = listing("default", GLASS)


def test_a_listing_names_its_scanners() -> None:
    """Entries with name, type and device meet the clause, and so do none."""
    assert judged(List, DEFAULT, listing("all", GLASS, NETWORK)).is_met
    assert judged(List, listing("default"), listing("all")).is_met
    assert judged(List, DEFAULT, listing("all", scanner("Lowest bit", 1))).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        scanner(""),
        scanner("Both", SANE | ESCL),
        scanner("None", 0),
        scanner("Negative", -256),
        scanner("Text", "256"),
        scanner("Object", device={"deviceType": 256}),
        {"name": "Nothing else"},
        "Glass",
    ],
)
def test_an_entry_of_another_form_fails(wrong: object) -> None:
    """One entry without a name, with no or two types, or without a string."""
    assert not judged(List, DEFAULT, listing("all", GLASS, wrong)).is_met


@pytest.mark.parametrize(
    "answer",
    [unanswered("all"), answered("all", json={}), answered("all", 404, json=[])],
)
def test_what_is_no_array_is_no_listing(answer: Exchange) -> None:
    """A hang, an object and an error fail."""
    assert not judged(List, DEFAULT, answer).is_met


def test_a_device_string_agrees_with_its_entry() -> None:
    """JSON with the same type and a base64 name meets the clause."""
    assert judged(DeviceString, DEFAULT, listing("all", GLASS, NETWORK)).is_met


@pytest.mark.parametrize(
    "device",
    [
        "test:0",
        "[]",
        json.dumps({"deviceType": ESCL, "name": "R2xhc3M="}),
        json.dumps({"name": "R2xhc3M="}),
        json.dumps({"deviceType": SANE, "name": "Glass scanner"}),
        json.dumps({"deviceType": SANE}),
        json.dumps({"deviceType": SANE, "name": ""}),
        json.dumps({"deviceType": SANE, "name": 7}),
        "[" * 5000,
    ],
    ids=[
        *("words", "array", "other type", "no type", "plain", "no name", "empty"),
        *("number", "deep"),
    ],
)
def test_another_device_string_fails(device: str) -> None:
    """A string without the object, the type or the coded name fails, wherever."""
    entry = scanner("Glass", device=device)
    assert not judged(DeviceString, DEFAULT, listing("all", entry)).is_met
    assert not judged(DeviceString, DEFAULT, listing("all", FEEDER, entry)).is_met
    good = listing("all", GLASS)
    assert not judged(DeviceString, listing("default", entry), good).is_met


def masked(*scanners: dict[str, Any]) -> dict[str, Exchange]:
    """Return listings by every mask of a service that reaches `scanners`."""
    found = {}
    for mask in MASKS:
        label = f"mask {mask:#x}"
        through = (each for each in scanners if each["type"] & mask)
        found[label] = listing(label, *through)
    return found


def test_masks_let_their_types_through() -> None:
    """Each listing is what its mask leaves of all."""
    assert judged(Types, *masked(GLASS, FEEDER, NETWORK).values()).is_met


def test_a_scanner_reached_in_two_ways_may_be_listed_once() -> None:
    """Under both types together the network's own name of it is enough."""
    twin = {**GLASS, "name": "airscan Net", "device": "twin"}
    listings = masked(GLASS, twin, NETWORK)
    assert judged(Types, *listings.values()).is_met
    for mask in MASKS:
        if mask & GLASS["type"] and mask & NETWORK["type"]:
            label = f"mask {mask:#x}"
            listings[label] = listing(label, GLASS, NETWORK)
    assert judged(Types, *listings.values()).is_met


@pytest.mark.parametrize(
    ("wrong", "observed"),
    [
        (listing("mask 0x200", NETWORK, GLASS), "Glass: 256"),
        (listing("mask 0x200", NETWORK, scanner("Zoom")), "Zoom: 256"),
        (listing("mask 0x300", NETWORK), "missing: Glass (0x100)"),
        (listing("mask 0xff0", GLASS), "missing: Net (0x200)"),
        (listing("mask 0x100", FEEDER), "missing: Glass (0x100)"),
    ],
    ids=["another type", "another one's", "left out", "left out of all", "twice"],
)
def test_a_mask_that_lets_others_through_or_holds_back_fails(
    wrong: Exchange,
    observed: str,
) -> None:
    """A scanner of another type, one that is missing, and one that is there twice."""
    seen = judged(Types, *(masked(GLASS, NETWORK) | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.observed, seen.labels) == (
        False,
        observed,
        (wrong.label,),
    )


def test_the_default_is_the_published_mask() -> None:
    """The same scanners with and without the mask, in whatever order."""
    both = listing("without", GLASS, FEEDER), listing("with", FEEDER, GLASS)
    assert judged(DefaultTypes, *both).is_met


@pytest.mark.parametrize("default", [[GLASS, NETWORK], [], [GLASS, GLASS]])
def test_another_default_fails(default: list[dict[str, Any]]) -> None:
    """A network scanner in the default listing fails, and a scanner left out."""
    both = listing("without", *default), listing("with", GLASS)
    assert not judged(DefaultTypes, *both).is_met


def test_a_default_with_types_of_others_fails() -> None:
    """Two listings that agree on a network scanner are not those of the default."""
    both = listing("without", GLASS, NETWORK), listing("with", GLASS, NETWORK)
    assert not judged(DefaultTypes, *both).is_met


def invalid() -> dict[str, Exchange]:
    """Return refusals of all that is no mask, and listings with an unknown bit."""
    labels = [f"invalid-{number}" for number in range(1, len(NO_TYPES) + 1)]
    refusals = {each: answered(each, 400, json={"code": -2113}) for each in labels}
    known = {each: listing(each, GLASS) for each in ("known", "more")}
    return refusals | known


def test_what_is_no_mask_is_refused() -> None:
    """400 / -2113 for each, and unknown bits without effect."""
    assert judged(TypeInvalid, *invalid().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        listing("invalid-1", GLASS),
        listing("invalid-4"),
        listing(f"invalid-{len(NO_TYPES)}"),
        answered("invalid-2", 400, json={"code": -1001}),
        answered("more", 400, json={"code": -2113}),
        listing("more"),
    ],
    ids=["word", "negative", "several", "code", "unknown bit refused", "it counts"],
)
def test_a_wrong_mask_that_is_taken_fails(wrong: Exchange) -> None:
    """A listing for no mask fails, and an unknown bit with an effect."""
    seen = judged(TypeInvalid, *(invalid() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def test_a_listing_stays_while_the_hardware_does() -> None:
    """Before, during and after a job the same, in whatever order."""
    before, after = listing("before", GLASS, NETWORK), listing("after", GLASS, NETWORK)
    assert judged(Stable, before, listing("during", NETWORK, GLASS), after).is_met


@pytest.mark.parametrize(
    "during",
    [[NETWORK], [GLASS, scanner("Net", ESCL, "again")], [GLASS, NETWORK, FEEDER]],
    ids=["busy one left out", "another string", "one more"],
)
def test_a_listing_that_changes_by_itself_fails(during: list[dict[str, Any]]) -> None:
    """A client that keeps a string for later must find it again."""
    before, after = listing("before", GLASS, NETWORK), listing("after", GLASS, NETWORK)
    seen = judged(Stable, before, listing("during", *during), after)
    assert (seen.is_met, seen.labels) == (False, ("during",))
    seen = judged(
        Stable,
        before,
        listing("during", GLASS, NETWORK),
        listing("after", *during),
    )
    assert (seen.is_met, seen.labels) == (False, ("after",))


def test_no_scanner_at_all_proves_nothing() -> None:
    """A listing that stays empty says nothing of what stays."""
    assert not judged(Stable, *map(listing, ("before", "during", "after"))).is_met
