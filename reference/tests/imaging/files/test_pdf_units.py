"""Units of pages, found in files that pikepdf and PDFium write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.files import pdf_units
from scanwright.imaging.files.pdf_units import may_have_units, unit_points

PACKED = pikepdf.ObjectStreamMode.generate
PLAIN = pikepdf.ObjectStreamMode.disable


def of_pages(
    *units: object,
    packing: pikepdf.ObjectStreamMode = PLAIN,
    password: str = "",
) -> bytes:
    """A PDF of empty pages of these units; None is a page that names none."""
    pdf, out = pikepdf.new(), BytesIO()
    for unit in units:
        page = pdf.add_blank_page(page_size=(72, 72))
        if unit is not None:
            page.obj["/UserUnit"] = unit
    lock = pikepdf.Encryption(owner="x", user=password, R=6) if password else False
    pdf.save(out, object_stream_mode=packing, encryption=lock)
    return out.getvalue()


@contextmanager
def opened(data: bytes, password: str | None = None) -> Iterator[pypdfium2.PdfDocument]:
    """The file as PDFium has it."""
    pdf = pypdfium2.PdfDocument(data, password=password)
    yield pdf
    pdf.close()


@given(st.decimals(Decimal("0.01"), 75_000, places=2), st.sampled_from([PLAIN, PACKED]))
def test_units_are_found(unit: Decimal, packing: pikepdf.ObjectStreamMode) -> None:
    """Each page has its own, or a point, however the file is packed."""
    data = of_pages(None, unit, packing=packing)
    assert may_have_units(data)
    with opened(data) as pdf:
        assert unit_points(pdf, 0) == 1
        assert unit_points(pdf, 1) == pytest.approx(float(unit), rel=1e-4)


def test_units_are_found_behind_a_password() -> None:
    """What is packed and encrypted cannot be looked through, so it is asked."""
    data = of_pages(3, packing=PACKED, password="geheim")  # noqa: S106
    assert may_have_units(data)
    with opened(data, "geheim") as pdf:
        assert unit_points(pdf, 0) == 3


@pytest.mark.parametrize("packing", [PLAIN, PACKED])
def test_most_files_are_not_asked(packing: pikepdf.ObjectStreamMode) -> None:
    """Without the word, in the open or packed, no page has a unit of its own."""
    assert not may_have_units(of_pages(None, None, packing=packing))


def test_what_is_too_much_to_unpack_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams that swell are not unpacked beyond a limit."""
    data = of_pages(*[None] * 50, packing=PACKED)
    assert not may_have_units(data)
    monkeypatch.setattr(pdf_units, "MOST_UNPACKED_BYTES", 100)
    assert may_have_units(data)


@pytest.mark.parametrize(
    "unit", [0, -2, 10**9, pikepdf.Name("/Two"), pikepdf.Array([2]), True]
)
def test_a_senseless_unit_is_a_point(unit: object) -> None:
    """Nothing, less than nothing, beyond all paper, and what is no number."""
    with opened(of_pages(unit)) as pdf:
        assert unit_points(pdf, 0) == 1


def test_a_word_elsewhere_is_no_unit() -> None:
    """What a file says in its texts is not a page's."""
    out = BytesIO()
    with pikepdf.open(BytesIO(of_pages(None))) as pdf:
        pdf.pages[0].obj.Contents = pikepdf.Stream(pdf, b"% /UserUnit 7 /X")
        pdf.save(out, compress_streams=False)
    assert may_have_units(out.getvalue())
    with opened(out.getvalue()) as document:
        assert unit_points(document, 0) == 1
