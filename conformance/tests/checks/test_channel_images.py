"""Judges of images: as they are, scaled, edited, and secret.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

from typing import Any

import pytest

from scanwright_conformance.canned import answered, resulted, talk
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    answering,
    failing,
    picturing,
    saying,
)
from scanwright_conformance.transcript import Transcript

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-image", saying("png", 404)),
    ("CHANNEL-image", picturing("png", pixels_sha256="other")),
    ("CHANNEL-image", picturing("png", format="image/jpeg")),
    ("CHANNEL-image", picturing("png", dpi=None)),
    ("CHANNEL-image", picturing("png", dpi=(100.0, 102.0))),
    ("CHANNEL-image", picturing("png", dpi=(98.0, 100.0))),
    ("CHANNEL-image", picturing("jpeg", width_px=61)),
    ("CHANNEL-image", picturing("jpeg", height_px=39)),
    ("CHANNEL-image", picturing("jpeg", format="image/png")),
    ("CHANNEL-image-scaled", picturing("both", width_px=28)),
    ("CHANNEL-image-scaled", picturing("both", height_px=22)),
    ("CHANNEL-image-scaled", picturing("larger", width_px=600)),
    ("CHANNEL-image-scaled", picturing("low", format="image/jpeg")),
    ("CHANNEL-image-scaled", picturing("wide", height_px=8)),
    ("CHANNEL-edit-exact", picturing("quarter image", pixels_sha256="other")),
    ("CHANNEL-edit-exact", picturing("flip image", pixels_sha256="other")),
    ("CHANNEL-edit-exact", picturing("crop image", pixels_sha256="other")),
    ("CHANNEL-edit-exact", failing("page", "crop")),
    ("CHANNEL-edit-versions", answering("page", "after", images=[])),
    ("CHANNEL-edit-versions", answering("page", "load", images=["a" * 12])),
    ("CHANNEL-edit-versions", answering("page", "before", images=[])),
    ("CHANNEL-edit-versions", saying("old before", 404)),
    ("CHANNEL-edit-versions", saying("old", 200)),
    ("CHANNEL-edit-versions", saying("new", 404)),
    ("CHANNEL-base-secret", answering("page", "open", base="/page/short/")),
    ("CHANNEL-base-secret", answering("page", "open", base="/" + "x" * 21 + "/y/")),
    ("CHANNEL-base-secret", answering("other", "open", base="/page/short/")),
    ("CHANNEL-base-secret", saying("stranger", 200)),
    ("CHANNEL-base-secret", saying("owner", 404)),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-image", picturing("png", dpi=(99.6, 100.4))),
    ("CHANNEL-image", picturing("png", dpi=(99.5, 100.5))),
    ("CHANNEL-image-scaled", picturing("both", width_px=29, height_px=21)),
    ("CHANNEL-image-scaled", picturing("both", width_px=31, height_px=19)),
    ("CHANNEL-base-secret", answering("page", "open", base="/" + "x" * 22 + "/y/")),
)
"""Clauses, each with a change after which it is met as before."""


@pytest.mark.parametrize(("clause", "change"), MISSED)
def test_what_misses_the_clause_is_noticed(clause: str, change: Change) -> None:
    """As it was it meets the clause, and then it does not."""
    (passing, *_), check = read_golden(clause).passing, load_checks()[clause].check
    assert is_met(check, passing) is True
    assert is_met(check, change(passing)) is False


@pytest.mark.parametrize(("clause", "change"), MET)
def test_what_is_free_is_no_matter(clause: str, change: Change) -> None:
    """A judge is not stricter than its clause."""
    passing = read_golden(clause).passing[0]
    assert is_met(load_checks()[clause].check, change(passing)) is True


def edited(*states: tuple[int, str], after: tuple[int, str]) -> Transcript:
    """Return an edit of the first of two images, whose versions and paths are these."""
    first, second = "a" * 12, "b" * 12

    def state(label: str, image: tuple[int, str]) -> Any:
        version, path = image
        shown = {"id": first, "version": version, "path": path}
        return resulted(label, images=[shown, {"id": second}])

    page = talk(
        "page",
        resulted("load", images=[first, second]),
        *(state("before", each) for each in states),
        state("after", after),
    )
    fetched = [answered("old before"), answered("old", 404), answered("new")]
    return Transcript((page, *fetched))


def test_an_edit_has_another_version_and_path() -> None:
    """One of the two is not enough."""
    check = load_checks()["CHANNEL-edit-versions"].check
    assert is_met(check, edited((1, "x/1"), after=(2, "x/2"))) is True
    assert is_met(check, edited((1, "x/1"), after=(1, "x/2"))) is False
    assert is_met(check, edited((1, "x/1"), after=(2, "x/1"))) is False


def test_an_edit_leaves_every_image_in_its_place() -> None:
    """The first may be right, and the second another one."""
    passing = edited((1, "x/1"), after=(2, "x/2"))
    images = [{"id": "a" * 12, "version": 2, "path": "x/2"}, {"id": "c" * 12}]
    change = answering("page", "after", images=images)
    check = load_checks()["CHANNEL-edit-versions"].check
    assert is_met(check, change(passing)) is False


def test_two_sessions_have_two_bases() -> None:
    """The same one is one that can be told by somebody else."""
    check = load_checks()["CHANNEL-base-secret"].check
    base = "/page/" + "x" * 32 + "/"
    pages = [talk(label, resulted("open", base=base)) for label in ("page", "other")]
    fetched = [answered("stranger", 404), answered("owner")]
    assert is_met(check, Transcript((*pages, *fetched))) is False
