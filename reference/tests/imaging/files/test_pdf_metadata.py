"""Info and XMP say the same."""

from __future__ import annotations

from xml.etree import ElementTree as ET  # what it parses is ours

import pytest

from scanwright.imaging.files.pdf_metadata import info, xmp
from scanwright.protocol.saving import PdfMetadata, PdfStandard

FULL = PdfMetadata(
    title="Grüße & <Größe>",
    author="A. Writer",
    subject="About\nall",
    keywords="one, two",
    creator="A program",
    producer="Another",
    created="D:20260102030405+01'00'",
    modified="D:202603",
)
NAMES = {
    "title": "{http://purl.org/dc/elements/1.1/}title",
    "author": "{http://purl.org/dc/elements/1.1/}creator",
    "subject": "{http://purl.org/dc/elements/1.1/}description",
    "keywords": "{http://ns.adobe.com/pdf/1.3/}Keywords",
    "creator": "{http://ns.adobe.com/xap/1.0/}CreatorTool",
    "producer": "{http://ns.adobe.com/pdf/1.3/}Producer",
    "created": "{http://ns.adobe.com/xap/1.0/}CreateDate",
    "modified": "{http://ns.adobe.com/xap/1.0/}ModifyDate",
}


def properties(packet: bytes) -> dict[str, str]:
    """The text of each property of a packet."""
    text = packet.decode().partition("?>")[2].rpartition("<?xpacket")[0]
    (description,) = ET.fromstring(text)[0]  # noqa: S314  # it is ours
    return {item.tag: "".join(item.itertext()) for item in description}


def test_every_text_is_in_both() -> None:
    """What Info has, XMP has under its own name."""
    seen = properties(xmp(FULL, None))
    for name in ("title", "author", "subject", "keywords", "creator", "producer"):
        assert seen[NAMES[name]] == getattr(FULL, name)
    assert info(FULL)["Subject"] == b"About\nall"
    assert info(FULL)["Title"] == b"\xfe\xff" + FULL.title.encode("utf-16-be")
    assert set(seen) == set(NAMES.values())


def test_empty_members_are_in_neither() -> None:
    """Only the producer has a default."""
    assert info(PdfMetadata()) == {"Producer": b"Scanwright"}
    assert properties(xmp(PdfMetadata(), None)) == {NAMES["producer"]: "Scanwright"}


@pytest.mark.parametrize(
    ("pdf_date", "iso_date"),
    [
        ("D:2026", "2026"),
        ("D:202601", "2026-01"),
        ("D:20260102", "2026-01-02"),
        ("D:2026010203", "2026-01-02T03:00"),
        ("D:202601020304", "2026-01-02T03:04"),
        ("D:20260102030405", "2026-01-02T03:04:05"),
        ("D:20260102030405Z", "2026-01-02T03:04:05Z"),
        ("D:20260102030405-05'30'", "2026-01-02T03:04:05-05:30"),
        ("D:20260102030405+01", "2026-01-02T03:04:05+01:00"),
    ],
)
def test_dates_are_the_same_moment(pdf_date: str, iso_date: str) -> None:
    """A PDF's date is spelled as ISO 8601 in XMP, no more exactly than it is."""
    seen = properties(xmp(PdfMetadata(created=pdf_date), None))
    assert seen[NAMES["created"]] == iso_date


def test_what_is_no_date_is_not_written() -> None:
    """The options are checked before; this is a mistake of the caller's."""
    with pytest.raises(ValueError, match="yesterday"):
        xmp(PdfMetadata(created="yesterday"), None)


@pytest.mark.parametrize(
    ("standard", "part"), list(zip(PdfStandard, "123", strict=True))
)
def test_standard_is_claimed(standard: PdfStandard, part: str) -> None:
    """The part and the level stand in the packet."""
    seen = properties(xmp(PdfMetadata(), standard))
    assert seen["{http://www.aiim.org/pdfa/ns/id/}part"] == part
    assert seen["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "B"
