"""The judges of pixel type and resolution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.jobs_config import (
    FAR_TOO_HIGH,
    ConfigApplies,
    ConfigRange,
    _Offers,
    _offers,
)
from scanwright_conformance.checks.jobs_offers import Offer
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.transcript import Entry, Exchange

Pictured = Callable[..., Exchange]


def capabilities(types: list[int], dpi: list[int]) -> Exchange:
    """Return the capabilities of a scanner with these pixel types and resolutions."""
    entries = [
        {"capability": {"value": number}, "conType": {"value": 4}, "enums": values}
        for number, values in ((257, types), (4376, dpi))
    ]
    return answered("capabilities", json=entries)


def info(label: str, pixel_type: int, dpi: float) -> Exchange:
    """Return what is said about a page."""
    described = {"PixelType": pixel_type, "XResolution": dpi, "YResolution": dpi}
    return answered(label, json=[{"imageInfo": described}])


def applied(pictured: Pictured) -> dict[str, Entry]:
    """Return a conversation with a gray scanner of two resolutions."""
    entries = (
        capabilities([1], [100, 200]),
        info("info-1-100", 1, 100),
        pictured("page-1-100", channels=1, size=(827, 1169)),
        info("info-1-200", 1, 200.0),
        pictured("page-1-200", channels=1, size=(1654, 2338)),
    )
    return {entry.label: entry for entry in entries}


def test_pages_come_as_they_were_asked_for(pictured: Pictured) -> None:
    """Description and picture have the pixel type and the resolution of config."""
    assert judged(ConfigApplies, *applied(pictured).values()).is_met


def test_another_resolution_breaks_the_rule(pictured: Pictured) -> None:
    """A page in the scanner's usual resolution is not what was asked for."""
    bad = applied(pictured) | {"info-1-200": info("info-1-200", 1, 100)}
    assert judged(ConfigApplies, *bad.values()).labels == ("info-1-200",)


def test_a_resolution_that_is_only_said_breaks_the_rule(pictured: Pictured) -> None:
    """A page of the same pixels in every resolution shows half the paper."""
    for size in ((827, 1169), (827, 2338), (1654, 1169)):
        same = pictured("page-1-200", channels=1, size=size)
        bad = applied(pictured) | {"page-1-200": same}
        assert judged(ConfigApplies, *bad.values()).labels == ("page-1-200",)


def test_a_pixel_type_that_is_only_said_breaks_the_rule(pictured: Pictured) -> None:
    """A colour picture that is called gray breaks the rule."""
    bad = applied(pictured) | {"page-1-100": pictured("page-1-100", channels=3)}
    seen = judged(ConfigApplies, *bad.values())
    assert (seen.is_met, seen.observed) == (False, "samples a pixel 3")


def test_paper_may_differ_by_a_fiftieth(pictured: Pictured) -> None:
    """A scanner rounds sizes; 51 inches are as good as 50."""
    good = applied(pictured) | {
        "page-1-100": pictured("page-1-100", channels=1, size=(5000, 5000)),
        "page-1-200": pictured("page-1-200", channels=1, size=(10200, 9800)),
    }
    assert judged(ConfigApplies, *good.values()).is_met


def test_a_description_of_an_error_is_none(pictured: Pictured) -> None:
    """What is said about a page is said with 200."""
    body = {"PixelType": 1, "XResolution": 100, "YResolution": 100}
    wrong = answered("info-1-100", 404, json=[{"imageInfo": body}])
    bad = applied(pictured) | {"info-1-100": wrong}
    assert judged(ConfigApplies, *bad.values()).labels == ("info-1-100",)
    bad = RANGE | {"info": replace(wrong, label="info")}
    assert not judged(ConfigRange, *bad.values()).is_met


def listed(**containers: list[float]) -> Exchange:
    """Return capabilities by number: `c257` are pixel types, `c4376` resolutions."""
    entries = [
        {"capability": {"value": int(name[1:])}, "conType": {"value": 4}, "enums": some}
        for name, some in containers.items()
    ]
    return answered("capabilities", json=entries)


