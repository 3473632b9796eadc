"""TIFF files, read by Pillow, tifffile and libtiff's tools."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.files import tiff_chain
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.tiff import fitting
from scanwright.imaging.files.tiff_chain import find_end
from scanwright.imaging.files.writing import write_file
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import (
    FileType,
    SaveOptions,
    TiffCompression,
    TiffTag,
)

C = TiffCompression
Order = Literal["<", ">"]
DEPTHS = [(1, False), (4, False), (8, False), (16, False), (8, True), (16, True)]


def wish(compression: C = C.AUTO, *tags: TiffTag) -> SaveOptions:
    """A TIFF of this compression, with these tags."""
    return SaveOptions(FileType.TIFF, tiff_compression=compression, tiff_tags=tags)


def pages_of(file: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    """The pages, each with its tags."""
    return [page.aspage() for page in file.pages]


@pytest.mark.parametrize(
    ("wished", "for_bits", "for_gray", "for_deep"),
    [
        (C.AUTO, C.FAX4, C.LZW, C.LZW),
        (C.NONE, C.NONE, C.NONE, C.NONE),
        (C.RLE, C.RLE, C.LZW, C.LZW),
        (C.FAX3, C.FAX3, C.LZW, C.LZW),
        (C.FAX4, C.FAX4, C.LZW, C.LZW),
        (C.LZW, C.LZW, C.LZW, C.LZW),
        (C.JPEG, C.FAX4, C.JPEG, C.LZW),
        (C.PACKBITS, C.PACKBITS, C.LZW, C.LZW),
    ],
)
def test_each_page_is_compressed_as_it_fits(
    noise: Callable[..., Raster], wished: C, for_bits: C, for_gray: C, for_deep: C
) -> None:
    """What is for 1-bit pages only, and JPEG of other depths, falls back."""
    assert fitting(wished, noise(1)) is for_bits
    assert fitting(wished, noise(8)) is for_gray
    assert fitting(wished, noise(8, colour=True)) is for_gray
    assert fitting(wished, noise(16)) is for_deep
    assert fitting(wished, noise(4)) is for_deep


@pytest.mark.parametrize("kind", list(C))
def test_tiffinfo_finds_no_fault(
    saved: Callable[..., bytes], noise: Callable[..., Raster], tmp_path: Path, kind: C
) -> None:
    """Libtiff reads all pages of all depths, data included, without a warning."""
    file = tmp_path / "x.tif"
    pages = [noise(bits, colour=colour) for bits, colour in DEPTHS]
    file.write_bytes(saved(wish(kind), *pages))
    told = subprocess.run(
        ["tiffinfo", "-D", file], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    assert told.stdout.count("Image Width: 61 Image Length: 37") == len(pages)
    assert told.stdout.count("Resolution: 300, 200 pixels/inch") == len(pages)


@settings(max_examples=60)
@given(st.sampled_from(list(C)), st.integers(1, 40), st.integers(1, 9))
def test_bits_arrive_exactly(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    kind: C,
    width: int,
    height: int,
) -> None:
    """Pillow sees the same 1-bit page, of any size and compression."""
    raster = noise(1, size=(width, height))
    with Image.open(BytesIO(saved(wish(kind), raster))) as image:
        assert image.mode == "1"
        assert (np.asarray(image) == raster.samples).all()


def test_last_row_of_rle_is_read_by_libtiff(
    saved: Callable[..., bytes], tmp_path: Path
) -> None:
    """Codes that fill the last byte would be misread, so a spare byte follows."""
    rows = np.array([[0, 1, 1], [1, 0, 0], [1, 1, 0]], np.uint8)
    file = tmp_path / "x.tif"
    file.write_bytes(saved(wish(C.RLE), Raster(rows, 1)))
    told = subprocess.run(
        ["tiffcp", "-c", "none", file, tmp_path / "y.tif"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    with Image.open(tmp_path / "y.tif") as image:
        assert (np.asarray(image) == rows).all()


@pytest.mark.parametrize(("bits", "colour"), DEPTHS[1:])
@pytest.mark.parametrize("kind", [C.NONE, C.LZW])
def test_other_depths_arrive_exactly(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    tmp_path: Path,
    kind: C,
    bits: int,
    *,
    colour: bool,
) -> None:
    """A tool of libtiff's takes the compression off, and tifffile sees the samples."""
    raster, packed, plain = noise(bits, colour=colour), *map(tmp_path.joinpath, "ab")
    packed.write_bytes(saved(wish(kind), raster))
    subprocess.run(["tiffcp", "-c", "none", packed, plain], check=True)
    if bits == 4:  # which tifffile unpacks with further packages only
        with Image.open(plain) as image:
            assert (np.asarray(image) == raster.samples * 17).all()
    else:
        assert (tifffile.imread(plain) == raster.samples).all()


