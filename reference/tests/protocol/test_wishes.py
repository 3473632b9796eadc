"""Wishes for a scan: read by name, held against the scanner, spelt back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.scanning import (
    Depth,
    DeviceDescription,
    InputDescription,
    PixelType,
    Range,
    Region,
    Source,
)
from scanwright.protocol.settings import default_settings
from scanwright.protocol.wishes import (
    ScanWish,
    apply_wish,
    description_object,
    parse_wish,
    settings_object,
)
from scanwright_spec import channel

GRAY, DEEP, COLOUR = (
    Depth(PixelType.GRAY, 8),
    Depth(PixelType.GRAY, 16),
    Depth(PixelType.RGB, 8),
)
SCANNER = DeviceDescription(
    inputs=(
        InputDescription(Source.FLATBED, 210, 297, (GRAY, DEEP, COLOUR), (100, 300)),
        InputDescription(Source.FEEDER, 210, 350, (GRAY,), Range(75, 600, 25)),
    ),
    brightness=Range(-100, 100, 1),
    feeder_loaded=True,
)
DEFAULT = default_settings(SCANNER)


def _schema(name: str) -> Draft202012Validator:
    definitions = channel()["$defs"]
    return Draft202012Validator({"$defs": definitions, **definitions[name]})


def _parse(**members: object) -> ScanWish:
    return parse_wish(Members(members))


def test_a_wish_is_read() -> None:
    """Every member has its place; what is not named is None."""
    wish = _parse(
        source="duplex",
        pixelType="gray",
        bits=16,
        resolutionDpi=300,
        region={"left": 1, "top": 2.5, "width": 30, "height": 40},
        brightness=-1000,
        contrast=5,
        pageLimit=3,
    )
    region = Region(1, 2.5, 30, 40)
    assert wish == ScanWish(Source.DUPLEX, PixelType.GRAY, 16, 300, region, -1000, 5, 3)
    assert _parse() == ScanWish()


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"source": "roof"}, "source"),
        ({"pixelType": "cmyk"}, "pixelType"),
        ({"bits": 4}, "bits"),
        ({"resolutionDpi": 0}, "resolutionDpi"),
        ({"brightness": 1001}, "brightness"),
        ({"pageLimit": 0}, "pageLimit"),
        ({"region": {"left": 0, "top": 0, "width": 10}}, "height"),
        ({"region": {"left": -1, "top": 0, "width": 1, "height": 1}}, "left"),
    ],
)
def test_what_cannot_be_is_named(members: dict[str, Any], named: str) -> None:
    """A member that is out of range, or missing, is refused by its name."""
    with pytest.raises(InvalidParameter, match=named):
        _parse(**members)


def test_what_is_not_wished_for_stays() -> None:
    """An empty wish changes nothing."""
    assert apply_wish(SCANNER, DEFAULT, ScanWish()) == DEFAULT


def test_a_wish_is_applied() -> None:
    """Source, depth, resolution and limit come from the wish."""
    wish = _parse(pixelType="gray", bits=16, resolutionDpi=290, pageLimit=2, contrast=7)
    settings = apply_wish(SCANNER, DEFAULT, wish)
    assert settings.depth == DEEP
    assert (settings.resolution_dpi, settings.page_limit) == (300, 2)
    assert (settings.brightness, settings.contrast) == (0, 7)


def test_another_source_has_its_own_depths() -> None:
    """On a source that lacks the depth, the nearest that it has is taken."""
    settings = apply_wish(SCANNER, DEFAULT, _parse(source="feeder"))
    assert (settings.source, settings.depth) == (Source.FEEDER, GRAY)


def test_a_region_is_clipped() -> None:
    """A region that reaches beyond the glass ends at its edge."""
    wish = _parse(region={"left": 200, "top": 0, "width": 50, "height": 10})
    region = apply_wish(SCANNER, DEFAULT, wish).region
    assert region == Region(200, 0, 10, 10)


@pytest.mark.parametrize(
    ("members", "named"),
    [
        ({"source": "duplex"}, "settings.source"),
        ({"pixelType": "bw"}, "settings.pixelType"),
        ({"bits": 16}, "settings.bits"),
        ({"resolutionDpi": 1200}, "settings.resolutionDpi"),
    ],
)
def test_what_the_scanner_lacks_is_named(members: dict[str, Any], named: str) -> None:
    """What this scanner does not have is refused, and what it has is told."""
    with pytest.raises(InvalidParameter, match=named):
        apply_wish(SCANNER, DEFAULT, _parse(**members))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "source": st.sampled_from(["flatbed", "feeder"]),
            "pixelType": st.sampled_from(["gray"]),
            "resolutionDpi": st.integers(100, 300),
            "brightness": st.integers(-1000, 1000),
            "pageLimit": st.integers(1, 99),
            "region": st.just({"left": 1, "top": 2, "width": 3, "height": 4}),
        },
    )
)
def test_settings_are_spelt_as_wishes(members: dict[str, Any]) -> None:
    """Settings that are told can be wished for again, and are the same."""
    settings = apply_wish(SCANNER, DEFAULT, _parse(**members))
    told = settings_object(settings)
    _schema("ScanSettings").validate(json.loads(json.dumps(told)))
    again = {name: value for name, value in told.items() if value is not None}
    assert apply_wish(SCANNER, DEFAULT, parse_wish(Members(again))) == settings


def test_a_description_keeps_to_the_schema() -> None:
    """What a scanner can do is told in the words of the specification."""
    told = json.loads(json.dumps(description_object(SCANNER)))
    _schema("ScannerDescription").validate(told)
    assert told["inputs"][1]["resolutionsDpi"] == {
        "minimum": 75,
        "maximum": 600,
        "step": 25,
    }
    assert told["contrast"] is None
