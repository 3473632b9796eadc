"""Options for saving: what fits together, and what does not."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from scanwright.errors import InvalidParameter
from scanwright.protocol.save_checks import PDF_VERSIONS, check_options
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfMetadata,
    PdfPageType,
    PdfStandard,
    SaveOptions,
    TiffTag,
)

PDF = SaveOptions(FileType.PDF)
TIFF = SaveOptions(FileType.TIFF)


@pytest.mark.parametrize("version", PDF_VERSIONS)
@pytest.mark.parametrize("kind", list(PdfCompression))
def test_new_codecs_need_new_versions(version: str, kind: PdfCompression) -> None:
    """JPEG 2000 came with 1.5 and JBIG2 with 1.4; the others were always there."""
    options = replace(PDF, pdf_version=version, pdf_compression=kind)
    needed = {PdfCompression.JPEG2000: "1.5", PdfCompression.JBIG2: "1.4"}
    if version < needed.get(kind, "1.0"):
        with pytest.raises(InvalidParameter, match=needed[kind]):
            check_options(options)
    else:
        check_options(options)


@pytest.mark.parametrize(
    ("options", "member"),
    [
        (replace(PDF, quality=-1), "quality"),
        (replace(PDF, quality=101), "quality"),
        (replace(PDF, pdf_version="1.0"), r"pdf\.version"),
        (replace(PDF, pdf_version="2.0"), r"pdf\.version"),
        (replace(PDF, password="x" * 33), r"pdf\.password"),
        (replace(PDF, password="a\0b"), r"pdf\.password"),  # noqa: S106
        (replace(PDF, password="a\ud800"), r"pdf\.password"),  # noqa: S106
        (replace(PDF, page_type=PdfPageType.CUSTOM), r"pdf\.pageWidth"),
        (
            replace(PDF, page_type=PdfPageType.CUSTOM, page_size_pt=(2.0, 100.0)),
            r"pdf\.pageWidth",
        ),
        (
            replace(PDF, page_type=PdfPageType.CUSTOM, page_size_pt=(9.0, 14_401.0)),
            r"pdf\.pageWidth",
        ),
        (
            replace(
                PDF, page_type=PdfPageType.CUSTOM, page_size_pt=(9.0, float("nan"))
            ),
            r"pdf\.pageWidth",
        ),
        (replace(PDF, pdf_standard=PdfStandard.A2B, password="x"), r"pdf\.password"),  # noqa: S106
        (
            replace(
                PDF, pdf_standard=PdfStandard.A2B, pdf_compression=PdfCompression.LZW
            ),
            "compression",
        ),
        (
            replace(
                PDF,
                pdf_standard=PdfStandard.A1B,
                pdf_compression=PdfCompression.JPEG2000,
            ),
            "compression",
        ),
    ],
)
def test_what_cannot_be_is_refused_by_name(options: SaveOptions, member: str) -> None:
    """Out of range, unknown to the standard, or at odds with another member."""
    with pytest.raises(InvalidParameter, match=f"^{member}"):
        check_options(options)


@pytest.mark.parametrize(
    ("metadata", "member"),
    [
        (PdfMetadata(title="a\x01"), "title"),
        (PdfMetadata(author="a\ud800"), "author"),
        (PdfMetadata(keywords="\uffff"), "keyWords"),
        (PdfMetadata(subject="x" * 4001), "subject"),
        (PdfMetadata(created="2026"), "creationDate"),
        (PdfMetadata(created="D:202613"), "creationDate"),
        (PdfMetadata(modified="D:20260132"), "modifiedDate"),
        (PdfMetadata(modified="D:20260101240000"), "modifiedDate"),
        (PdfMetadata(modified="D:20260101000000+25'00'"), "modifiedDate"),
    ],
)
def test_metadata_can_be_spelled_in_xml(metadata: PdfMetadata, member: str) -> None:
    """Control characters, halves of characters, and odd dates are refused."""
    with pytest.raises(InvalidParameter, match=rf"^pdf\.{member} "):
        check_options(replace(PDF, pdf_metadata=metadata))


@pytest.mark.parametrize(
    "date",
    [
        "D:2026",
        "D:20260228",
        "D:20260228235959",
        "D:20260228235959+05'30'",
        "D:20260228235959Z",
        "D:20260228235959-08",
        "D:20260228235959-0800",
    ],
)
def test_dates_may_be_less_exact(date: str) -> None:
    """Every part behind the year may be missing, from the right."""
    metadata = PdfMetadata(title="Line\nbreak\t\U0001f600", created=date, modified=date)
    check_options(replace(PDF, pdf_metadata=metadata))


@pytest.mark.parametrize(
    ("tags", "member"),
    [
        ([TiffTag(0, "x")], r"tiffTags\[0\]\.number"),
        ([TiffTag(65_536, "x")], r"tiffTags\[0\]\.number"),
        ([TiffTag(273, "x")], r"tiffTags\[0\]\.number"),
        ([TiffTag(34_665, "x")], r"tiffTags\[0\]\.number"),
        ([TiffTag(270, "x"), TiffTag(270, "y")], r"tiffTags\[1\]\.number"),
        ([TiffTag(270, "x\0")], r"tiffTags\[0\]\.value"),
        ([TiffTag(270, "\ud800")], r"tiffTags\[0\]\.value"),
        ([TiffTag(270, "???", is_base64=True)], r"tiffTags\[0\]\.value"),
        ([TiffTag(270, "ä" * 40_000)], r"tiffTags\[0\]\.value"),
        ([TiffTag(1000 + n, "x") for n in range(33)], "tiffTags "),
    ],
)
def test_own_tags_do_no_harm(tags: list[TiffTag], member: str) -> None:
    """Up to 32, each once, none that tells how the file is to be read."""
    with pytest.raises(InvalidParameter, match=f"^{member}"):
        check_options(replace(TIFF, tiff_tags=tuple(tags)))


def test_good_tags_are_let_in() -> None:
    """Text of any language, and any bytes as base64."""
    data = base64.b64encode(b"\0" * 65_535).decode()
    tags = [TiffTag(270, "Grüße"), TiffTag(65_000, data, is_base64=True)]
    check_options(replace(TIFF, tiff_tags=tuple(tags)))


def test_what_does_not_concern_the_type_has_no_effect() -> None:
    """A JPEG does not mind an impossible PDF or TIFF."""
    tags = (TiffTag(273, "x"),)
    options = SaveOptions(FileType.JPEG, pdf_version="9", tiff_tags=tags)
    check_options(options)