def test_large_pages_have_several_strips(
    saved: Callable[..., bytes], smooth: Callable[..., Raster]
) -> None:
    """Readers need not hold a page at once; every row is in its strip."""
    raster = smooth(size=(1000, 700))
    for kind in (C.NONE, C.LZW):
        with tifffile.TiffFile(BytesIO(saved(wish(kind), raster))) as file:
            assert len(file.pages[0].dataoffsets) > 5
        with Image.open(BytesIO(saved(wish(kind), raster))) as image:
            assert (np.asarray(image) == raster.samples).all()


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
def test_own_jpeg_is_passed_on(
    saved: Callable[..., bytes], smooth: Callable[..., Raster], subsampling: str
) -> None:
    """The strip is the very JPEG, and its sampling is told."""
    raster, jpeg = smooth(), BytesIO()
    Image.fromarray(raster.samples).save(jpeg, "JPEG", subsampling=subsampling)
    data = saved(wish(C.JPEG), PageIn(raster, jpeg.getvalue()))
    assert jpeg.getvalue() in data
    with Image.open(BytesIO(data)) as image, Image.open(jpeg) as original:
        difference = np.asarray(image, int) - np.asarray(original, int)
    assert abs(difference).max() < 12  # libtiff smooths colours otherwise


def test_progressive_jpeg_is_not_for_tiff(
    saved: Callable[..., bytes], smooth: Callable[..., Raster]
) -> None:
    """It is encoded anew, as the note on JPEG in TIFF knows sequential ones."""
    raster, jpeg = smooth(colour=False), BytesIO()
    Image.fromarray(raster.samples).save(jpeg, "JPEG", progressive=True)
    data = saved(wish(C.JPEG), PageIn(raster, jpeg.getvalue()))
    assert jpeg.getvalue() not in data
    with Image.open(BytesIO(data)) as image:
        assert abs(np.asarray(image, int) - raster.samples).max() < 12


