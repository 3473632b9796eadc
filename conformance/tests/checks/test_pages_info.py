"""The judges of what is said about a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.pages_info import (
    Info,
    InfoEnd,
    InfoMembers,
    Resolution,
    Size,
)
from scanwright_conformance.transcript import Exchange

Pictured = Callable[..., Exchange]

FRAME = {"Left": 0, "Top": 0.0, "Right": 8.27, "Bottom": 11.69}
IMAGE_INFO = {
    "ImageWidth": 827,
    "ImageLength": 1169,
    "BitsPerPixel": 24,
    "SamplesPerPixel": 3,
    "PixelType": 2,
    "XResolution": 100,
    "YResolution": 100.0,
    "ImageLayout": {"Frame": FRAME},
}
PAGE = {"imageuid": "a1", "imageId": 1, "imageInfo": IMAGE_INFO, "url": "http://x/y?p"}


def info(**changes: Any) -> Exchange:
    """Return what is said about a page, with changes in its imageInfo."""
    changed = {**PAGE, "imageInfo": {**IMAGE_INFO, **changes}}
    return answered("info", json=[changed])


def test_a_page_is_announced_by_one_object() -> None:
    """The array has one object with id, number, description and address."""
    assert judged(Info, answered("info", json=[PAGE])).is_met


@pytest.mark.parametrize(
    "body",
    [
        PAGE,
        [],
        [PAGE, PAGE],
        [{**PAGE, "imageuid": ""}],
        [{**PAGE, "imageId": "1"}],
        [{**PAGE, "imageInfo": []}],
        [{**PAGE, "url": None}],
        [{**PAGE, "url": ""}],
    ],
)
def test_an_announcement_has_no_other_shape(body: object) -> None:
    """A bare object, several of them, and mistyped members break the rule."""
    assert not judged(Info, answered("info", json=body)).is_met


def test_the_description_agrees_with_the_picture(pictured: Pictured) -> None:
    """Sizes, samples, bits and pixel type are those of the picture."""
    assert judged(InfoMembers, info(), pictured("png")).is_met
    gray = info(PixelType=1, SamplesPerPixel=1, BitsPerPixel=8)
    assert judged(InfoMembers, gray, pictured("png", channels=1)).is_met
    coarse = info(XResolution=1, YResolution=0.5)
    assert judged(InfoMembers, coarse, pictured("png")).is_met


@pytest.mark.parametrize(
    "changes",
    [
        {"ImageWidth": 826},
        {"ImageLength": 0},
        {"BitsPerPixel": 8},
        {"SamplesPerPixel": 1},
        {"PixelType": 1},
        {"PixelType": None},
        {"XResolution": 0},
        {"YResolution": "100"},
        {"ImageLayout": {}},
        {"ImageLayout": {"Frame": {**FRAME, "Right": 0}}},
        {"ImageLayout": {"Frame": {**FRAME, "Bottom": 0}}},
    ],
)
def test_a_wrong_description_breaks_the_rule(
    pictured: Pictured,
    changes: dict[str, Any],
) -> None:
    """Each member that is missing, or disagrees with the picture, breaks the rule."""
    assert judged(InfoMembers, info(**changes), pictured("png")).labels == ("info",)


def test_both_forms_carry_the_resolution(pictured: Pictured) -> None:
    """A fraction of a dot is lost in the formats, and forgiven."""
    jpeg = pictured("jpeg", "image/jpeg", dpi=(99.06, 99.06))
    assert judged(Resolution, info(), pictured("png", dpi=(100.0, 99.99)), jpeg).is_met
    assert judged(Resolution, info(), pictured("png", dpi=(101.0, 99.0)), jpeg).is_met


@pytest.mark.parametrize(
    ("png", "jpeg"), [("image/jpeg", "image/jpeg"), ("image/png", "image/png")]
)
def test_a_resolution_is_looked_for_in_both_forms(
    pictured: Pictured, png: str, jpeg: str
) -> None:
    """One form twice shows nothing of the other."""
    both = pictured("png", png), pictured("jpeg", jpeg)
    assert not judged(Resolution, info(), *both).is_met


@pytest.mark.parametrize("dpi", [None, (72.0, 72.0), (100.0, 200.0)])
def test_a_page_without_its_resolution_breaks_the_rule(
    pictured: Pictured,
    dpi: tuple[float, float] | None,
) -> None:
    """No resolution, the usual one of screens, and a wrong one break the rule."""
    jpeg = pictured("jpeg", "image/jpeg")
    wrong_png = judged(Resolution, info(), pictured("png", dpi=dpi), jpeg)
    assert wrong_png.labels == ("png",)
    wrong_jpeg = pictured("jpeg", "image/jpeg", dpi=dpi)
    assert judged(Resolution, info(), pictured("png"), wrong_jpeg).labels == ("jpeg",)


def test_pixels_are_inches_times_resolution(pictured: Pictured) -> None:
    """Two pixels more or less are forgiven, and no more."""
    assert judged(Size, info(), pictured("png", size=(829, 1167))).is_met
    assert not judged(Size, info(), pictured("png", size=(830, 1169))).is_met
    assert not judged(Size, info(), pictured("png", size=(827, 1166))).is_met
    frame = {"Left": 1, "Top": 2, "Right": 9.27, "Bottom": 13.69}
    assert judged(Size, info(ImageLayout={"Frame": frame}), pictured("png")).is_met


def test_a_frame_in_millimetres_breaks_the_rule(pictured: Pictured) -> None:
    """The unit of the Frame is the inch."""
    metric = {"Frame": {edge: value * 25.4 for edge, value in FRAME.items()}}
    assert not judged(Size, info(ImageLayout=metric), pictured("png")).is_met


ENDS = {label: answered(label, 204) for label in ("info-end", "again-1", "again-2")}


def test_after_the_last_page_there_is_none() -> None:
    """The answer is 204 again and again."""
    first = answered("info-1", json=[PAGE])
    assert judged(InfoEnd, first, *ENDS.values()).is_met
    looping = ENDS | {"again-2": answered("again-2", json=[PAGE])}
    assert judged(InfoEnd, first, *looping.values()).labels == ("again-2",)


def test_an_end_without_a_page_breaks_the_rule() -> None:
    """A completed job has announced a page."""
    assert judged(InfoEnd, *ENDS.values()).observed == "0"
