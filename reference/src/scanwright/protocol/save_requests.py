"""What a client wants saved: its JSON members as `SaveOptions`.

Implements the published members of type, quality, compression, TIFF tags and PDF.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final, TypeVar

from scanwright.protocol.members import Members
from scanwright.protocol.save_checks import check_options
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

__all__ = ["parse_file_type", "parse_save_options"]

NUMBERS: Final = {
    0: FileType.BMP,
    1: FileType.JPEG,
    2: FileType.TIFF,
    3: FileType.PNG,
    4: FileType.PDF,
    7: FileType.PDF,
    8: FileType.TIFF,
}
"""7 and 8 are PDF and TIFF of many pages, which ours always may be."""
NAMES: Final = {
    "bmp": FileType.BMP,
    "jpg": FileType.JPEG,
    "jpeg": FileType.JPEG,
    "tif": FileType.TIFF,
    "tiff": FileType.TIFF,
    "png": FileType.PNG,
    "pdf": FileType.PDF,
    **{kind.value: kind for kind in FileType},
}
DEFAULT_TYPE: Final = FileType.PDF
LARGEST_NUMBER: Final = 65_535

Numbered = TypeVar("Numbered", bound=IntEnum)


def parse_save_options(members: Members) -> SaveOptions:
    """Read everything about a file that is to be written.

    Members that do not concern the type are read and have no effect, but `compression`
    is that of the type.

    Raises:
        InvalidParameter: A member is mistyped, out of range, or contradicts another.
    """
    kind = parse_file_type(members)
    pdf = members.nested("pdf")
    standard = pdf.text("standard")
    options = SaveOptions(
        type=kind,
        quality=members.integer("quality", minimum=0, maximum=100, default=80),
        tiff_compression=_tiff_compression(members, kind),
        tiff_tags=tuple(_tag(item) for item in members.nested_list("tiffTags")),
        pdf_compression=_pdf_compression(members, kind),
        pdf_version=_version(pdf),
        pdf_standard=_standard(pdf, standard) if standard else None,
        pdf_metadata=_metadata(pdf),
        page_type=_chosen(pdf, "pageType", PdfPageType, PdfPageType.DEFAULT),
        page_size_pt=_page_size(pdf),
        password=pdf.text("password") or "",
    )
    check_options(options)
    return options


def parse_file_type(members: Members) -> FileType:
    """Read `type`: a MIME type, a short name in any case, or a published number."""
    value = members.value("type")
    if value is None:
        return DEFAULT_TYPE
    kind = None
    if isinstance(value, str):
        kind = NAMES.get(value.lower())
    elif isinstance(value, int) and not isinstance(value, bool):
        kind = NUMBERS.get(value)
    if kind is None:
        members.refuse("type", f"must be one of {', '.join(FileType)}")
    return kind


def _chosen(
    members: Members, name: str, kind: type[Numbered], default: Numbered
) -> Numbered:
    """Take a number that is one of an enumeration's."""
    number = members.integer(name, minimum=0, maximum=LARGEST_NUMBER)
    if number is None:
        return default
    if number not in {choice.value for choice in kind}:
        members.refuse(name, f"must be one of {', '.join(str(c.value) for c in kind)}")
    return kind(number)


def _tiff_compression(members: Members, kind: FileType) -> TiffCompression:
    if kind is not FileType.TIFF:
        return TiffCompression.AUTO
    return _chosen(members, "compression", TiffCompression, TiffCompression.AUTO)


def _pdf_compression(members: Members, kind: FileType) -> PdfCompression:
    if kind is FileType.PDF:
        return _chosen(members, "compression", PdfCompression, PdfCompression.AUTO)
    if kind is not FileType.TIFF:
        members.integer("compression", minimum=0, maximum=LARGEST_NUMBER)
    return PdfCompression.AUTO


def _tag(members: Members) -> TiffTag:
    number = members.integer("number", minimum=1, maximum=65_535)
    if number is None:
        members.refuse("number", "is missing")
    value = members.text("value")
    if value is None:
        members.refuse("value", "is missing")
    is_base64 = members.boolean("base64", default=False)
    return TiffTag(number, value, is_base64)


def _version(pdf: Members) -> str:
    return pdf.text("version") or SaveOptions(DEFAULT_TYPE).pdf_version


def _standard(pdf: Members, text: str) -> PdfStandard:
    if text.lower() not in set(PdfStandard):
        pdf.refuse("standard", f"must be one of {', '.join(PdfStandard)}")
    return PdfStandard(text.lower())


def _page_size(pdf: Members) -> tuple[float, float] | None:
    """Take the size of a custom page, in points."""
    width, height = (
        pdf.number(name, minimum=0, maximum=LARGEST_NUMBER)
        for name in ("pageWidth", "pageHeight")
    )
    return None if width is None or height is None else (width, height)


def _metadata(pdf: Members) -> PdfMetadata:
    return PdfMetadata(
        title=pdf.text("title") or "",
        author=pdf.text("author") or "",
        subject=pdf.text("subject") or "",
        keywords=pdf.text("keyWords") or "",
        creator=pdf.text("creator") or "",
        producer=pdf.text("producer") or "",
        created=_date(pdf, "creationDate"),
        modified=_date(pdf, "modifiedDate"),
    )


def _date(pdf: Members, name: str) -> str:
    """Take a date; the mark in front may be missing."""
    text = pdf.text(name) or ""
    return text if not text or text.startswith("D:") else f"D:{text}"
