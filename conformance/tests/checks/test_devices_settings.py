"""Judges of the opaque settings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks.devices_settings import (
    Settings,
    SettingsPending,
    SettingsRoundTrip,
    _unusual,
)
from scanwright_conformance.transcript import Exchange

OPAQUE = {"settings": "eyJhIjogMX0="}


def given_out() -> dict[str, Exchange]:
    """Return settings for each word about a dialog."""
    return {
        each: answered(each, json=OPAQUE) for each in ("default", "shown", "hidden")
    }


def test_settings_are_base64() -> None:
    """With a dialog, without one, and without a word about it."""
    assert judged(Settings, *given_out().values()).is_met


@pytest.mark.parametrize(
    "wrong",
    [
        answered("default", json={"settings": ""}),
        answered("default", json={"settings": "no base64!"}),
        answered("default", json={"settings": {}}),
        answered("default", json={}),
        answered("default", 500, json=OPAQUE),
        answered("shown", 400, json={"code": -2113}),
        answered("hidden", 409, json={"code": -1011}),
        unanswered("default"),
    ],
)
def test_other_settings_fail(wrong: Exchange) -> None:
    """Empty, of another form, refused, or behind a dialog that nobody answers."""
    seen = judged(Settings, *(given_out() | {wrong.label: wrong}).values())
    assert (seen.is_met, seen.labels) == (False, (wrong.label,))


def enumeration(number: int, current: int) -> dict[str, Any]:
    """Return a capability with the values 0, 1 and 2, by the published container."""
    return {
        "capability": {"value": number, "label": ""},
        "conType": {"value": 4, "label": ""},
        "enums": [0, 1, 2],
        "curIndex": current,
        "defIndex": 0,
    }


def resolution(number: int, current: int) -> dict[str, Any]:
    """Return a resolution of 50 to 1200 dpi."""
    limits = {"minValue": 50, "maxValue": 1200, "stepSize": 1}
    container = {"value": 6, "label": ""}
    capability = {"value": number, "label": ""}
    return {
        "capability": capability,
        "conType": container,
        "curValue": current,
    } | limits


def current(label: str, pixel_type: int = 1, dpi: int = 133) -> Exchange:
    """Return capabilities with these current values."""
    details = [
        enumeration(257, pixel_type),
        resolution(4376, dpi),
        resolution(4377, dpi),
    ]
    return answered(label, json=details)


def test_settings_carry_the_current_values() -> None:
    """The second job has the first one's pixel type and resolution."""
    good = current("given"), current("taken")
    assert judged(SettingsRoundTrip, *good).is_met
    for place, label in enumerate(("given", "taken")):
        answer = good[place].answer
        assert answer is not None
        error = replace(good[place], answer=replace(answer, status=404))
        seen = judged(
            SettingsRoundTrip,
            *(error if each is good[place] else each for each in good),
        )
        assert (seen.is_met, seen.labels) == (False, (label,))


@pytest.mark.parametrize(
    "taken",
    [
        current("taken", pixel_type=2),
        current("taken", dpi=200),
        answered("taken", json=[]),
        answered("taken", 409),
    ],
    ids=["pixel type", "resolution", "nothing", "refused"],
)
def test_settings_that_lose_a_value_fail(taken: Exchange) -> None:
    """Another pixel type, another resolution, and none at all."""
    assert not judged(SettingsRoundTrip, current("given"), taken).is_met


def test_a_job_without_current_values_shows_nothing() -> None:
    """Nothing on both sides is not the same value."""
    nothing = answered("given", json=[]), answered("taken", json=[])
    assert not judged(SettingsRoundTrip, *nothing).is_met


def test_unusual_values_differ_from_the_current_ones() -> None:
    """A stimulus that asked for the usual values could not see them lost."""
    chosen = _unusual(current("usual", pixel_type=0, dpi=100))
    assert chosen["PixelType"] in {1, 2}
    assert chosen["Resolution"] not in {100, None}
    assert _unusual(answered("usual", json=[])) == {}


def test_a_job_that_is_not_pending_gives_out_nothing() -> None:
    """409 / -1011 while it runs and when it is over; settings fail."""
    refused = [answered(e, 409, json={"code": -1011}) for e in ("started", "over")]
    assert judged(SettingsPending, *refused).is_met
    served = answered("over", json=OPAQUE)
    assert judged(SettingsPending, refused[0], served).labels == ("over",)
