"""The resolution of a JPEG that came from a scanner."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import Code, DeviceError
from scanwright.imaging.jfif import with_density

DENSITIES = st.tuples(st.integers(1, 0xFFFF), st.integers(1, 0xFFFF))


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    """A small JPEG with something in it."""
    image = Image.radial_gradient("L").resize((24, 16)).convert(mode)
    out = BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def without_jfif(data: bytes) -> bytes:
    """The same without its JFIF header, as many scanners send it."""
    assert data[2:4] == b"\xff\xe0"
    return data[:2] + data[4 + int.from_bytes(data[4:6]) :]


def pixels(data: bytes) -> bytes:
    """What a decoder makes of it."""
    with Image.open(BytesIO(data)) as image:
        return image.tobytes()


@given(st.sampled_from(["L", "RGB"]), DENSITIES, st.sampled_from([bytes, without_jfif]))
def test_density_is_written_and_pixels_stay(
    mode: str, dpi: tuple[int, int], prepared: Callable[[bytes], bytes]
) -> None:
    """With or without a JFIF header before, the density is there and no pixel moved."""
    data = prepared(jpeg(mode, dpi=(72, 72)))
    changed = with_density(data, dpi)
    with Image.open(BytesIO(changed)) as image:
        assert image.info["dpi"] == dpi
    assert pixels(changed) == pixels(data)
    assert with_density(changed, dpi) == changed


def test_only_five_bytes_change() -> None:
    """An existing header is patched in place."""
    data = jpeg(dpi=(72, 72))
    changed = with_density(data, (300, 600))
    assert len(changed) == len(data)
    assert sum(a != b for a, b in zip(data, changed, strict=True)) <= 5


def test_colours_that_a_header_would_change_are_refused() -> None:
    """A JPEG in RGB or CMYK has no JFIF header and does not get one."""
    for data in (jpeg(keep_rgb=True), jpeg("CMYK")):
        with pytest.raises(DeviceError, match="colours") as caught:
            with_density(data, (300, 300))
        assert caught.value.code is Code.READ_ERROR


def test_adobe_says_the_colours_when_nobody_else_does() -> None:
    """With Adobe's segment its transform counts: 1 is YCbCr, 0 is not."""
    data = without_jfif(jpeg())
    for transform, is_fine in ((1, True), (0, False)):
        adobe = b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform])
        marked = data[:2] + adobe + data[2:]
        if is_fine:
            assert pixels(with_density(marked, (9, 9))) == pixels(marked)
        else:
            with pytest.raises(DeviceError):
                with_density(marked, (9, 9))


@given(st.binary(max_size=60))
@example(b"")
@example(b"\xff\xd8")
@example(b"\xff\xd8\xff\xe0\x00\x00")
@example(b"\xff\xd8\xff\xe0\x00\x08JFIF\0\x01\xff\xda\x00\x02")
@example(b"\xff\xd8\xff\xda\x00\x02")
def test_gibberish_is_refused_clearly(data: bytes) -> None:
    """What is no JPEG raises a DeviceError and nothing else."""
    for malformed in (data, b"\xff\xd8" + data):
        with pytest.raises(DeviceError, match="JPEG cannot be used"):
            with_density(malformed, (300, 300))


@given(st.integers(0, 400), st.integers(0, 255))
def test_damage_never_raises_anything_else(at: int, value: int) -> None:
    """A JPEG with one wrong byte is patched or refused."""
    data = bytearray(jpeg())
    data[at] = value
    with contextlib.suppress(DeviceError):
        assert len(with_density(bytes(data), (300, 300))) >= len(data)


@pytest.mark.parametrize("dpi", [(0, 300), (300, 70000)])
def test_impossible_resolution_is_the_callers_fault(dpi: tuple[int, int]) -> None:
    """A JFIF header has 16 bits for each."""
    with pytest.raises(ValueError, match="dots per inch"):
        with_density(jpeg(), dpi)


def test_fill_bytes_between_segments_are_skipped() -> None:
    """Any number of FF may stand before a marker."""
    data = jpeg(dpi=(72, 72))
    filled = data[:2] + b"\xff\xff" + data[2:]
    with Image.open(BytesIO(with_density(filled, (50, 60)))) as image:
        assert image.info["dpi"] == (50, 60)
