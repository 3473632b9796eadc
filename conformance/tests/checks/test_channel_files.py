"""Judges of files that are loaded into a buffer, and saved from it.

Each conversation is the golden one that meets the clause, told a little differently.
"""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

import pytest

from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import is_met, read_golden
from scanwright_conformance.retelling import (
    Change,
    all_of,
    answering,
    changing,
    failing,
    picturing,
    saying,
    without,
)

MISSED: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-load", answering("page", "tiff", images=[])),
    ("CHANNEL-load", answering("page", "pdf", images=["a" * 12, "b" * 12])),
    ("CHANNEL-load", picturing("page-1", pixels_sha256="other")),
    ("CHANNEL-load", picturing("page-2", pixels_sha256="other")),
    ("CHANNEL-load", picturing("page-3", pixels_sha256="other")),
    ("CHANNEL-load", picturing("page-4", width_px=92)),
    ("CHANNEL-load", picturing("page-4", height_px=58)),
    ("CHANNEL-load", picturing("page-4", mean=0.65)),
    ("CHANNEL-load", picturing("page-5", mean=0.34)),
    ("CHANNEL-load-refused", answering("page", "load", images=[])),
    ("CHANNEL-load-refused", failing("page", "noise", 7)),
    ("CHANNEL-load-refused", failing("page", "cut TIFF", 7)),
    ("CHANNEL-load-refused", failing("page", "cut PDF", 7)),
    ("CHANNEL-load-refused", answering("page", "after", images=[])),
    ("CHANNEL-load-refused", failing("page", "again")),
    ("CHANNEL-save", answering("page", "image/png", type="image/jpeg")),
    ("CHANNEL-save", answering("page", "application/pdf", bytes=1)),
    ("CHANNEL-save", answering("page", "application/pdf", sha256="0" * 64)),
    ("CHANNEL-save", saying("image/tiff file", 404)),
    ("CHANNEL-save", without("image/tiff page-3")),
    ("CHANNEL-save", picturing("image/png page-1", pixels_sha256="other")),
    ("CHANNEL-save", picturing("image/tiff page-2", pixels_sha256="other")),
    ("CHANNEL-save", picturing("application/pdf page-1", mean=0.5)),
    ("CHANNEL-save", picturing("application/pdf page-3", width_px=70)),
    ("CHANNEL-save-append", saying("image/tiff file", 404)),
    ("CHANNEL-save-append", without("page-4")),
    ("CHANNEL-save-append", picturing("page-1", pixels_sha256="other")),
    ("CHANNEL-save-append", picturing("page-2", pixels_sha256="other")),
    ("CHANNEL-save-append", picturing("page-3", pixels_sha256="other")),
    ("CHANNEL-save-append", failing("page", "image/tiff")),
    ("CHANNEL-save-append", failing("page", "no TIFF", 7)),
    ("CHANNEL-save-append", failing("page", "another type", 7)),
    ("CHANNEL-save-name", answering("page", "x.jpg.pdf", name="x.jpg")),
    ("CHANNEL-save-name", answering("page", "page.png", name="page")),
    ("CHANNEL-release", saying("once", 404)),
    ("CHANNEL-release", saying("twice", 404)),
    ("CHANNEL-release", failing("page", "file.release")),
    ("CHANNEL-release", saying("released", 200)),
)
"""Clauses, each with a change after which it is not met."""

MET: tuple[tuple[str, Change], ...] = (
    ("CHANNEL-load", picturing("page-4", width_px=91, height_px=59)),
    ("CHANNEL-load", picturing("page-4", mean=0.38)),
    ("CHANNEL-load", picturing("page-4", mean=0.30)),
    ("CHANNEL-save", picturing("application/pdf page-1", pixels_sha256="other")),
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


def test_what_is_fetched_is_of_the_type_that_was_said() -> None:
    """A file that only says so is none."""
    data = b"no PDF at all"
    told = {"bytes": len(data), "sha256": sha256(data).hexdigest()}
    passing = read_golden("CHANNEL-save").passing[0]
    faked = answering("page", "application/pdf", **told)(passing)
    fetched = saying("application/pdf file", body=data)(faked)
    assert is_met(load_checks()["CHANNEL-save"].check, fetched) is False


def test_a_page_too_many_is_noticed() -> None:
    """A file with three pages does not become four images."""
    ids = [f"{number:012}" for number in range(6)]
    change = all_of(
        answering("page", "tiff", images=ids[:4]),
        answering("page", "pdf", images=ids[4:]),
        answering("page", "page", images=ids),
    )
    passing = read_golden("CHANNEL-load").passing[0]
    assert is_met(load_checks()["CHANNEL-load"].check, change(passing)) is False


def test_a_file_whose_bytes_were_not_kept_is_not_known() -> None:
    """A judge objects, and does not break."""
    passing = read_golden("CHANNEL-save").passing[0]
    label = "application/pdf file"
    answer = passing[label].answer
    assert answer is not None
    bare = replace(answer, body=replace(answer.body, data=None))
    change = changing(label, answer=bare)
    assert is_met(load_checks()["CHANNEL-save"].check, change(passing)) is False
