"""What threads do with a page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scanwright.buffer.forms import PageSource, make_form, seal
from scanwright.buffer.vault import Vault
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

FORM = PageFormat(4, 2, Depth(PixelType.GRAY, 8), (300, 300), Source.FLATBED)


def shade(data: bytes) -> object:
    """The colour of the first pixel."""
    with Image.open(BytesIO(data)) as image:
        return image.getpixel((0, 0))


@pytest.mark.parametrize("mime", ["image/png", "image/jpeg"])
def test_cold_page_gives_the_same_file(tmp_path: Path, mime: str) -> None:
    """It makes no difference whether a page comes from memory or from the vault."""
    vault = Vault(tmp_path)
    hot = PageSource(FORM, memoryview(b"\x50" * 8), None, None, has_original=False)
    cold = PageSource(
        FORM, memoryview(bytearray(8)), seal(vault, hot), None, has_original=False
    )
    assert make_form(vault, cold, mime) == make_form(vault, hot, mime)


def test_original_is_sealed_beside_its_pixels(tmp_path: Path) -> None:
    """The JPEG of a cold page is the device's own, its PNG is made from the pixels."""
    vault = Vault(tmp_path)
    out = BytesIO()
    Image.new("L", (4, 2), 99).save(out, "JPEG")
    hot = PageSource(
        FORM, memoryview(bytes(8)), None, out.getvalue(), has_original=True
    )
    cold = PageSource(
        FORM, memoryview(bytearray(8)), seal(vault, hot), None, has_original=True
    )
    assert shade(make_form(vault, cold, "image/jpeg")) == 99
    assert shade(make_form(vault, cold, "image/png")) == 0
