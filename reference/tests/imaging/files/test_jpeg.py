"""JPEG headers, and what may be passed on as it is."""

from __future__ import annotations

import struct
import sys
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.files.jpeg import (
    encode_jpeg,
    passed_on,
    read_header,
    write_jpeg,
)
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.raster import Raster


def jpeg_of(mode: str = "RGB", **options: object) -> bytes:
    """A JPEG of Pillow's, 40 by 24."""
    out = BytesIO()
    image = Image.linear_gradient("L").resize((40, 24)).convert(mode)
    image.save(out, "JPEG", **options)
    return out.getvalue()


def as_file(page: PageIn, quality: int = 80) -> bytes:
    """The page as a JPEG file."""
    out = BytesIO()
    write_jpeg(page, quality, out)
    return out.getvalue()


def frame(ids: bytes, marker: int = 0xC0, bits: int = 8, extra: bytes = b"") -> bytes:
    """The bytes of a JPEG up to its first scan."""
    parts = b"".join(bytes((i, 0x11, 0)) for i in ids)
    data = struct.pack(">BHHB", bits, 24, 40, len(ids)) + parts
    size = struct.pack(">H", len(data) + 2)
    return b"\xff\xd8" + extra + bytes((0xFF, marker)) + size + data + b"\xff\xda\0\x02"


def test_header_of_a_usual_jpeg() -> None:
    """Size, components and sampling are read from the frame."""
    header = read_header(jpeg_of(subsampling="4:2:0"))
    assert header is not None
    assert (header.width_px, header.height_px, header.components) == (40, 24, 3)
    assert header.sampling == (2, 2)
    assert header.is_plain
    assert header.is_sequential


@pytest.mark.parametrize(
    ("data", "is_plain"),
    [
        (jpeg_of("L"), True),
        (jpeg_of(progressive=True), True),
        (jpeg_of("CMYK"), False),
        (jpeg_of(keep_rgb=True), False),
        (frame(b"\1\2\3"), True),
        (frame(b"\0\1\2"), True),
        (frame(b"RGB"), False),
        (frame(b"\1\2\3", bits=12), False),
        (frame(b"\1\2\3", marker=0xC9), False),
        (frame(b"\1\2\3", extra=b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0"), False),
        (frame(b"RGB", extra=b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\1"), True),
        (frame(b"\1\2"), False),
    ],
)
def test_only_plain_streams_are_for_containers(data: bytes, *, is_plain: bool) -> None:
    """Plain is 8 bits, Huffman coding, and gray or YCbCr without a doubt."""
    header = read_header(data)
    assert header is not None
    assert header.is_plain == is_plain


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"BM",
        b"\xff\xd8",
        b"\xff\xd8\0\0\0\0",
        b"\xff\xd8\xff\xe0\0\0",
        b"\xff" * 9,
        b"\xff\xd8\xff\xda\0\x02",
        frame(b"\1\2\3")[:20],
        frame(b""),
        frame(b"\1\2\3").replace(b"\0\x28\3", b"\0\x28\2"),
    ],
)
def test_what_is_no_jpeg_has_no_header(data: bytes) -> None:
    """Cut short, without a frame, or another thing altogether."""
    assert read_header(data) is None


@given(st.binary(max_size=60))
def test_any_bytes_have_a_header_or_none(tail: bytes) -> None:
    """No bytes make the reader stumble."""
    read_header(b"\xff\xd8\xff" + tail)


def test_fill_bytes_before_a_marker_are_skipped() -> None:
    """A marker may have any number of FF in front (T.81, B.1.1.2)."""
    jpeg = jpeg_of()
    assert read_header(jpeg[:2] + b"\xff\xff" + jpeg[2:]) == read_header(jpeg)


def test_own_jpeg_is_passed_on_byte_by_byte(smooth: Callable[..., Raster]) -> None:
    """Only the resolution in the JFIF header is made right."""
    raster = smooth(size=(40, 24))
    original = jpeg_of(dpi=(10, 10))
    written = as_file(PageIn(raster, original, (300, 200)))
    assert written[18:] == original[18:]
    with Image.open(BytesIO(written)) as image:
        assert image.info["dpi"] == (300, 200)


def test_own_jpeg_must_fit_the_wish(smooth: Callable[..., Raster]) -> None:
    """Another quality, another size, or no JPEG at all: it is encoded anew."""
    raster = smooth(size=(40, 24))
    page = PageIn(raster, jpeg_of())
    assert passed_on(page, 80) is not None
    assert passed_on(page, 79) is None
    assert passed_on(PageIn(raster), 80) is None
    assert passed_on(PageIn(raster, b"no"), 80) is None
    assert passed_on(PageIn(smooth(size=(24, 40)), jpeg_of()), 80) is None


def test_adobe_without_room_for_jfif_is_encoded_anew(
    smooth: Callable[..., Raster],
) -> None:
    """A stream whose header is malformed in the last moment is not passed on."""
    bad = frame(b"\1\2\3", extra=b"\xff\xe0\0\x07JFIF\0")
    page = PageIn(smooth(size=(40, 24)), bad)
    assert passed_on(page, 80) is not None
    assert as_file(page)[:4] == b"\xff\xd8\xff\xe0"
    assert as_file(page) != bad


@pytest.mark.parametrize("bits", [1, 4, 8, 16])
def test_every_depth_becomes_eight_bits(bits: int) -> None:
    """White is white and black black, whatever the depth."""
    kind = np.uint16 if bits == 16 else np.uint8
    samples = np.zeros((16, 32), kind)
    samples[:, 16:] = (1 << bits) - 1
    with Image.open(BytesIO(encode_jpeg(Raster(samples, bits), 90))) as image:
        assert image.mode == "L"
        assert image.getpixel((4, 8)) == pytest.approx(0, abs=4)
        assert image.getpixel((28, 8)) == pytest.approx(255, abs=4)


@pytest.mark.parametrize("colour", [False, True])
def test_quality_orders_sizes(noise: Callable[..., Raster], *, colour: bool) -> None:
    """Higher is larger, over the whole of 0 to 100."""
    raster = noise(8, colour=colour, size=(64, 64))
    sizes = [len(encode_jpeg(raster, quality)) for quality in (0, 30, 80, 100)]
    assert sizes == sorted(sizes)
    assert sizes[0] * 4 < sizes[-1]


def test_no_fast_codec_is_needed(
    smooth: Callable[..., Raster], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where simplejpeg is not installed Pillow gives the same picture."""
    raster = smooth()
    fast = encode_jpeg(raster, 80)
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    slow = encode_jpeg(raster, 80)
    with Image.open(BytesIO(fast)) as one, Image.open(BytesIO(slow)) as other:
        difference = np.asarray(one, int) - np.asarray(other, int)
    assert abs(difference).max() < 6


def test_too_long_a_side_is_refused() -> None:
    """JPEG, as everybody writes it, ends at 65,500 pixels."""
    raster = Raster(np.zeros((1, 65_501), np.uint8))
    with pytest.raises(InvalidParameter, match="65,500"):
        encode_jpeg(raster, 80)