def test_own_tags_arrive(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Text as UTF-8, bytes as they are, short and long; a known one is replaced."""
    tags = (
        TiffTag(270, "Grüße"),
        TiffTag(305, "Mine"),
        TiffTag(65000, "AAEC", is_base64=True),
        TiffTag(65001, "x" * 1000),
    )
    data = saved(wish(C.AUTO, *tags), noise(1), noise(8))
    with tifffile.TiffFile(BytesIO(data)) as file:
        for page in pages_of(file):
            assert page.tags[270].value == "Grüße"
            assert page.tags[305].value == "Mine"
            assert page.tags[65000].value == b"\0\1\2"
            assert page.tags[65001].value == "x" * 1000


def test_everything_lies_at_even_places(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Directories and what they point to begin at words (TIFF 6.0, section 2)."""
    tags = (TiffTag(270, "even text!"), TiffTag(65_000, "AAECAwQ=", is_base64=True))
    pages = [noise(1, size=(9 + n, 7), seed=n) for n in range(4)]
    data = saved(wish(C.PACKBITS, *tags), *pages)
    with tifffile.TiffFile(BytesIO(data)) as file:
        for page in pages_of(file):
            places = [page.offset, *page.dataoffsets]
            places += [tag.valueoffset for tag in page.tags.values()]
            assert not any(place % 2 for place in places)


def test_pages_are_numbered(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """Each page of several tells its place; how many there are is left open."""
    data = saved(wish(), *(noise(1, seed=n) for n in range(3)))
    with tifffile.TiffFile(BytesIO(data)) as file:
        assert [page.tags[297].value for page in pages_of(file)] == [
            (0, 0),
            (1, 0),
            (2, 0),
        ]


def test_four_gibibytes_are_the_end(
    saved: Callable[..., bytes],
    noise: Callable[..., Raster],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Offsets have 32 bits: a larger file is refused, not damaged."""
    monkeypatch.setattr(tiff_chain, "LARGEST_BYTES", 5000)
    with pytest.raises(InvalidParameter, match="4 GiB"):
        saved(wish(C.NONE), noise(8), noise(8), noise(8))


def of_others(order: Order, pages: int, *, spare: bytes = b"") -> bytes:
    """A TIFF of pages of 8 and 16 bits, by tifffile, with something behind it."""
    out = BytesIO()
    with tifffile.TiffWriter(out, byteorder=order) as writer:
        for page in range(pages):
            values = np.full((6, 5), page * 20, np.uint16 if page % 2 else np.uint8)
            writer.write(values, contiguous=False, metadata=None)
    return out.getvalue() + spare


def appended(
    old: bytes, pages: Sequence[Raster], options: SaveOptions | None = None
) -> bytes:
    """The file with our pages behind its own."""
    out = BytesIO()
    write_file(
        map(PageIn, pages),
        options or wish(C.NONE),
        out,
        progress=lambda _: None,
        existing=BytesIO(old),
    )
    return out.getvalue()


@settings(max_examples=60)
@given(
    st.sampled_from(["<", ">"]),
    st.integers(1, 9),
    st.lists(st.sampled_from(DEPTHS), min_size=1, max_size=5),
    st.sampled_from([C.AUTO, C.NONE, C.LZW]),
)
def test_pages_are_appended(
    noise: Callable[..., Raster],
    order: Order,
    count: int,
    depths: list[tuple[int, bool]],
    kind: C,
) -> None:
    """Of the old bytes only the link changes; Pillow sees all pages, in any order."""
    old = of_others(order, count, spare=bytes(count % 3))
    pages = [noise(bits, colour=colour) for bits, colour in depths]
    new = appended(old, pages, wish(kind))
    link = find_end(BytesIO(old)).link
    assert new[:link] == old[:link]
    assert new[link + 4 : len(old)] == old[link + 4 :]
    assert find_end(BytesIO(new)).pages == count + len(pages)
    with Image.open(BytesIO(new)) as image:
        for index, page in enumerate(pages, count):
            image.seek(index)
            if page.bits != 4 and not (page.bits == 16 and page.is_colour):
                assert (np.asarray(image) == page.samples).all()


@pytest.mark.parametrize("order", ["<", ">"])
def test_old_pages_stay_where_they_are(
    noise: Callable[..., Raster], order: Order
) -> None:
    """Tifffile finds their directories, fields and data as before, and ours behind."""
    old = of_others(order, 4)
    deep = [noise(16), noise(16, colour=True)]
    new = appended(old, deep)
    with (
        tifffile.TiffFile(BytesIO(old)) as before,
        tifffile.TiffFile(BytesIO(new)) as after,
    ):
        for old_page, new_page in zip(pages_of(before), pages_of(after), strict=False):
            assert old_page.offset == new_page.offset
            assert old_page.dataoffsets == new_page.dataoffsets
            assert (old_page.asarray() == new_page.asarray()).all()
        assert after.byteorder == order
        for page, raster in zip(pages_of(after)[4:], deep, strict=True):
            assert (page.asarray() == raster.samples).all()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", list(C))
def test_tiffinfo_finds_no_fault_in_what_was_appended(
    noise: Callable[..., Raster], tmp_path: Path, order: Order, kind: C
) -> None:
    """Libtiff reads all pages of all depths, old and new, without a warning."""
    file = tmp_path / "x.tif"
    pages = [noise(bits, colour=colour) for bits, colour in DEPTHS]
    tag = TiffTag(270, "even text!")
    file.write_bytes(appended(of_others(order, 3, spare=b"?"), pages, wish(kind, tag)))
    told = subprocess.run(
        ["tiffinfo", "-D", file], capture_output=True, text=True, check=True
    )
    assert told.stderr == ""
    assert told.stdout.count("Image Width: 5 Image Length: 6") == 3
    assert told.stdout.count("Image Width: 61 Image Length: 37") == len(pages)
    assert told.stdout.count("even text!") == len(pages)


@pytest.mark.parametrize("order", ["<", ">"])
def test_packed_words_have_the_order_of_the_file(
    noise: Callable[..., Raster], tmp_path: Path, order: Order
) -> None:
    """LZW of 16 bits is unpacked by a tool of libtiff's, and each sample is right."""
    raster, packed, plain = noise(16, colour=True), *map(tmp_path.joinpath, "ab")
    packed.write_bytes(appended(of_others(order, 1), [raster], wish(C.LZW)))
    subprocess.run(["tiffcp", "-c", "none", packed, plain], check=True)
    assert (tifffile.imread(plain, key=1) == raster.samples).all()


def test_appended_pages_are_at_even_places_and_numbered_on(
    noise: Callable[..., Raster],
) -> None:
    """Whatever stands at the end of the file; their numbers follow those before."""
    new = appended(of_others("<", 2, spare=b"odd"), [noise(1), noise(1)])
    with tifffile.TiffFile(BytesIO(new)) as file:
        ours = pages_of(file)[2:]
        assert [page.tags[297].value[0] for page in ours] == [2, 3]
        places = [place for page in ours for place in (page.offset, *page.dataoffsets)]
    assert not any(place % 2 for place in places)


def test_pages_can_be_appended_again_and_again(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> None:
    """What has come of it is a file to append to, as one of ours is."""
    content = saved(wish(), noise(1, seed=0))
    for seed in range(1, 5):
        content = appended(content, [noise(1, seed=seed)])
    with Image.open(BytesIO(content)) as image:
        for seed in range(5):
            image.seek(seed)
            assert (np.asarray(image) == noise(1, seed=seed).samples).all()
        assert image.tell() == 4
