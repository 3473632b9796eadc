"""What options for saving may say, and what contradicts itself."""

from __future__ import annotations

import base64
import re
from dataclasses import asdict
from typing import Final, Never

from scanwright.errors import InvalidParameter
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfMetadata,
    PdfPageType,
    SaveOptions,
    TiffTag,
    written_version,
)

__all__ = ["check_options"]

LONGEST_PASSWORD: Final = 32
PDF_VERSIONS: Final = ("1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
LONGEST_TEXT: Final = 4000
MOST_TAGS: Final = 32
LARGEST_TAG_BYTES: Final = 65_535
PAGE_SIDE_PT: Final = (3.0, 14_400.0)
NEEDED_VERSIONS: Final = {
    PdfCompression.JPEG2000: (1, 5),
    PdfCompression.JBIG2: (1, 4),
}
DATE: Final = re.compile(
    r"D:\d{4}((0[1-9]|1[0-2])((0[1-9]|[12]\d|3[01])(([01]\d|2[0-3])([0-5]\d"
    r"([0-5]\d(Z|[+-]([01]\d|2[0-3])'?([0-5]\d'?)?)?)?)?)?)?)?",
    re.ASCII,
)
MEMBER_NAMES: Final = {
    "keywords": "keyWords",
    "created": "creationDate",
    "modified": "modifiedDate",
}
STRUCTURAL_TAGS: Final = frozenset(
    {
        *range(254, 260),
        *(262, 263, 264, 265, 266, 273, 274, 277, 278, 279, 282, 283, 284, 288, 289),
        *(290, 291, 292, 293, 296, 297, 301, 317, 320, 322, 323, 324, 325, 330, 332),
        *(334, 336, 338, 339, 340, 341, 342, 346, 347),
        *range(512, 522),
        *(529, 530, 531, 532, 34665, 34853, 40965),
    }
)
"""Tags that say how the pixels are to be read, or that point into the file."""


def check_options(options: SaveOptions) -> None:
    """Refuse what is out of range or contradicts itself.

    Raises:
        InvalidParameter: Names the member as `parse_save_options` reads it.
    """
    if not 0 <= options.quality <= 100:
        _refuse("quality", "must be from 0 to 100")
    if options.type is FileType.TIFF:
        _check_tags(options.tiff_tags)
    if options.type is FileType.PDF:
        _check_pdf(options)
        _check_metadata(options.pdf_metadata)


def _check_pdf(options: SaveOptions) -> None:
    if options.pdf_version not in PDF_VERSIONS:
        _refuse("pdf.version", f"must be one of {', '.join(PDF_VERSIONS)}")
    if len(options.password) > LONGEST_PASSWORD:
        _refuse("pdf.password", f"must not be longer than {LONGEST_PASSWORD}")
    if not _is_clean(options.password):
        _refuse("pdf.password", "must not have control characters")
    if options.page_type is PdfPageType.CUSTOM:
        least, most = PAGE_SIDE_PT
        size = options.page_size_pt
        if size is None or not all(least <= side <= most for side in size):
            why = f"must both be from {least:g} to {most:g} points"
            _refuse("pdf.pageWidth and pdf.pageHeight", why)
    _check_standard(options)
    needed = NEEDED_VERSIONS.get(options.pdf_compression)
    if needed is not None and written_version(options) < needed:
        why = (
            f"{options.pdf_compression.name} needs PDF {needed[0]}.{needed[1]} or newer"
        )
        _refuse("compression", f"does not fit: {why}")


def _check_standard(options: SaveOptions) -> None:
    if options.pdf_standard is None:
        return
    if options.password:
        _refuse("pdf.password", "must be empty: a PDF/A is not encrypted")
    if options.pdf_compression is PdfCompression.LZW:
        _refuse("compression", "does not fit: a PDF/A has no LZW")


def _check_metadata(metadata: PdfMetadata) -> None:
    for field_name, value in asdict(metadata).items():
        name = MEMBER_NAMES.get(field_name, field_name)
        if len(value) > LONGEST_TEXT:
            _refuse(f"pdf.{name}", f"must not be longer than {LONGEST_TEXT}")
        if not _is_clean(value):
            _refuse(f"pdf.{name}", "must not have control characters")
    for name, value in (
        ("creationDate", metadata.created),
        ("modifiedDate", metadata.modified),
    ):
        if value and not DATE.fullmatch(value):
            _refuse(f"pdf.{name}", "must be a date as D:YYYYMMDDHHmmSS")


def _check_tags(tags: tuple[TiffTag, ...]) -> None:
    if len(tags) > MOST_TAGS:
        _refuse("tiffTags", f"must not be more than {MOST_TAGS}")
    for index, tag in enumerate(tags):
        name = f"tiffTags[{index}]"
        if not 1 <= tag.number <= 65_535 or tag.number in STRUCTURAL_TAGS:
            _refuse(f"{name}.number", "must be a tag that is free for own use")
        if tag.number in {other.number for other in tags[:index]}:
            _refuse(f"{name}.number", "must not come twice")
        if len(_tag_bytes(tag, f"{name}.value")) > LARGEST_TAG_BYTES:
            _refuse(f"{name}.value", f"must not exceed {LARGEST_TAG_BYTES} bytes")


def _tag_bytes(tag: TiffTag, name: str) -> bytes:
    try:
        if tag.is_base64:
            return base64.b64decode(tag.value, validate=True)
        data = tag.value.encode()
    except ValueError as error:
        _refuse(name, f"must be {'base64' if tag.is_base64 else 'text'}: {error}")
    if b"\0" in data:
        _refuse(name, "must not have a NUL: send such bytes as base64")
    return data


def _is_clean(text: str) -> bool:
    """Tell whether XML and UTF-8 can hold the text (XML 1.0, production 2)."""
    return not any(
        (char < " " and char not in "\t\n\r")
        or "\ud800" <= char <= "\udfff"
        or char in "\x7f\ufffe\uffff"
        for char in text
    )


def _refuse(name: str, why: str) -> Never:
    raise InvalidParameter(f"{name} {why}.")
