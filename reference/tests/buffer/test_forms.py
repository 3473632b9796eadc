"""What threads do with a page."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from scanwright.buffer.forms import PageSource, make_form, seal, seal_in_memory, thaw
from scanwright.buffer.vault import Key, Vault
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


@pytest.mark.parametrize("original", [None, b"own jpeg"])
def test_a_page_is_read_back_as_it_was(tmp_path: Path, original: bytes | None) -> None:
    """Pixels and JPEG; of a hot page there is nothing to read."""
    vault = Vault(tmp_path)
    has = original is not None
    hot = PageSource(FORM, memoryview(b"8 pixels"), None, original, has_original=has)
    room = bytearray(8)
    cold = PageSource(FORM, memoryview(room), seal(vault, hot), None, has_original=has)
    assert thaw(vault, cold) == original
    assert room == b"8 pixels"
    assert thaw(vault, hot) == original


def test_a_scaled_form_comes_from_the_pixels(tmp_path: Path) -> None:
    """The device's JPEG has another size; from the disk it is the same form."""
    vault = Vault(tmp_path)
    own = BytesIO()
    Image.new("L", (4, 2), 99).save(own, "JPEG")
    hot = PageSource(
        FORM, memoryview(b"\x50" * 8), None, own.getvalue(), has_original=True
    )
    cold = PageSource(
        FORM, memoryview(bytearray(8)), seal(vault, hot), None, has_original=True
    )
    data = make_form(vault, hot, "image/jpeg", (2, 1))
    with Image.open(BytesIO(data)) as image:
        assert image.size == (2, 1)
    assert shade(data) == 0x50
    assert make_form(vault, cold, "image/jpeg", (2, 1)) == data


def test_sixteen_grays_become_a_jpeg(tmp_path: Path) -> None:
    """Which knows 8 bits only."""
    form = PageFormat(3, 1, Depth(PixelType.GRAY, 4), (300, 300), Source.FLATBED)
    source = PageSource(form, memoryview(b"\xf8\x00"), None, None, has_original=False)
    vault = Vault(tmp_path)
    assert shade(make_form(vault, source, "image/jpeg")) in range(250, 256)
    assert shade(make_form(vault, source, "image/png")) in {15, 255}


def test_a_page_sealed_in_memory_is_the_same_page(tmp_path: Path) -> None:
    """Its pixels and its own JPEG, without a file."""
    vault = Vault(tmp_path)
    hot = PageSource(FORM, memoryview(b"8 pixels"), None, b"own", has_original=True)
    sealed = seal_in_memory(vault, hot, Key())
    room = bytearray(8)
    cold = PageSource(FORM, memoryview(room), sealed, None, has_original=True)
    assert thaw(vault, cold) == b"own"
    assert room == b"8 pixels"
    assert list(tmp_path.iterdir()) == []
