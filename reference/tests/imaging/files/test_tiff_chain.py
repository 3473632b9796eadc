"""Where TIFF files of others end, good and hostile ones."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any, Literal

import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import Code, InvalidParameter
from scanwright.imaging.files import tiff_chain
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.limits import MOST_PAGES
from scanwright.imaging.files.tiff_chain import ChainEnd, copy, find_end

Order = Literal["<", ">"]
LONG = 4
FIELDS = ((256, 1), (257, 1), (258, 8), (259, 1), (262, 1), (273, 0), (278, 1))


def end_of(content: bytes) -> ChainEnd:
    """Where the chain of a file in memory ends."""
    return find_end(BytesIO(content))


def written(pages: int, byteorder: Order = "<", **options: Any) -> bytes:
    """A TIFF of small pages, made by tifffile."""
    out = BytesIO()
    with tifffile.TiffWriter(out, byteorder=byteorder) as writer:
        for page in range(pages):
            values = np.full((20, 30), page, np.uint8)
            writer.write(values, contiguous=False, metadata=None, **options)
    return out.getvalue()


def directory(following: int, *, size: int = 1) -> bytes:
    """A directory of the order II whose only strip has `size` bytes."""
    entries = [(tag, LONG, 1, value) for tag, value in (*FIELDS, (279, size))]
    body = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + body + struct.pack("<I", following)


DIRECTORY_BYTES = len(directory(0))


def chained(*links: int, first: int = 8, size: int = 1) -> bytes:
    """A TIFF of the order II whose directories lead to these places."""
    directories = [directory(link, size=size) for link in links]
    return b"II*\0" + struct.pack("<I", first) + b"".join(directories)


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("pages", [1, 2, 7])
def test_the_end_is_where_the_last_page_leads_to_nothing(
    byteorder: Order, pages: int
) -> None:
    """The order, the pages and the bytes are told, and four zeros are at the link."""
    content = written(pages, byteorder)
    end = end_of(content)
    assert (end.order, end.pages, end.size) == (byteorder, pages, len(content))
    assert content[end.link : end.link + 4] == bytes(4)
    with tifffile.TiffFile(BytesIO(content)) as file:
        last = file.pages[-1].aspage()
        assert end.link == last.offset + 2 + 12 * len(last.tags)


@pytest.mark.parametrize(
    "options",
    [
        {"rowsperstrip": 1},
        {"tile": (16, 16)},
        {"compression": "zlib", "rowsperstrip": 7},
    ],
)
def test_strips_and_tiles_may_be_many(options: dict[str, Any]) -> None:
    """Wherever they are, they are in the file."""
    assert end_of(written(2, ">", **options)).pages == 2


def test_files_of_pillow_have_an_end() -> None:
    """Its directories have an order of their own."""
    out = BytesIO()
    pages = [Image.new("RGB", (9, 9), (n, 0, 0)) for n in range(3)]
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    assert end_of(out.getvalue()).pages == 3


def test_old_files_may_not_say_how_long_strips_are() -> None:
    """Without the field only the strips' places are looked at."""
    content = chained(0).replace(struct.pack("<HH", 279, LONG), b"\x99\x99\x04\0")
    assert end_of(content).pages == 1


HOSTILE = {
    "nothing": (b"", "no TIFF"),
    "noise": (b"no picture of anything", "no TIFF"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(99), "no TIFF"),
    "BigTIFF II": (b"II+\0\x08\0\0\0" + bytes(99), "BigTIFF"),
    "BigTIFF MM": (b"MM\0+\0\x08\0\0" + bytes(99), "BigTIFF"),
    "mark only": (b"II*\0", "cut short"),
    "no page": (b"II*\0" + bytes(40), "without a page"),
    "first page outside": (chained(0, first=99_999), "cut short"),
    "page outside": (chained(99_999), "cut short"),
    "page at the end of 32 bits": (chained(0xFFFFFFFF), "cut short"),
    "own tail": (chained(8), "circle"),
    "circle": (chained(8 + DIRECTORY_BYTES, 8), "circle"),
    "circle beside the first": (
        chained(8 + DIRECTORY_BYTES, 8 + 2 * DIRECTORY_BYTES, 8 + DIRECTORY_BYTES),
        "circle",
    ),
    "page in the header": (b"II*\0\x06\0\0\0" + bytes(9), "over each other"),
    "page over another": (chained(6 + DIRECTORY_BYTES) + bytes(9), "over each other"),
    "cut directory": (chained(0)[:-1], "cut short"),
    "strip too long": (chained(0, size=1000), "cut short"),
    "strip outside": (chained(0, size=0xFFFFFFFF), "cut short"),
    "cut data": (written(1, rowsperstrip=1)[:-1], "cut short"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_what_cannot_be_continued_is_refused(name: str) -> None:
    """Each file is refused as unreadable, and the message says why."""
    content, why = HOSTILE[name]
    with pytest.raises(UnreadableFile, match=why) as caught:
        end_of(content)
    assert caught.value.code == Code.READ_ERROR


def test_strips_have_a_largest_number() -> None:
    """A page of more strips than rows can make costs no memory."""
    count = tiff_chain.MOST_STRIPS + 1
    content = bytearray(chained(0))
    at = content.index(struct.pack("<HH", 273, LONG)) + 4
    content[at : at + 4] = struct.pack("<I", count)
    with pytest.raises(UnreadableFile, match="strips"):
        end_of(bytes(content))


def test_pages_have_a_largest_number() -> None:
    """The chain of a file of many pages is followed no further than the limit."""
    places = [8 + DIRECTORY_BYTES * number for number in range(1, MOST_PAGES + 1)]
    assert end_of(chained(*places[:-1], 0)).pages == MOST_PAGES
    with pytest.raises(UnreadableFile, match="2,000 pages"):
        end_of(chained(*places, 0))


def test_a_file_without_room_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is as large as a TIFF can be has no place for one more page."""
    content = written(1)
    monkeypatch.setattr(tiff_chain, "LARGEST_BYTES", len(content) + 7)
    with pytest.raises(InvalidParameter, match="4 GiB"):
        end_of(content)


@given(st.data())
def test_damaged_files_are_refused_or_have_an_end(data: st.DataObject) -> None:
    """Changed bytes anywhere: nothing but `UnreadableFile`, and an end in the file."""
    bad = bytearray(written(3, data.draw(st.sampled_from(["<", ">"])), rowsperstrip=3))
    for _ in range(data.draw(st.integers(1, 6))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    try:
        end = end_of(bytes(bad))
    except UnreadableFile:
        return
    assert bad[end.link : end.link + 4] == bytes(4)


def test_copying_tells_that_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece is reported before it is written, so that it can be stopped."""
    monkeypatch.setattr(tiff_chain, "PIECE_BYTES", 10)
    out, reports = BytesIO(), list[tuple[int, int]]()
    source = BytesIO(bytes(range(25)))
    source.seek(7)
    copy(source, out, progress=lambda done: reports.append((done, out.tell())))
    assert out.getvalue() == source.getvalue()
    assert reports == [(0, 0), (0, 10), (0, 20)]
