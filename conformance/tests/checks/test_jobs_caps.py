"""The judges of caps and settings."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_caps import (
    EXCEPTIONS,
    UNSETTABLE,
    CapsApply,
    CapsException,
    Order,
)
from scanwright_conformance.transcript import Entry, Exchange


def capabilities(
    label: str,
    pixel_type: int,
    dpi: int,
    *more: int,
    down: int = 0,
    status: int = 200,
) -> Exchange:
    """Return the capabilities of a scanner with these current values.

    `more` are resolutions beside the usual three, `down` one that differs from `dpi`.
    """
    resolutions = [100, 150, 300, *more]
    types = [0, 1, 2]
    entries: list[Any] = [
        {
            "capability": {"value": number},
            "conType": {"value": 4},
            "enums": values,
            "curIndex": values.index(now),
        }
        for number, values, now in (
            (257, types, pixel_type),
            (4376, resolutions, dpi),
            (4377, resolutions, down or dpi),
        )
    ]
    return answered(label, status, json=entries)


def info(pixel_type: int, dpi: int, down: int = 0, status: int = 200) -> Exchange:
    """Return what is said about a page."""
    described = {
        "PixelType": pixel_type,
        "XResolution": dpi,
        "YResolution": down or dpi,
    }
    return answered("info", status, json=[{"imageInfo": described}])


# colour of 300 dpi before, so the first of the others are 0 and 100
APPLIED: dict[str, Entry] = {
    "capabilities-before": capabilities("capabilities-before", 2, 300),
    "capabilities": capabilities("capabilities", 0, 100),
    "info": info(0, 100),
}


def test_a_capability_shows_in_the_job_and_in_the_page() -> None:
    """What was set is the current value, and what the page has."""
    assert judged(CapsApply, *APPLIED.values()).is_met


def test_a_capability_that_does_not_show_was_not_set() -> None:
    """A value that is missing in one of the two places breaks the rule."""
    unset = {"capabilities": capabilities("capabilities", 0, 300)}
    assert judged(CapsApply, *(APPLIED | unset).values()).labels == ("capabilities",)
    ignored = {"info": info(2, 100)}
    seen = judged(CapsApply, *(APPLIED | ignored).values())
    assert (seen.expected, seen.observed) == ("PixelType 0", "2")


@pytest.mark.parametrize(
    "wrong",
    [
        capabilities("capabilities", 0, 100, down=300),
        capabilities("capabilities", 0, 300, down=100),
        capabilities("capabilities", 0, 100, status=404),
        info(0, 100, down=300),
        info(0, 100, status=404),
    ],
    ids=["down", "across", "no capabilities", "page down", "no page"],
)
def test_each_value_shows_in_both_places(wrong: Exchange) -> None:
    """Type and both resolutions are looked for, in answers that are none of errors."""
    entries = APPLIED | {wrong.label: wrong}
    assert judged(CapsApply, *entries.values()).labels == (wrong.label,)


def test_what_is_set_is_not_the_current_value() -> None:
    """A value that was there before would show without being set."""
    entries = {
        "capabilities-before": capabilities("capabilities-before", 0, 100),
        "capabilities": capabilities("capabilities", 1, 150),
        "info": info(1, 150),
    }
    assert judged(CapsApply, *entries.values()).is_met
    unset = entries | {"capabilities": capabilities("capabilities", 0, 150)}
    assert judged(CapsApply, *unset.values()).labels == ("capabilities",)


def answer(label: str, status: int) -> Exchange:
    """Return the answer to a creation with a capability that cannot be set."""
    code = {"code": -2113} if status == 400 else {"jobuid": "7"}
    return answered(label, status, json=code)


FORGIVEN: dict[str, Entry] = {
    f"{name}-{number}": answer(f"{name}-{number}", status)
    for number in range(1, len(UNSETTABLE) + 1)
    for name, (_, _, status) in EXCEPTIONS.items()
}


def test_exceptions_decide_what_a_failure_costs() -> None:
    """Ignored failures make a job, others a refusal; the own exception is stronger."""
    assert judged(CapsException, *FORGIVEN.values()).is_met


@pytest.mark.parametrize("label", sorted(FORGIVEN))
def test_every_combination_of_exceptions_counts(label: str) -> None:
    """Any answer that is the other way round breaks the rule."""
    name = label.rpartition("-")[0]
    wrong = 400 if EXCEPTIONS[name][2] == 201 else 201
    bad = FORGIVEN | {label: answer(label, wrong)}
    assert judged(CapsException, *bad.values()).labels == (label,)


# of 100, 150 and 300 dpi settings have the first, caps the second, config the third
ORDERED: dict[str, Entry] = {
    "capabilities-before": capabilities("capabilities-before", 2, 300),
    "settings-caps": capabilities("settings-caps", 2, 150),
    "caps-config": capabilities("caps-config", 2, 300),
    "settings-config": capabilities("settings-config", 2, 300),
    "all": capabilities("all", 2, 300),
}


def test_config_beats_caps_and_caps_beat_settings() -> None:
    """Each of them wins over the one before it."""
    assert judged(Order, *ORDERED.values()).is_met


@pytest.mark.parametrize(
    ("label", "dpi"),
    [("settings-caps", 100), ("caps-config", 150), ("all", 100), ("all", 150)],
)
def test_another_order_breaks_the_rule(label: str, dpi: int) -> None:
    """The value of an earlier one at the end breaks the rule."""
    bad = ORDERED | {label: capabilities(label, 2, dpi)}
    seen = judged(Order, *bad.values())
    assert (seen.is_met, seen.observed) == (False, str(dpi))


def test_three_resolutions_are_taken_of_many() -> None:
    """A scanner may have more of them."""
    many = capabilities("capabilities-before", 2, 300, 600, 1200)
    assert judged(Order, *(ORDERED | {"capabilities-before": many}).values()).is_met


def test_the_resolution_across_decides() -> None:
    """The values come from there, and it is looked at there."""
    other = capabilities("all", 2, 150, down=300)
    assert judged(Order, *(ORDERED | {"all": other}).values()).labels == ("all",)
    before = capabilities("capabilities-before", 2, 300).json_or_none()
    across = answered("capabilities-before", json=before[:2])
    assert judged(Order, *(ORDERED | {"capabilities-before": across}).values()).is_met


def test_an_error_tells_no_resolution() -> None:
    """The job has to be there."""
    gone = capabilities("all", 2, 300, status=404)
    assert judged(Order, *(ORDERED | {"all": gone}).values()).labels == ("all",)


def test_a_scanner_that_tells_nothing_is_no_mistake_of_the_judge() -> None:
    """Capabilities that cannot be read fail the clause."""
    silent = answered("capabilities-before", json=[])
    assert not judged(Order, silent, stopped="tells nothing").is_met
    assert not judged(CapsApply, silent, stopped="tells nothing").is_met
