"""What can be known about PDFs and TIFFs."""

from __future__ import annotations

import json
from dataclasses import asdict
from io import BytesIO

import pypdf
import pytest
import segno
from PIL import Image

from scanwright_conformance.document_files import (
    FileFacts,
    FilePage,
    decode_file,
    file_facts,
)
from scanwright_conformance.images import Identity

PASSWORD = "open, sesame"  # noqa: S105 - of a file in memory


def page(sheet: int) -> Image.Image:
    """Return a page that says which sheet it is."""
    code = BytesIO()
    segno.make_qr(f"SW1:one:{sheet}:A:{sheet}").save(code, kind="png", scale=4)
    picture = Image.new("L", (400, 500), 255)
    picture.paste(Image.open(code).convert("L"), (100, 100))
    return picture


def saved(kind: str, *sheets: int, **options: object) -> bytes:
    """Return a file of these sheets."""
    data = BytesIO()
    first, *others = map(page, sheets)
    first.save(data, kind, save_all=True, append_images=others, **options)
    return data.getvalue()


def locked(data: bytes) -> bytes:
    """Return a PDF that opens with the password alone."""
    writer = pypdf.PdfWriter(clone_from=BytesIO(data))
    writer.encrypt(PASSWORD, algorithm="AES-256")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_pdf_is_known_by_its_pages() -> None:
    """Size, picture, compression and identity of each, and what it says of itself."""
    data = saved("PDF", 2, 1, resolution=100.0, title="Ä", producer="a test")
    facts = file_facts(data)
    assert facts is not None
    assert (facts.format, facts.is_locked) == ("application/pdf", False)
    assert facts.about["Title"] == "Ä"
    assert [each.identity for each in facts.pages] == [
        Identity("one", sheet, "A", sheet) for sheet in (2, 1)
    ]
    assert facts.pages[0].size == pytest.approx((288, 360), abs=0.1)
    assert facts.pages[0].picture_px == (400, 500)
    assert facts.pages[0].compression == "JPEG"


def test_the_version_is_that_of_the_file() -> None:
    """It stands in the first line."""
    data = saved("PDF", 1)
    facts = file_facts(b"%PDF-1.3" + data[8:])
    assert facts is not None
    assert facts.version == "1.3"


def test_a_locked_pdf_says_nothing_without_its_password() -> None:
    """With it, it is like any other."""
    data = locked(saved("PDF", 1))
    assert file_facts(data) == FileFacts("application/pdf", is_locked=True)
    assert file_facts(data, "another") == file_facts(data)
    opened = file_facts(data, PASSWORD)
    assert opened is not None
    assert len(opened.pages) == 1


def test_a_page_without_a_picture_has_no_compression() -> None:
    """It is a page all the same."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(72, 144)
    data = BytesIO()
    writer.write(data)
    facts = file_facts(data.getvalue())
    assert facts is not None
    assert facts.pages == (FilePage((72, 144), None, "none"),)


@pytest.mark.parametrize(
    ("compression", "name"),
    [
        ("raw", "none"),
        ("tiff_lzw", "LZW"),
        ("packbits", "PackBits"),
        ("tiff_adobe_deflate", "8"),
    ],
)
def test_a_tiff_is_known_by_its_pages(compression: str, name: str) -> None:
    """Size, compression and identity of each."""
    facts = file_facts(saved("TIFF", 3, 1, compression=compression))
    assert facts is not None
    assert [each.identity and each.identity.sheet for each in facts.pages] == [3, 1]
    assert {each.compression for each in facts.pages} == {name}
    assert facts.pages[0].size == facts.pages[0].picture_px == (400, 500)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"%PDF-1.4\nand no more",
        b"II*\0" + bytes(8),
        saved("TIFF", 1)[:40],
        saved("PNG", 1),
    ],
    ids=["nothing", "PDF", "TIFF", "cut", "PNG"],
)
def test_what_is_broken_or_something_else_has_no_facts(data: bytes) -> None:
    """None, and never an error."""
    assert file_facts(data) is None


def test_facts_come_back_from_json() -> None:
    """What is stored in place of the bytes is all that judges know."""
    for data in (
        saved("PDF", 1, title="A"),
        saved("TIFF", 1, 2),
        locked(saved("PDF", 1)),
    ):
        facts = file_facts(data)
        assert facts is not None
        assert decode_file(json.loads(json.dumps(asdict(facts)))) == facts
    bare = FileFacts("application/pdf", pages=(FilePage((1.0, 2.0), None, "none"),))
    assert decode_file(json.loads(json.dumps(asdict(bare)))) == bare
    assert decode_file(None) is None
