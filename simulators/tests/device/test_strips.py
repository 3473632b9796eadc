"""Strips: rows of a page that are drawn when somebody needs them."""

from __future__ import annotations

from PIL import Image

from scanwright_simulators.device import Mode
from scanwright_simulators.device.strips import Strip, render


def test_strips_stand_on_each_other() -> None:
    """A page shows its strips from top to bottom."""
    strips = [
        Strip(shade, 2, 1, lambda shade=shade: Image.new("L", (2, 1), shade))  # type: ignore[misc]  # a default binds the loop's value
        for shade in (10, 20, 30)
    ]
    page = render(strips, Mode.GRAY)
    assert page.size == (2, 3)
    assert page.tobytes() == bytes([10, 10, 20, 20, 30, 30])
