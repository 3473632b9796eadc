"""Values for saving: what several pages need, and which version comes out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scanwright.errors import Code, InvalidParameter
from scanwright.protocol.saving import (
    FileType,
    PdfStandard,
    SaveOptions,
    check_appending,
    check_pages,
    written_version,
)

PDF = SaveOptions(FileType.PDF)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(FileType.BMP, -2351), (FileType.JPEG, -2361), (FileType.PNG, -2372)],
)
def test_several_pages_need_a_type_that_holds_them(kind: FileType, code: int) -> None:
    """BMP, JPEG and PNG hold one page; each has its own published code."""
    check_pages(SaveOptions(kind), 1)
    with pytest.raises(InvalidParameter, match="TIFF or PDF") as caught:
        check_pages(SaveOptions(kind), 2)
    assert caught.value.code == code


def test_pdf_and_tiff_hold_any_number_but_none() -> None:
    """No page at all is refused for every type."""
    for kind in (FileType.PDF, FileType.TIFF):
        check_pages(SaveOptions(kind), 1000)
    for kind in FileType:
        with pytest.raises(InvalidParameter) as caught:
            check_pages(SaveOptions(kind), 0)
        assert caught.value.code == Code.INVALID_PARAMETER


@pytest.mark.parametrize(
    ("options", "version"),
    [
        (replace(PDF, pdf_version="1.3"), (1, 3)),
        (replace(PDF, pdf_version="1.3", password="x"), (1, 7)),  # noqa: S106
        (replace(PDF, pdf_version="1.7", pdf_standard=PdfStandard.A1B), (1, 4)),
        (replace(PDF, pdf_version="1.1", pdf_standard=PdfStandard.A2B), (1, 7)),
        (replace(PDF, pdf_version="1.1", pdf_standard=PdfStandard.A3B), (1, 7)),
    ],
)
def test_standards_and_passwords_bring_their_version(
    options: SaveOptions, version: tuple[int, int]
) -> None:
    """They come before the version that is wished."""
    assert written_version(options) == version


def test_only_a_tiff_can_be_appended_to() -> None:
    """Every other type is refused by the member's name."""
    check_appending(SaveOptions(FileType.TIFF))
    for kind in set(FileType) - {FileType.TIFF}:
        with pytest.raises(InvalidParameter, match=f"append .* {kind}") as caught:
            check_appending(SaveOptions(kind))
        assert caught.value.code == Code.INVALID_PARAMETER
