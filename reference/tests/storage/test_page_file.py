"""A page as a file: pixels and original come back, or it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.buffer.sealed_file import Damaged
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.storage.contents import KeptPage
from scanwright.storage.page_file import PagePixels, read_page, write_page

KEY, UID = b"k" * 32, "0190817c22ab"
FORM = PageFormat(8, 4, Depth(PixelType.GRAY, 8), (300, 200), Source.FEEDER)
NINES = b"\x09" * FORM.size_bytes


def written(path: Path, original: bytes | None = None) -> KeptPage:
    """Write a page of shade 9."""
    packed = PagePixels(memoryview(NINES), original)
    page = KeptPage("0190817c3001", FORM, b"s" * 16, packed.lengths)
    with path.open("wb") as file:
        write_page(file, UID, page, packed, key=KEY)
    return page


def read(path: Path, page: KeptPage, document: str = UID) -> tuple[bytes, bytes | None]:
    """Read a page back."""
    room = bytearray(FORM.size_bytes)
    with path.open("rb") as file:
        original = read_page(file, document, page, memoryview(room), key=KEY)
    return bytes(room), original


@pytest.mark.parametrize("original", [None, b"\xff\xd8jpeg"])
def test_it_comes_back(tmp_path: Path, original: bytes | None) -> None:
    """The pixels, and the JPEG if there was one."""
    page = written(tmp_path / "page", original)
    assert read(tmp_path / "page", page) == (NINES, original)


def test_every_changed_byte_is_damage(tmp_path: Path) -> None:
    """The pixels' bytes and the original's."""
    path = tmp_path / "page"
    page = written(path, b"\xff\xd8jpeg")
    good = path.read_bytes()
    for at in range(len(good)):
        path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises(Damaged):
            read(path, page)


def test_another_length_is_damage(tmp_path: Path) -> None:
    """Nothing may be missing, and nothing may follow."""
    path = tmp_path / "page"
    page = written(path)
    good = path.read_bytes()
    for other in (good[:-1], good + b"x", b""):
        path.write_bytes(other)
        with pytest.raises(Damaged):
            read(path, page)


def test_a_page_belongs_to_its_document(tmp_path: Path) -> None:
    """Moved to another one it is damaged."""
    page = written(tmp_path / "page")
    with pytest.raises(Damaged):
        read(tmp_path / "page", page, "0190817c22ac")
