"""Calls that load and save: files in, files out, and nothing lost when one fails."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

from scanwright.errors import InvalidParameter, OutOfSequence, ScanwrightError
from scanwright.imaging.files.errors import UnreadableFile
from scanwright.sessions.run import CallFailed
from scanwright.sessions.shelf import MOST_FILES, Upload

Desk = Any


def _open_files() -> int:
    """Count the files of shelves that are open, and nothing else of this process."""
    count = 0
    for entry in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            count += str(entry.readlink()).startswith("/memfd:scanwright-file")
    return count


def _tiff(*shades: int) -> bytes:
    pages = [Pillow.new("L", (20, 10), shade) for shade in shades]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def _shades(data: bytes) -> list[object]:
    shades: list[object] = []
    with Pillow.open(io.BytesIO(data)) as tiff:
        for index in range(tiff.n_frames):  # type: ignore[attr-defined]
            tiff.seek(index)
            shades.append(tiff.getpixel((0, 0)))
    return shades


def _upload(desk: Desk, data: bytes) -> str:
    with desk.session.shelf.new_file(len(data)) as fd:
        os.write(fd, data)
    name: str = desk.session.shelf.add_upload(Upload(fd, len(data)))
    return name


def _content(desk: Desk, saved: dict[str, Any]) -> bytes:
    file = desk.session.shelf.saved(saved["path"].removeprefix("files/"))
    return os.pread(file.fd, file.size, 0)


async def test_a_file_comes_into_the_buffer(desk: Desk) -> None:
    """Every page of a file comes, in order, as one step of undo."""
    await desk.add(1, shade=9)
    loaded = await desk.call("file.load", upload=_upload(desk, _tiff(1, 2, 3)), at=0)
    assert await desk.shades() == [1, 2, 3, 9]
    assert list(desk.session.album.document.images[:3]) == loaded["images"]
    assert [told["done"] for told in desk.told("progress")] == [1, 2, 3]
    await desk.call("buffer.undo")
    assert await desk.shades() == [9]


async def test_an_upload_is_used_once(desk: Desk) -> None:
    """An upload is gone when it has been loaded."""
    upload = _upload(desk, _tiff(1))
    await desk.call("file.load", upload=upload)
    with pytest.raises(InvalidParameter, match="upload"):
        await desk.call("file.load", upload=upload)


async def test_an_image_is_replaced(desk: Desk) -> None:
    """An image shows the first page, and is answered; the rest comes behind it."""
    ids = await desk.add(2, shade=9)
    upload = _upload(desk, _tiff(1, 2))
    loaded = await desk.call("file.load", upload=upload, replace=ids[0])
    assert await desk.shades() == [1, 2, 9]
    assert loaded["images"][0] == ids[0]
    assert desk.session.album.document.images == (*loaded["images"], ids[1])


async def test_files_follow_a_replaced_image(desk: Desk) -> None:
    """Behind a file of one page, which replaces, the next one finds its place."""
    ids = await desk.add(2, shade=9)
    first = await desk.call("file.load", upload=_upload(desk, _tiff(1)), replace=ids[0])
    assert first["images"] == [ids[0]]
    at = len(first["images"])
    await desk.call("file.load", upload=_upload(desk, _tiff(2)), at=at)
    assert await desk.shades() == [1, 2, 9]


async def test_files_before_the_current_image_keep_their_order(desk: Desk) -> None:
    """Files that come by option, one after the other, stand as they came."""
    ids = await desk.add(2)
    await desk.call("buffer.options", insert="before-current")
    await desk.call("file.load", upload=_upload(desk, _tiff(50, 51, 52)))
    await desk.call("file.load", upload=_upload(desk, _tiff(60, 61)))
    assert await desk.shades() == [1, 50, 51, 52, 60, 61, 2]
    assert desk.session.album.document.current == ids[1]


async def test_what_is_answered_is_in_the_buffer(desk: Desk) -> None:
    """A file with more pages than the maximum leaves its last ones, and names them."""
    await desk.add(3, shade=9)
    await desk.call("buffer.options", maximum=3)
    loaded = await desk.call("file.load", upload=_upload(desk, _tiff(*range(5))), at=1)
    assert await desk.shades() == [2, 3, 4]
    assert list(desk.session.album.document.images) == loaded["images"]


async def test_what_cannot_be_read_is_the_callers_error(desk: Desk) -> None:
    """A file that is none fails the call, and the buffer is as it was."""
    await desk.add(1, shade=9)
    with pytest.raises(ScanwrightError) as caught:
        await desk.call("file.load", upload=_upload(desk, b"no picture at all"))
    assert isinstance(caught.value, CallFailed)
    assert isinstance(caught.value.__cause__, UnreadableFile)
    assert await desk.shades() == [9]


async def test_pages_before_a_fault_stay(desk: Desk, addons: Any) -> None:
    """Pages that were read before the file broke off stay, and are named."""
    addons.fault = OutOfSequence("broken off")
    with pytest.raises(CallFailed) as caught:
        await desk.call("file.load", upload=_upload(desk, _tiff(1, 2)))
    assert caught.value.data["images"] == list(desk.session.album.document.images)
    assert await desk.shades() == [1, 2]


async def test_images_become_a_file(desk: Desk) -> None:
    """A saved file has the images in the order given, its name and its checksum."""
    ids = await desk.add(2)
    saved = await desk.call(
        "file.save",
        images=[ids[1], ids[0]],
        options={"type": "image/tiff"},
        name="two.jpg",
    )
    data = _content(desk, saved)
    assert saved["name"] == "two.jpg.tif"
    assert (saved["bytes"], saved["sha256"]) == (
        len(data),
        hashlib.sha256(data).hexdigest(),
    )
    assert _shades(data) == [2, 1]


async def test_images_are_appended_to_a_tiff(desk: Desk) -> None:
    """The file begins with the uploaded one, and the upload is used up."""
    ids = await desk.add(2)
    upload = _upload(desk, _tiff(7, 8))
    params = {"images": ids, "options": {"type": "image/tiff"}, "append": upload}
    files = _open_files()
    saved = await desk.call("file.save", **params)
    data = _content(desk, saved)
    assert _shades(data) == [7, 8, 1, 2]
    assert saved["sha256"] == hashlib.sha256(data).hexdigest()
    assert _open_files() == files
    with pytest.raises(InvalidParameter, match="append names no file"):
        await desk.call("file.save", **params)


async def test_a_tiff_is_appended_to_with_a_full_shelf(desk: Desk) -> None:
    """The upload's place on the shelf is that of the file."""
    ids = await desk.add(1)
    uploads = [_upload(desk, _tiff(7)) for _ in range(MOST_FILES)]
    saved = await desk.call(
        "file.save", images=ids, options={"type": "image/tiff"}, append=uploads[0]
    )
    assert _shades(_content(desk, saved)) == [7, 1]


