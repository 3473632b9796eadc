"""Judges of what a PDF says of itself."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest
from PIL import Image

from scanwright_conformance.canned import answered, filed, judged, pictured
from scanwright_conformance.checks.documents_pdf import (
    ABOUT,
    CONTRADICTIONS,
    DEFAULT_VERSION,
    PAPERS,
    PASSWORD,
    VERSIONS,
    ContentMetadata,
    ContentPageType,
    ContentPassword,
    ContentVersion,
)
from scanwright_conformance.document_files import FileFacts, FilePage
from scanwright_conformance.images import ImageFacts
from scanwright_conformance.transcript import Entry, Exchange

PDF = "application/pdf"


def refused(label: str, code: int = -2113) -> Exchange:
    """Return a refusal."""
    return answered(label, 400, json={"code": code})


def is_met(check: type[Any], entries: dict[str, Entry], *others: Entry) -> bool:
    """Judge `entries`, with `others` in place of those with the same label."""
    return judged(check, *(entries | {e.label: e for e in others}).values()).is_met


def version(label: str, number: str) -> Exchange:
    """Return a PDF of a version."""
    return filed(label, FileFacts(PDF, number))


VERSION: dict[str, Entry] = {
    "default": version("default", DEFAULT_VERSION),
    **{f"version {each}": version(f"version {each}", each) for each in VERSIONS},
    **{
        f"contradiction-{n}": refused(f"contradiction-{n}")
        for n in range(1, len(CONTRADICTIONS) + 1)
    },
}


@pytest.mark.parametrize(
    "wrong",
    [
        version("default", "1.7"),
        version(f"version {VERSIONS[0]}", "1.5"),
        version(f"version {VERSIONS[-1]}", "1.5"),
        version("contradiction-1", "1.5"),
        refused(f"contradiction-{len(CONTRADICTIONS)}", -1),
    ],
)
def test_a_pdf_has_the_version_that_was_asked_for(wrong: Entry) -> None:
    """Another one fails, and so does one that lacks the compression."""
    assert is_met(ContentVersion, VERSION)
    assert not is_met(ContentVersion, VERSION, wrong)


PICTURE = ImageFacts(
    "image/png",
    *(500, 1000, 1, 8),
    has_alpha=False,
    dpi=(100.0, 200.0),
    pixels_sha256="00",
    mean=0.9,
)


def paper(page_type: str, *sizes: tuple[float, float]) -> Exchange:
    """Return a PDF with pages of these sizes."""
    pages = tuple(FilePage(size, None, "JPEG") for size in sizes)
    return filed(f"paper {page_type}", FileFacts(PDF, pages=pages))


OWN = (360.0, 360.0)
PAPER: dict[str, Entry] = {
    "page": pictured("page", PICTURE),
    **{f"paper {each}": paper(each, size) for each, size in PAPERS.items()},
    **{f"paper {each}": paper(each, OWN) for each in "01"},
}


@pytest.mark.parametrize(
    "wrong",
    [
        paper("0", (500, 1000)),
        paper("1", PAPERS["2"]),
        paper("1", (360, 362)),
        paper("2", PAPERS["3"]),
        paper("8", (612, 1010)),
        paper("9", (1010, 612)),
        paper("4", PAPERS["4"], PAPERS["4"]),
        paper("4"),
        refused("paper 7"),
    ],
)
def test_a_page_has_the_size_that_was_asked_for(wrong: Entry) -> None:
    """Within a point; another size, another number of pages and a refusal fail."""
    assert is_met(ContentPageType, PAPER)
    assert not is_met(ContentPageType, PAPER, wrong)


def test_a_page_may_be_a_point_larger_or_smaller() -> None:
    """Sizes are rounded in many ways; a picture without a density was asked for one."""
    assert is_met(ContentPageType, PAPER, paper("8", (613, 1007)))
    plain = pictured("page", replace(PICTURE, dpi=None))
    sizes = [paper(each, (360, 720)) for each in "01"]
    assert is_met(ContentPageType, PAPER, plain, *sizes)


def about(**others: str) -> Exchange:
    """Return a PDF with its information, some of it another."""
    said = dict(ABOUT.values()) | others
    return filed("about", FileFacts(PDF, about=said))


def test_a_pdf_says_what_it_was_told_to_say() -> None:
    """Every word; a date may have a time zone."""
    zoned = "D:20200102030405+00'00'"
    assert is_met(ContentMetadata, {"about": about()})
    assert is_met(ContentMetadata, {"about": about(CreationDate=zoned)})


@pytest.mark.parametrize("name", [name for name, _ in ABOUT.values()])
def test_a_pdf_that_says_something_else_fails(name: str) -> None:
    """Each of the words, and each that is missing."""
    value = dict(ABOUT.values())[name]
    said = {key: each for key, each in ABOUT.values() if key != name}
    missing = filed("about", FileFacts(PDF, about=said))
    assert not is_met(ContentMetadata, {"about": missing})
    assert not is_met(ContentMetadata, {"about": about(**{name: "D:2020"})})
    is_date = name.endswith("Date")
    longer = about(**{name: f"{value}Z"})
    assert is_met(ContentMetadata, {"about": longer}) is is_date


def locked(password: str, pages: int = 1, owner: str | None = None) -> Exchange:
    """Return a PDF that opens with a password, and with the owner's."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.encrypt(password, owner, algorithm="AES-256")
    data = BytesIO()
    writer.write(data)
    return answered("locked", body=data.getvalue())


def test_a_locked_pdf_opens_with_its_password_alone() -> None:
    """Another password, another number of pages, and an error with a PDF fail."""
    assert judged(ContentPassword, locked(PASSWORD)).is_met
    assert not judged(ContentPassword, locked("another")).is_met
    assert not judged(ContentPassword, locked(PASSWORD.upper())).is_met
    assert not judged(ContentPassword, locked("")).is_met
    assert not judged(ContentPassword, locked(PASSWORD, 1, PASSWORD.upper())).is_met
    assert not judged(ContentPassword, locked(PASSWORD, pages=2)).is_met
    good = locked(PASSWORD)
    assert good.answer is not None
    error = replace(good, answer=replace(good.answer, status=500))
    assert not judged(ContentPassword, error).is_met


def test_an_open_pdf_is_not_locked() -> None:
    """What everybody can read fails, and so do what nobody can, and no file."""
    data = BytesIO()
    Image.new("L", (8, 8)).save(data, "PDF")
    for wrong in (
        answered("locked", body=data.getvalue()),
        answered("locked", body=b"%PDF-1.7 and no more"),
        refused("locked"),
        filed("locked", FileFacts(PDF, is_locked=True)),
    ):
        assert not judged(ContentPassword, wrong).is_met
