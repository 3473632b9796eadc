"""Capabilities: the published shape of what a scanner can do, and setting it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from scanwright.errors import InvalidParameter
from scanwright.protocol.capabilities import apply_capabilities, capability_details
from scanwright.protocol.requests import CapabilityWish
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Range,
    ScanSettings,
    Source,
)
from scanwright.protocol.settings import default_settings

FLATBED = InputDescription(
    source=Source.FLATBED,
    width_mm=215.9,
    height_mm=297.0,
    depths=(
        Depth(PixelType.GRAY, 8),
        Depth(PixelType.GRAY, 16),
        Depth(PixelType.RGB, 8),
    ),
    resolutions_dpi=Range(50, 1200, 1),
)
FEEDER = InputDescription(
    source=Source.FEEDER,
    width_mm=215.9,
    height_mm=355.6,
    depths=(Depth(PixelType.BW, 1),),
    resolutions_dpi=(100, 200, 300),
)
DUPLEX = InputDescription(
    source=Source.DUPLEX,
    width_mm=215.9,
    height_mm=355.6,
    depths=(Depth(PixelType.BW, 1),),
    resolutions_dpi=(100, 200, 300),
)
OFFICE = DeviceDescription(
    inputs=(FLATBED, FEEDER, DUPLEX),
    brightness=Range(-100, 100),
    contrast=Range(0, 255),
    feeder_loaded=True,
)
GLASS = DeviceDescription(inputs=(FLATBED,))


def by_number(description: DeviceDescription, settings: ScanSettings) -> dict[int, Any]:
    """Return the details by capability number, as a client reads them."""
    details = json.loads(json.dumps(capability_details(description, settings)))
    return {detail["capability"]["value"]: detail for detail in details}


def wish(number: int, value: float | None, *, is_strict: bool = True) -> CapabilityWish:
    """Ask for one capability."""
    return CapabilityWish(number, value, is_strict, "caps.capabilities[0].curValue")


def test_pixel_types_are_an_enumeration() -> None:
    """The container names its values, the current and the default one."""
    detail = by_number(OFFICE, default_settings(OFFICE))[257]
    assert detail["conType"] == {"value": 4, "label": "TWON_ENUMERATION"}
    assert detail["enums"] == [1, 2]
    assert detail["enums"][detail["curIndex"]] == detail["curValue"] == 2


def test_a_continuous_resolution_is_a_range() -> None:
    """A range has its bounds and step."""
    detail = by_number(OFFICE, default_settings(OFFICE))[4376]
    assert detail["conType"]["value"] == 6
    assert (detail["minValue"], detail["maxValue"], detail["stepSize"]) == (50, 1200, 1)


def test_listed_resolutions_are_an_enumeration() -> None:
    """A feeder with three resolutions lists three."""
    settings, _ = apply_capabilities(OFFICE, default_settings(OFFICE), [wish(4098, 1)])
    assert by_number(OFFICE, settings)[4376]["enums"] == [100, 200, 300]


def test_what_a_scanner_lacks_is_left_out() -> None:
    """No sliders, no feeder sensor and no duplex switch where there are none."""
    numbers = by_number(GLASS, default_settings(GLASS))
    assert not {4099, 4115, 4353, 4355} & set(numbers)


def test_truth_values_are_spelled_as_such() -> None:
    """A boolean capability has true or false."""
    numbers = by_number(OFFICE, default_settings(OFFICE))
    assert numbers[4098]["curValue"] is False
    assert numbers[4099]["curValue"] is True


def test_a_capability_that_can_be_set_says_so() -> None:
    """`query` tells a client what it may do."""
    numbers = by_number(OFFICE, default_settings(OFFICE))
    assert "set" in numbers[257]["query"]
    assert "set" not in numbers[4369]["query"]


def test_details_can_be_limited_to_some_numbers() -> None:
    """Only the numbers asked for, and of those only what there is."""
    details = capability_details(OFFICE, default_settings(OFFICE), {257, 9999})
    assert len(details) == 1


@pytest.mark.parametrize(
    ("number", "value", "shown"),
    [
        (1, 5, 5),
        (257, 1, 1),
        (4098, 1, True),
        (4115, 1, True),
        (4353, -250, -250),
        (4355, 1000, 1000),
        (4376, 333, 333),
        (4377, 75, 75),
        (4386, 1, 1),
        (4395, 16, 16),
    ],
)
def test_what_is_set_is_shown(number: int, value: float, shown: object) -> None:
    """Every capability that says `set` can be set, and then reads so."""
    start = default_settings(OFFICE)
    settings, skipped = apply_capabilities(OFFICE, start, [wish(number, value)])
    assert skipped == []
    assert by_number(OFFICE, settings)[number]["curValue"] == shown


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (1, 0),
        (257, 7),
        (257, 1.5),
        (4353, 1001),
        (4376, 10),
        (4386, 11),
        (4395, 12),
        (4369, 1),
        (9999, 1),
        (257, None),
    ],
)
def test_what_cannot_be_set_fails_or_is_skipped(
    number: int,
    value: float | None,
) -> None:
    """A strict wish is refused by name, a lenient one skipped with the reason."""
    start = default_settings(OFFICE)
    with pytest.raises(InvalidParameter, match=r"caps\.capabilities\[0\]"):
        apply_capabilities(OFFICE, start, [wish(number, value)])
    lenient = wish(number, value, is_strict=False)
    settings, skipped = apply_capabilities(OFFICE, start, [lenient])
    assert settings == start
    assert len(skipped) == 1


def test_a_scanner_without_a_feeder_has_none_to_enable() -> None:
    """A capability is stricter than `config`: it does not fall back."""
    with pytest.raises(InvalidParameter, match="no feeder"):
        apply_capabilities(GLASS, default_settings(GLASS), [wish(4098, 1)])


def test_a_feeder_that_always_scans_both_sides_cannot_scan_one() -> None:
    """Without a simplex input duplex cannot be switched off."""
    both = DeviceDescription(inputs=(DUPLEX,))
    with pytest.raises(InvalidParameter, match="both sides"):
        apply_capabilities(both, default_settings(both), [wish(4115, 0)])
