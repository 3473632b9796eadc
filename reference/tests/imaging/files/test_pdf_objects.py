"""PDF objects, read by pikepdf."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.files.pdf_objects import (
    Name,
    PdfFile,
    Plain,
    Ref,
    Value,
    text_string,
)


def read_back(value: Value) -> pikepdf.Pdf:
    """A file whose root has the value as `It`."""
    out = BytesIO()
    file = PdfFile(out, "1.4", Plain())
    pages = file.add({"Type": Name("Pages"), "Kids": [], "Count": 0})
    root = file.add({"Type": Name("Catalog"), "Pages": pages, "It": value})
    file.finish({"Root": root})
    return pikepdf.open(out)


@pytest.mark.parametrize(
    ("value", "seen"),
    [(True, True), (7, 7), (-4, -4), (1.5, Decimal("1.5")), (2.0, 2), (0.0, 0)],
)
def test_numbers_and_truth(value: Value, seen: object) -> None:
    """They are spelled as PDF has them, without exponents."""
    with read_back({"V": value}) as pdf:
        assert pdf.Root["/It"]["/V"] == seen


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_text_arrives(text: str) -> None:
    """Brackets, backslashes and foreign letters need no care."""
    with read_back(text_string(text)) as pdf:
        assert str(pdf.Root["/It"]) == text


def test_nested_values_arrive() -> None:
    """Arrays and dictionaries hold each other."""
    with read_back({"A": [Name("B"), {"C": b"\0\xff"}], "D": False}) as pdf:
        seen = pdf.Root["/It"]
        assert seen.A[0] == pikepdf.Name.B
        assert bytes(seen.A[1].C) == b"\0\xff"
        assert not seen.D


def test_objects_may_come_in_any_order() -> None:
    """A number can be given out before its object is written."""
    out = BytesIO()
    file = PdfFile(out, "1.4", Plain())
    pages = file.reserve()
    root = file.add({"Type": Name("Catalog"), "Pages": pages})
    stream = file.add_stream({}, b"endstream endobj")
    file.add({"Type": Name("Pages"), "Kids": [], "Count": 0, "S": stream}, pages)
    file.finish({"Root": root})
    assert (pages, root) == (Ref(1), Ref(2))
    with pikepdf.open(out) as pdf:
        assert pdf.Root.Pages.S.read_bytes() == b"endstream endobj"
        assert not pdf.get_warnings()
        assert pdf.pdf_version == "1.4"
