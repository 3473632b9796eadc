"""Which pages are one picture, on pages made by pikepdf."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name

from scanwright.imaging.files.pdf_contents import only_picture


def page_of(content: str, *, mask: bool = False, **picture: object) -> bytes:
    """A page of 100 by 200 points with a picture of 2 by 2 and this content."""
    pdf = pikepdf.new()
    entries = {
        "/Type": Name.XObject,
        "/Subtype": Name.Image,
        "/Width": 2,
        "/Height": 2,
        "/BitsPerComponent": 8,
        "/ColorSpace": Name.DeviceGray,
        **{f"/{name}": value for name, value in picture.items()},
    }
    image = pikepdf.Stream(pdf, b"\0\x40\x80\xff", entries)
    if mask:
        image.SMask = pikepdf.Stream(pdf, b"\0\x40\x80\xff", entries)
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages.append(
        pikepdf.Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, 100, 200]),
                Resources=Dictionary(
                    XObject=Dictionary(Im=image),
                    Font=Dictionary(F=font),
                    ExtGState=Dictionary(G=Dictionary(ca=0.5)),
                ),
                Contents=pikepdf.Stream(pdf, content.encode()),
            )
        )
    )
    out = BytesIO()
    pdf.save(out)
    return out.getvalue()


def is_picture(data: bytes) -> bool:
    """Whether the only page counts as a picture."""
    with pypdfium2.PdfDocument(data) as document:
        return only_picture(document[0], may_be_masked=True) is not None


@pytest.mark.parametrize(
    "content",
    [
        "q 100 0 0 200 0 0 cm /Im Do Q",
        "q 2 0 0 2 0 0 cm /Im Do Q",
        "q 50 0 0 50 10 10 cm /Im Do Q",
        "q 0 0 100 200 re W n 100 0 0 200 0 0 cm /Im Do Q",
        "q 100.4 0 0 200.4 -0.2 -0.2 cm /Im Do Q",
    ],
)
def test_one_whole_upright_picture(content: str) -> None:
    """Large or small, and clipped to what holds it."""
    assert is_picture(page_of(content))


@pytest.mark.parametrize(
    "content",
    [
        "",
        "0 0 50 50 re f",
        "q 100 0 0 200 0 0 cm /Im Do Q 0 0 1 1 re f",
        "q 100 0 0 200 0 0 cm /Im Do Q q 9 0 0 9 0 0 cm /Im Do Q",
        "q 100 0 0 200 0 0 cm /Im Do Q BT /F 9 Tf (x) Tj ET",
        "q 100 0 0 -200 0 200 cm /Im Do Q",
        "q -100 0 0 200 100 0 cm /Im Do Q",
        "q 0 100 -100 0 100 0 cm /Im Do Q",
        "q 150 0 0 200 0 0 cm /Im Do Q",
        "q 0 0 50 50 re W n 100 0 0 200 0 0 cm /Im Do Q",
        "q 0 0 m 100 0 l 50 200 l h W n 100 0 0 200 0 0 cm /Im Do Q",
        "q 0 0 m 200 0 l 200 300 l 90 400 l 0 300 l h W n 9 0 0 9 9 9 cm /Im Do Q",
        "q /G gs 100 0 0 200 0 0 cm /Im Do Q",
    ],
)
def test_everything_else_is_drawn(content: str) -> None:
    """Nothing, more than one thing, turned, cut off, or half transparent."""
    assert not is_picture(page_of(content))


def test_masks_are_looked_for_only_when_there_may_be_some() -> None:
    """Drawing takes time: a caller that knows there is none can save it."""
    data = page_of("q 100 0 0 200 0 0 cm /Im Do Q", mask=True)
    with pypdfium2.PdfDocument(data) as document:
        assert only_picture(document[0], may_be_masked=False) is not None


def test_masks_are_drawn() -> None:
    """A picture with a mask, or that is one, is not the page by itself."""
    content = "q 100 0 0 200 0 0 cm /Im Do Q"
    assert not is_picture(page_of(content, mask=True))
    stencil = page_of(content, ImageMask=True, ColorSpace=None, BitsPerComponent=1)
    assert not is_picture(stencil)
