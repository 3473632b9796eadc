"""Pictures on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.files.paper import place
from scanwright.protocol.saving import FileType, PdfPageType, SaveOptions

PAPERS = [kind for kind in PdfPageType if kind is not PdfPageType.DEFAULT]


def options(kind: PdfPageType = PdfPageType.DEFAULT) -> SaveOptions:
    """A PDF of this paper; a custom one is 100 by 200."""
    return SaveOptions(FileType.PDF, page_type=kind, page_size_pt=(100.0, 200.0))


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (PdfPageType.CUSTOM, (100, 200)),
        (PdfPageType.A4, (595.276, 841.890)),
        (PdfPageType.A4_REVERSE, (841.890, 595.276)),
        (PdfPageType.A3, (841.890, 1190.551)),
        (PdfPageType.A3_REVERSE, (1190.551, 841.890)),
        (PdfPageType.LETTER, (612, 792)),
        (PdfPageType.LETTER_REVERSE, (792, 612)),
        (PdfPageType.LEGAL, (612, 1008)),
        (PdfPageType.LEGAL_REVERSE, (1008, 612)),
    ],
)
def test_papers_have_their_sizes(kind: PdfPageType, size: tuple[float, float]) -> None:
    """Reverse is the same paper, lying."""
    spot = place((10, 10), (72, 72), options(kind))
    assert (spot.page_width, spot.page_height) == pytest.approx(size, abs=0.001)


def test_default_is_the_picture_s_own_size() -> None:
    """Pixels over resolution, in points."""
    spot = place((600, 300), (300, 150), options())
    assert (spot.page_width, spot.page_height) == (144, 144)
    assert (spot.x, spot.y, spot.width, spot.height) == (0, 0, 144, 144)


@given(
    st.tuples(st.integers(1, 99_999), st.integers(1, 99_999)),
    st.tuples(st.integers(1, 4800), st.integers(1, 4800)),
    st.sampled_from(PdfPageType),
)
def test_picture_is_whole_centred_and_in_proportion(
    size: tuple[int, int], dpi: tuple[int, int], kind: PdfPageType
) -> None:
    """Whatever the paper: nothing is cut off, squeezed or moved to a side."""
    spot = place(size, dpi, options(kind))
    assert spot.x + 1e-6 >= 0
    assert spot.y + 1e-6 >= 0
    assert spot.x * 2 + spot.width == pytest.approx(spot.page_width)
    assert spot.y * 2 + spot.height == pytest.approx(spot.page_height)
    ratio = (size[0] / dpi[0]) / (size[1] / dpi[1])
    assert spot.width / spot.height == pytest.approx(ratio)
    assert 3 <= spot.page_width <= 14_400
    assert 3 <= spot.page_height <= 14_400
    touches = min(spot.x, spot.y)
    assert touches == pytest.approx(0, abs=1e-6) or kind is PdfPageType.DEFAULT