async def test_only_a_tiff_is_appended_to(desk: Desk) -> None:
    """With another type `append` is refused, and the upload stays."""
    ids, upload = await desk.add(1), _upload(desk, _tiff(7))
    options = {"type": "application/pdf"}
    with pytest.raises(InvalidParameter, match="append is for type image/tiff"):
        await desk.call("file.save", images=ids, options=options, append=upload)
    await desk.call("file.load", upload=upload)
    assert await desk.shades() == [1, 7]


async def test_what_cannot_be_appended_to_costs_the_upload_alone(desk: Desk) -> None:
    """The save is refused by what is wrong with the file; the images stay."""
    ids, upload = await desk.add(1), _upload(desk, b"no picture at all")
    files = _open_files()
    with pytest.raises(UnreadableFile, match="no TIFF"):
        await desk.call(
            "file.save", images=ids, options={"type": "image/tiff"}, append=upload
        )
    assert _open_files() == files - 1
    assert await desk.shades() == [1]


async def test_a_single_page_type_takes_one_page(desk: Desk) -> None:
    """Several pages in a type that holds one are refused with its published code."""
    ids = await desk.add(2)
    with pytest.raises(ScanwrightError) as caught:
        await desk.call("file.save", images=ids, options={"type": "image/jpeg"})
    assert caught.value.code == -2361


async def test_a_failed_save_leaves_nothing(desk: Desk, addons: Any) -> None:
    """A save that fails keeps no file and no page, and the images stay."""
    ids = await desk.add(1)
    addons.fault = OutOfSequence("disk full")
    files = _open_files()
    with pytest.raises(OutOfSequence):
        await desk.call("file.save", images=ids, options={"type": "image/png"})
    assert _open_files() == files
    assert await desk.shades() == [1]


async def test_a_file_is_released(desk: Desk) -> None:
    """A released file is gone; releasing it again is nothing."""
    ids = await desk.add(1)
    saved = await desk.call("file.save", images=ids, options={"type": "image/png"})
    await desk.call("file.release", path=saved["path"])
    assert desk.session.shelf.saved(saved["path"].removeprefix("files/")) is None
    await desk.call("file.release", path=saved["path"])


async def test_sizes_are_estimated(desk: Desk) -> None:
    """An estimate is for all images together, and grows with the quality."""
    ids = await desk.add(2)

    async def estimate(quality: int) -> int:
        options = {"type": "image/jpeg", "quality": quality}
        told = await desk.call("buffer.estimate", images=ids, options=options)
        return int(told["bytes"])

    assert 0 < await estimate(30) < await estimate(95)