def test_offers_are_pixel_types_and_whole_resolutions() -> None:
    """One resolution is enough; without one, or without types, nothing is offered."""
    found = _offers(listed(c257=[0, 1], c4376=[100]))
    assert found == _Offers(frozenset({0, 1}), Offer(values=(100,)))
    for few in (listed(c257=[0]), listed(c4376=[9]), listed(c257=[0], c4376=[9.5])):
        with pytest.raises(Mismatch):
            _offers(few)


def test_what_is_tried_follows_from_the_offers() -> None:
    """Two resolutions of each type, what is just outside, and one near the first."""
    offers = _Offers(frozenset({0, 2, 9}), Offer(values=(75, 100, 150)))
    assert offers.combinations == [(0, 100), (0, 150), (2, 100), (2, 150)]
    types = [{"PixelType": 1}, {"PixelType": 16}]
    dpi = [{"Resolution": each} for each in (74, 151, FAR_TOO_HIGH)]
    assert offers.outside == dpi + types
    assert offers.between == 112


@pytest.mark.parametrize(
    ("low", "high", "outside"),
    [
        (1, FAR_TOO_HIGH, [FAR_TOO_HIGH + 1]),
        (2, 300, [1, 301, FAR_TOO_HIGH]),
        (FAR_TOO_HIGH, FAR_TOO_HIGH + 9, [FAR_TOO_HIGH - 1, FAR_TOO_HIGH + 10]),
    ],
)
def test_no_resolution_of_the_range_is_outside(
    low: int, high: int, outside: list[int]
) -> None:
    """Nor is one below 1, which no scanner could have."""
    tried = _Offers(frozenset({0}), Offer(minimum=low, maximum=high, step=1)).outside
    assert [each["Resolution"] for each in tried if "Resolution" in each] == outside


def test_without_capabilities_nothing_is_met() -> None:
    """A scanner that tells nothing gives no verdict but a failure."""
    silent = answered("capabilities", json=[])
    assert not judged(ConfigApplies, silent, stopped="tells nothing").is_met
    assert not judged(ConfigRange, silent, stopped="tells nothing").is_met


def refused(number: int) -> Exchange:
    """Return the refusal of a configuration."""
    body = {"statusCode": 400, "code": -2113}
    return answered(f"outside-{number}", 400, json=body)


# of a colour scanner with 75, 100 and 150 dpi these are 74, 151 and 99999 dpi, black
# and white, and infrared; in between there is 112
RANGE: dict[str, Entry] = {
    "capabilities": capabilities([2], [75, 100, 150]),
    **{f"outside-{number}": refused(number) for number in range(1, 6)},
    "info": info("info", 2, 100),
}


def test_outside_is_refused_and_between_the_nearest_wins() -> None:
    """What the scanner has not is a wrong parameter; 112 dpi become 100."""
    assert judged(ConfigRange, *RANGE.values()).is_met


@pytest.mark.parametrize("number", range(1, 6))
def test_outside_is_not_bent_to_fit(number: int) -> None:
    """A job with something that the scanner has not breaks the rule."""
    label = f"outside-{number}"
    bent = answered(label, 201, json={"jobuid": "7"})
    seen = judged(ConfigRange, *(RANGE | {label: bent}).values())
    assert (seen.is_met, seen.labels) == (False, (label,))


@pytest.mark.parametrize(
    ("across", "down"), [(100, 150), (150, 100), (100, 101), (101, 100)]
)
def test_the_nearest_is_so_both_ways(across: int, down: int) -> None:
    """Across and down have one resolution, and it is not off by a dot."""
    body = {"PixelType": 2, "XResolution": across, "YResolution": down}
    wrong = answered("info", json=[{"imageInfo": body}])
    assert not judged(ConfigRange, *(RANGE | {"info": wrong}).values()).is_met


@pytest.mark.parametrize("dpi", [75, 150, 112])
def test_between_only_the_nearest_is_right(dpi: int) -> None:
    """The lowest, the highest and one that the scanner has not break the rule."""
    seen = judged(ConfigRange, *(RANGE | {"info": info("info", 2, dpi)}).values())
    assert (seen.is_met, seen.observed) == (False, f"{dpi} x {dpi} dpi")
