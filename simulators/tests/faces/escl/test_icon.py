"""The icon is a picture."""

from __future__ import annotations

import io

from PIL import Image

from scanwright_simulators.faces.escl.icon import icon


def test_the_icon_is_a_png() -> None:
    """Any viewer can show it: a dark case with a light glass on white."""
    with Image.open(io.BytesIO(icon())) as image:
        assert (image.format, image.size) == ("PNG", (48, 48))
        pixels = [image.getpixel(at) for at in ((0, 0), (6, 20), (24, 20))]
    assert pixels == [(255, 255, 255), (0x46, 0x50, 0x5C), (0xBF, 0xE3, 0xF4)]
