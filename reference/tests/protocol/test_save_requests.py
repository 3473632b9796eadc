"""Options for saving, as clients send them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.save_requests import parse_file_type, parse_save_options
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfMetadata,
    PdfPageType,
    PdfStandard,
    SaveOptions,
    TiffCompression,
    TiffTag,
)

NAMES = ["type", "quality", "compression", "tiffTags", "pdf", "version", "pageType"]
NAMES += ["pageWidth", "pageHeight", "standard", "title", "creationDate", "number"]
NAMES += ["value", "base64", "password"]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("application/pdf", FileType.PDF),
        ("IMAGE/TIFF", FileType.TIFF),
        ("pdf", FileType.PDF),
        ("JPG", FileType.JPEG),
        ("jpeg", FileType.JPEG),
        ("tif", FileType.TIFF),
        ("png", FileType.PNG),
        ("bmp", FileType.BMP),
        (0, FileType.BMP),
        (1, FileType.JPEG),
        (2, FileType.TIFF),
        (3, FileType.PNG),
        (4, FileType.PDF),
        (7, FileType.PDF),
        (8, FileType.TIFF),
    ],
)
def test_type_is_a_name_or_a_published_number(value: object, kind: FileType) -> None:
    """MIME types, short names in any case, and the numbers of the interface."""
    assert parse_file_type(Members({"type": value})) is kind


@pytest.mark.parametrize("value", ["gif", "", 5, 6, -1, True, 1.5, {}, None, []])
def test_other_types_are_refused(value: object) -> None:
    """5 is for loading only."""
    with pytest.raises(InvalidParameter, match=r"^type"):
        parse_file_type(Members({"type": value}))


def test_nothing_said_is_a_pdf() -> None:
    """The published default is a PDF, quality 80, everything automatic."""
    assert parse_save_options(Members({})) == SaveOptions(FileType.PDF)


def test_every_member_arrives() -> None:
    """A complete wish for a PDF, and no member is left over."""
    members = Members(
        {
            "type": "pdf",
            "quality": 50,
            "compression": 5,
            "pdf": {
                "version": "1.6",
                "pageType": 1,
                "pageWidth": 100,
                "pageHeight": 200.5,
                "title": "t",
                "author": "a",
                "subject": "s",
                "keyWords": "k",
                "creator": "c",
                "producer": "p",
                "creationDate": "D:20260101",
                "modifiedDate": "20260102",
                "password": "geheim",
            },
        }
    )
    assert parse_save_options(members) == SaveOptions(
        FileType.PDF,
        quality=50,
        pdf_compression=PdfCompression.JPEG,
        pdf_version="1.6",
        pdf_metadata=PdfMetadata(
            "t", "a", "s", "k", "c", "p", "D:20260101", "D:20260102"
        ),
        page_type=PdfPageType.CUSTOM,
        page_size_pt=(100.0, 200.5),
        password="geheim",  # noqa: S106
    )
    assert members.unknown() == []


def test_compression_is_that_of_the_type() -> None:
    """5 is JPEG in a PDF and LZW in a TIFF; a PNG has none."""
    tiff = parse_save_options(Members({"type": 2, "compression": 32773}))
    assert tiff.tiff_compression is TiffCompression.PACKBITS
    assert tiff.pdf_compression is PdfCompression.AUTO
    lzw = parse_save_options(Members({"type": "tiff", "compression": 5}))
    assert lzw.tiff_compression is TiffCompression.LZW
    png = Members({"type": "png", "compression": 5})
    assert parse_save_options(png) == SaveOptions(FileType.PNG)
    assert png.unknown() == []


def test_tags_are_text_unless_they_say_base64() -> None:
    """Both forms in one wish."""
    tags = [
        {"number": 270, "value": "x"},
        {"number": 65_000, "value": "AAE=", "base64": True},
    ]
    options = parse_save_options(Members({"type": "tif", "tiffTags": tags}))
    assert options.tiff_tags == (TiffTag(270, "x"), TiffTag(65_000, "AAE=", True))  # noqa: FBT003


@pytest.mark.parametrize("text", ["pdf/a-1b", "PDF/A-2b", "pdf/a-3B"])
def test_standard_is_named_in_any_case(text: str) -> None:
    """The three parts; an empty text is none."""
    options = parse_save_options(Members({"pdf": {"standard": text}}))
    assert options.pdf_standard is PdfStandard(text.lower())
    none = parse_save_options(Members({"pdf": {"standard": ""}}))
    assert none.pdf_standard is None


@pytest.mark.parametrize(
    ("wish", "member"),
    [
        ({"quality": 101}, "quality"),
        ({"quality": "high"}, "quality"),
        ({"compression": 1}, "compression"),
        ({"type": "tiff", "compression": 6}, "compression"),
        ({"type": "png", "compression": "x"}, "compression"),
        ({"pdf": {"pageType": 10}}, r"pdf\.pageType"),
        ({"pdf": {"pageType": 1}}, r"pdf\.pageWidth"),
        ({"pdf": {"pageWidth": "9"}}, r"pdf\.pageWidth"),
        ({"pdf": {"pageWidth": True}}, r"pdf\.pageWidth"),
        ({"pdf": {"pageHeight": -1}}, r"pdf\.pageHeight"),
        ({"pdf": {"version": "2.0"}}, r"pdf\.version"),
        ({"pdf": {"standard": "pdf/x"}}, r"pdf\.standard"),
        ({"pdf": {"creationDate": "now"}}, r"pdf\.creationDate"),
        ({"type": 2, "tiffTags": [{"value": "x"}]}, r"tiffTags\[0\]\.number"),
        ({"type": 2, "tiffTags": [{"number": 270}]}, r"tiffTags\[0\]\.value"),
        ({"compression": 6, "pdf": {"version": "1.4"}}, "compression"),
    ],
)
def test_wrong_members_are_refused_by_name(
    wish: dict[str, object], member: str
) -> None:
    """Mistyped, unknown, missing, or at odds with another."""
    with pytest.raises(InvalidParameter, match=f"^{member}"):
        parse_save_options(Members(wish))


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 10) | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(NAMES), ANY))
def test_anything_is_options_or_refused(wish: dict[str, object]) -> None:
    """No members lead to anything but options or InvalidParameter."""
    with contextlib.suppress(InvalidParameter):
        assert isinstance(parse_save_options(Members(wish)), SaveOptions)
