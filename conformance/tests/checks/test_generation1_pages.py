"""Judges of the pages that older clients fetch."""

from __future__ import annotations

from io import BytesIO

import pytest
import zxingcpp
from PIL import Image

from scanwright_conformance.canned import answered, judged
from scanwright_conformance.checks.generation1_pages import End, Next
from scanwright_conformance.checks.pages_identity import TELLING
from scanwright_conformance.transcript import Exchange, Fact

GONE = answered("page-end", 410)


def page(number: int, serial: int | None = None, form: str = "JPEG") -> Exchange:
    """Return a page, with an identity when it has a serial number."""
    if serial is None:
        image = Image.new("L", (40, 50), 200)
    else:
        text = f"SW1:test:1:front:{serial}"
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode)
        image = Image.fromarray(code.to_image(scale=6))
    data = BytesIO()
    image.convert("L").save(data, form)
    return answered(f"page-{number}", body=data.getvalue())


def test_pages_come_once_and_in_order() -> None:
    """Pages with rising serial numbers meet the clause, and so do nameless ones."""
    assert judged(Next, page(1, serial=4), page(2, serial=6), GONE).is_met
    assert judged(Next, page(1), page(2), GONE).is_met


@pytest.mark.parametrize(
    "pages",
    [
        (),
        (page(1, form="PNG"),),
        (page(1, serial=4), page(2, serial=4)),
        (page(1, serial=5), page(2, serial=4)),
        (page(1), page(2, form="PNG")),
        (page(1), answered("page-2", body=b"no picture")),
    ],
    ids=["none", "PNG", "twice", "disorder", "PNG later", "no picture"],
)
def test_other_pages_fail(pages: tuple[Exchange, ...]) -> None:
    """No page, another format, one page twice, disorder, and no picture."""
    assert not judged(Next, *pages, GONE).is_met


def test_equal_pages_of_a_scanner_that_names_them_fail() -> None:
    """Where each page says who it is, two nameless ones may be one and the same."""
    pages = page(1), page(2)
    told = Fact(TELLING, value=True)
    assert not judged(Next, told, *pages, GONE).is_met
    named = page(1, serial=4), page(2, serial=6)
    assert judged(Next, told, *named, GONE).is_met


def test_the_last_page_is_followed_by_gone() -> None:
    """410, and 410 again, after at least one page."""
    assert judged(End, page(1), GONE, answered("again", 410)).is_met


@pytest.mark.parametrize(
    ("end", "again"),
    [(204, 204), (404, 404), (410, 404), (204, 410)],
)
def test_another_end_fails(end: int, again: int) -> None:
    """The end of generation 2, and any other, fails."""
    answers = answered("page-end", end), answered("again", again)
    assert not judged(End, page(1), *answers).is_met


def test_an_end_without_a_page_shows_nothing() -> None:
    """410 from the beginning is no end of pages."""
    assert not judged(End, GONE, answered("again", 410)).is_met
