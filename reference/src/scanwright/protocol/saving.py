"""How pages become a file: type, compression, and all that the published options say.

Implements the published numbers of types, compressions and page sizes. What cannot be
(JPEG 2000 in a PDF 1.4) is refused by `save_checks`, before anything is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Final

from scanwright.errors import Code, InvalidParameter

__all__ = [
    "FileType",
    "PdfCompression",
    "PdfMetadata",
    "PdfPageType",
    "PdfStandard",
    "SaveOptions",
    "TiffCompression",
    "TiffTag",
    "check_appending",
    "check_pages",
    "written_version",
]


class FileType(StrEnum):
    """The types that pages are saved as, by their MIME types."""

    BMP = "image/bmp"
    JPEG = "image/jpeg"
    TIFF = "image/tiff"
    PNG = "image/png"
    PDF = "application/pdf"


class PdfCompression(IntEnum):
    """Of the pictures in a PDF. AUTO is JBIG2 for 1-bit pages, else JPEG."""

    AUTO = 0
    FAX4 = 2
    LZW = 3
    JPEG = 5
    JPEG2000 = 6
    JBIG2 = 7


class TiffCompression(IntEnum):
    """Of a TIFF. AUTO is FAX4 for 1-bit pages, else LZW."""

    AUTO = 0
    NONE = 1
    RLE = 2
    FAX3 = 3
    FAX4 = 4
    LZW = 5
    JPEG = 7
    PACKBITS = 32773


class PdfPageType(IntEnum):
    """The paper of a PDF's pages; DEFAULT is each picture's own size.

    `_REVERSE` is the same paper lying. CUSTOM takes the size in `SaveOptions`.
    """

    DEFAULT = 0
    CUSTOM = 1
    A4 = 2
    A4_REVERSE = 3
    A3 = 4
    A3_REVERSE = 5
    LETTER = 6
    LETTER_REVERSE = 7
    LEGAL = 8
    LEGAL_REVERSE = 9


class PdfStandard(StrEnum):
    """The parts of ISO 19005 that a PDF can claim."""

    A1B = "pdf/a-1b"
    A2B = "pdf/a-2b"
    A3B = "pdf/a-3b"


@dataclass(frozen=True, slots=True)
class PdfMetadata:
    """What a PDF says of itself; dates as in PDF, `D:YYYYMMDDHHmmSS`."""

    title: str = ""
    author: str = ""
    subject: str = ""
    keywords: str = ""
    creator: str = ""
    producer: str = ""
    created: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class TiffTag:
    """A tag of the user's own: text, or bytes that travel as base64."""

    number: int
    value: str
    is_base64: bool = False


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """One complete wish. What does not concern the type has no effect.

    `quality` is that of every JPEG stream, 0 to 100, higher is better. `page_size_pt`
    is for PdfPageType.CUSTOM. `password` opens the PDF (AES-256).
    """

    type: FileType
    quality: int = 80
    tiff_compression: TiffCompression = TiffCompression.AUTO
    tiff_tags: tuple[TiffTag, ...] = ()
    pdf_compression: PdfCompression = PdfCompression.AUTO
    pdf_version: str = "1.5"
    pdf_standard: PdfStandard | None = None
    pdf_metadata: PdfMetadata = field(default_factory=PdfMetadata)
    page_type: PdfPageType = PdfPageType.DEFAULT
    page_size_pt: tuple[float, float] | None = None
    password: str = ""


ONE_PAGE_CODES: Final = {
    FileType.BMP: Code.SEVERAL_PAGES_BMP,
    FileType.JPEG: Code.SEVERAL_PAGES_JPEG,
    FileType.PNG: Code.SEVERAL_PAGES_PNG,
}
"""What several pages in a file of one page are refused with.

Published are the three numbers, not which is whose: this order is our own choice.
"""
STANDARD_VERSIONS: Final = {
    PdfStandard.A1B: (1, 4),
    PdfStandard.A2B: (1, 7),
    PdfStandard.A3B: (1, 7),
}


def written_version(options: SaveOptions) -> tuple[int, int]:
    """Return the version that the PDF has at last.

    A standard brings its own, and AES-256 needs 1.7.
    """
    if options.pdf_standard is not None:
        return STANDARD_VERSIONS[options.pdf_standard]
    if options.password:
        return (1, 7)
    major, _, minor = options.pdf_version.partition(".")
    return int(major), int(minor)


def check_pages(options: SaveOptions, count: int) -> None:
    """Refuse no page at all, and several in a type that holds one.

    Raises:
        InvalidParameter: With the published code of the type.
    """
    if count == 0:
        raise InvalidParameter("There is no page to save.")
    if count > 1 and options.type in ONE_PAGE_CODES:
        raise InvalidParameter(
            f"A file of type {options.type} holds one page, not {count}. Save the pages"
            " one by one, or as TIFF or PDF.",
            code=ONE_PAGE_CODES[options.type],
        )


def check_appending(options: SaveOptions) -> None:
    """Refuse to append to a file of a type that cannot be continued.

    Raises:
        InvalidParameter: The type is not TIFF.
    """
    if options.type is not FileType.TIFF:
        raise InvalidParameter(
            f"append is for type {FileType.TIFF} only, not for {options.type}."
        )
