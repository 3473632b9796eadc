"""Pictures from network scanners, good and hostile."""

from __future__ import annotations

import contextlib
import struct
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import Code, DeviceError
from scanwright.imaging.codecs import encode
from scanwright.imaging.decode import inspect
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

RGB = Depth(PixelType.RGB, 8)


def saved(image: Image.Image, kind: str) -> bytes:
    """The image as a file."""
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize(
    ("mode", "kind", "depth"),
    [
        ("1", "PNG", Depth(PixelType.BW, 1)),
        ("L", "PNG", Depth(PixelType.GRAY, 8)),
        ("I;16", "PNG", Depth(PixelType.GRAY, 16)),
        ("RGB", "PNG", RGB),
        ("RGBA", "PNG", RGB),
        ("P", "PNG", RGB),
        ("L", "JPEG", Depth(PixelType.GRAY, 8)),
        ("RGB", "JPEG", RGB),
        ("CMYK", "JPEG", RGB),
    ],
)
def test_every_kind_of_picture_becomes_a_page(
    mode: str, kind: str, depth: Depth
) -> None:
    """Depths stay what they are; alpha, palettes and CMYK become colour."""
    picture = inspect(saved(Image.new(mode, (19, 5)), kind))
    page = picture.page(Source.FEEDER, 1, (300, 200))
    assert page == PageFormat(19, 5, depth, (300, 200), Source.FEEDER, 1)
    picture.decode_into(memoryview(bytearray(page.size_bytes + 7)))


def test_pixels_arrive_exactly() -> None:
    """A colour PNG arrives pixel by pixel, and what is beyond stays untouched."""
    pixels = np.random.default_rng(2).integers(0, 256, (6, 9, 3), np.uint8)
    room = bytearray(b"\xaa" * 200)
    inspect(saved(Image.fromarray(pixels), "PNG")).decode_into(memoryview(room))
    assert room[: pixels.size] == pixels.tobytes()
    assert set(room[pixels.size :]) == {0xAA}


def test_16_bit_colour_keeps_both_bytes() -> None:
    """48-bit colour, which Pillow cannot hold, arrives whole."""
    pixels = np.random.default_rng(3).integers(0, 65536, (4, 5, 3), np.uint16)
    page = PageFormat(5, 4, Depth(PixelType.RGB, 16), (300, 300), Source.FLATBED)
    picture = inspect(encode(memoryview(pixels.tobytes()), page, "image/png"))
    room = bytearray(page.size_bytes)
    picture.decode_into(memoryview(room))
    assert room == pixels.tobytes()


def test_bomb_is_refused_before_it_is_decoded() -> None:
    """A header that announces too many pixels is enough to be refused."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)

    for width, height in ((50_000, 50_000), (200_000, 1)):
        header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
        data = (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(b""))
        )
        with pytest.raises(DeviceError, match="too many"):
            inspect(data)


def test_other_formats_are_refused() -> None:
    """Only JPEG and PNG are let in, whatever else Pillow could read."""
    with pytest.raises(DeviceError) as caught:
        inspect(saved(Image.new("RGB", (4, 4)), "TIFF"))
    assert caught.value.code is Code.READ_ERROR


@given(st.sampled_from(["PNG", "JPEG"]), st.data())
def test_damage_is_an_error_of_the_device(kind: str, data: st.DataObject) -> None:
    """A picture cut short or changed gives pixels or a DeviceError, nothing else."""
    good = saved(Image.radial_gradient("L").resize((24, 16)).convert("RGB"), kind)
    bad = bytearray(good[: data.draw(st.integers(0, len(good)))])
    for _ in range(data.draw(st.integers(0, 3))):
        if bad:
            bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(
                st.integers(0, 255)
            )
    with contextlib.suppress(DeviceError):
        picture = inspect(bytes(bad))
        page = picture.page(Source.FLATBED, 0, (300, 300))
        if page.size_bytes < 1 << 20:
            picture.decode_into(memoryview(bytearray(page.size_bytes)))


def test_truncated_picture_is_no_page() -> None:
    """Half a JPEG is not delivered as a page that is half gray."""
    image = Image.effect_noise((200, 200), 90)
    with pytest.raises(DeviceError, match="cannot be read"):
        inspect(saved(image, "JPEG")[:-5000]).decode_into(
            memoryview(bytearray(200 * 200))
        )
