"""Edits as values: the colour that some of them carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.edits import red_green_blue

PART = st.integers(0, 255)


@given(PART, PART, PART)
def test_a_colour_is_read_in_either_case(red: int, green: int, blue: int) -> None:
    """Six hexadecimal digits are red, green and blue."""
    text = f"{red:02x}{green:02X}{blue:02x}"
    assert red_green_blue(text) == (red, green, blue)


@pytest.mark.parametrize(
    "text", ["", "FFF", "#FFFFFF", "FFFFFF\n", "12 456", "GGGGGG", "\uff11" * 6]
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    """Anything but six ASCII digits is refused."""
    with pytest.raises(InvalidParameter, match="fill must be a colour"):
        red_green_blue(text)
