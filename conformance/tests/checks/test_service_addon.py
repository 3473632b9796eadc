"""Judges of add-on processes."""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import judged
from scanwright_conformance.checks.service_addon import (
    LIMITS,
    AddonArguments,
    AddonLimits,
)
from scanwright_conformance.transcript import Fact


def working(*arguments: str, **limits: tuple[int | None, int | None]) -> Fact:
    """Return an add-on process that was seen; `limits` are soft and hard ones.

    Names have `_` for a blank. Limits that are not given are as high as they may be.
    """
    told: dict[str, Any] = {
        name: {"soft": highest, "hard": highest} for name, highest in LIMITS.items()
    }
    for name, (soft, hard) in limits.items():
        told[name.replace("_", " ")] = {"soft": soft, "hard": hard}
    return Fact("process", {"pid": 5, "arguments": list(arguments), "limits": told})


@pytest.mark.parametrize(
    ("words", "is_met"),
    [
        (("-addon", "imaging", "9"), True),
        (("-addon", "pdf", "9", "1003"), True),
        (("-addon", "9"), False),
        (("-Addon", "imaging", "9"), False),
        (("imaging", "-addon", "9"), False),
    ],
)
def test_an_add_on_process_has_a_name_and_a_channel(
    words: tuple[str, ...], *, is_met: bool
) -> None:
    """Both follow the first argument."""
    assert judged(AddonArguments, working(*words)).is_met is is_met


@pytest.mark.parametrize("check", [AddonArguments, AddonLimits])
def test_without_a_process_nothing_is_met(check: type[AddonLimits]) -> None:
    """The stimulus waited for it."""
    assert not judged(check, stopped="no add-on process within 10 s").is_met


def test_limits_are_met_or_lower() -> None:
    """What the clause does not name may be without end."""
    assert judged(AddonLimits, working()).is_met
    low = working(open_files=(0, 0), cpu_time=(None, None))
    assert judged(AddonLimits, low).is_met


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("place", [0, 1], ids=["soft", "hard"])
def test_each_limit_counts(name: str, place: int) -> None:
    """One too many is too many, and so is no end; a soft limit alone is none."""
    for value in (LIMITS[name] + 1, None):
        pair: list[int | None] = [LIMITS[name], LIMITS[name]]
        pair[place] = value
        seen = judged(AddonLimits, working(**{name: (pair[0], pair[1])}))
        assert not seen.is_met
        assert seen.observed == ("unlimited" if value is None else str(value))


def test_a_limit_that_is_not_told_is_none() -> None:
    """What the kernel does not say is not met."""
    fact = working()
    del fact.value["limits"]["processes"]
    assert not judged(AddonLimits, fact).is_met
