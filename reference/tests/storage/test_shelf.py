"""The shelf: whatever a crash interrupts, a document is as before or as after."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

import pytest

from scanwright.errors import (
    DocumentDamaged,
    InternalError,
    InvalidParameter,
    ScanwrightError,
    StorageFull,
    UnknownDocument,
)
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.storage import shelf as shelf_module
from scanwright.storage.contents import Contents
from scanwright.storage.envelope import Envelope
from scanwright.storage.files import FileSystem
from scanwright.storage.ids import Ids
from scanwright.storage.shelf import Shelf

KEY = b"k" * 32
ENVELOPE = Envelope.make(b"w" * 32, cost=None, salt=b"s" * 16, key=KEY)
FORM = PageFormat(8, 4, Depth(PixelType.GRAY, 8), (300, 200), Source.FEEDER)

Change = Callable[[Shelf, str], object]


class PowerCut(Exception):
    """The machine stops: nothing after this happens, no tidying up either."""


@dataclass
class FaultyFiles(FileSystem):
    """Does `steps` steps; each after them fails. Without an `error` the power is cut.

    The first write that fails has written half of its file.
    """

    steps: int = 10**9
    error: int | None = None
    done: list[tuple[str, str]] = field(default_factory=list)

    def make_folder(self, path: Path) -> None:
        """Count it."""
        self._step("make_folder", path)
        super().make_folder(path)

    def write(self, path: Path, fill: Callable[[BinaryIO], object]) -> None:
        """Count it; leave a torn file behind."""
        if len(self.done) == self.steps:
            super().write(path, fill)
            os.truncate(path, path.stat().st_size // 2)
        self._step("write", path)
        super().write(path, fill)

    def replace(self, source: Path, target: Path) -> None:
        """Count it."""
        self._step("replace", target)
        super().replace(source, target)

    def sync_folder(self, path: Path) -> None:
        """Count it."""
        self._step("sync_folder", path)
        super().sync_folder(path)

    def remove(self, path: Path) -> None:
        """Count it."""
        self._step("remove", path)
        super().remove(path)

    def remove_folder(self, path: Path) -> None:
        """Count it."""
        self._step("remove_folder", path)
        super().remove_folder(path)

    def _step(self, name: str, path: Path) -> None:
        self.done.append((name, path.name))
        if len(self.done) > self.steps:
            if self.error is None:
                raise PowerCut
            raise OSError(self.error, os.strerror(self.error), str(path))


def make_shelf(folder: Path, files: FileSystem | None = None) -> Shelf:
    """Return a shelf in a folder, as after a start."""
    folder.mkdir(exist_ok=True)
    ticks = count(1_700_000_000)
    ids = Ids(lambda: float(next(ticks)), os.urandom)
    return Shelf(folder, files=files or FileSystem(), ids=ids, random=os.urandom)


def add(shelf: Shelf, uid: str, shade: int, position: int | None = None) -> Contents:
    """Add a page that is all of a shade."""
    page = (FORM, memoryview(bytes([shade]) * FORM.size_bytes), None)
    return shelf.add_page(
        uid, KEY, page, lambda contents, kept: contents.with_page(kept, position)
    )


def create(shelf: Shelf) -> str:
    """Make an empty document."""
    return shelf.create(ENVELOPE, KEY, Contents("https://a.example"))


def state(shelf: Shelf, uid: str) -> tuple[object, list[int]] | None:
    """Return metadata and shades of a document, every page read; None without it."""
    try:
        contents = shelf.load(uid, KEY)
    except UnknownDocument:
        return None
    room = bytearray(FORM.size_bytes)
    shades = []
    for page in contents.pages:
        shelf.read_page(uid, KEY, page, memoryview(room))
        shades.append(room[0])
    return contents.metadata, shades


def names(folder: Path) -> list[str]:
    """Return all files below a folder."""
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def metadata(shelf: Shelf, uid: str) -> None:
    """Change the metadata."""
    shelf.change(uid, KEY, lambda contents: replace(contents, metadata="new"))


def remove_first(shelf: Shelf, uid: str) -> None:
    """Remove the first page."""
    shelf.remove_page(uid, KEY, shelf.load(uid, KEY).pages[0].uid)


CHANGES: list[tuple[Change, tuple[object, list[int]] | None]] = [
    (lambda shelf, uid: add(shelf, uid, 3, 1), (None, [3, 1, 2])),
    (metadata, ("new", [1, 2])),
    (remove_first, (None, [2])),
    (lambda shelf, uid: shelf.delete(uid), None),
]
BEFORE = (None, [1, 2])


def two_pages(folder: Path) -> str:
    """Keep a document of two pages."""
    shelf = make_shelf(folder)
    uid = create(shelf)
    add(shelf, uid, 1)
    add(shelf, uid, 2)
    return uid


@pytest.mark.parametrize(("change", "after"), CHANGES)
@pytest.mark.parametrize("error", [None, errno.ENOSPC, errno.EIO])
def test_every_step_may_be_the_last(
    tmp_path: Path,
    change: Change,
    after: tuple[object, list[int]] | None,
    error: int | None,
) -> None:
    """Stopped at any step, the change has happened or not, and nothing is left over."""
    for steps in count():
        folder = tmp_path / str(steps)
        uid = two_pages(folder)
        files = FaultyFiles(steps, error)
        try:
            change(make_shelf(folder, files), uid)
            is_done = True
        except (PowerCut, StorageFull, InternalError):
            is_done = False
        restarted = make_shelf(folder)
        restarted.sweep()
        found = state(restarted, uid)
        assert found in ([after] if is_done else [BEFORE, after]), files.done
        if found is not None:
            restarted.tidy(uid, KEY)
        pages = len(found[1]) if found else -1
        assert len(names(folder)) == pages + 1, (names(folder), files.done)
        if is_done and len(files.done) < steps:
            break
    assert steps > 2


@pytest.mark.parametrize(("change", "after"), CHANGES)
def test_a_change_works_after_one_that_failed(
    tmp_path: Path, change: Change, after: tuple[object, list[int]] | None
) -> None:
    """Nothing of a failure is in the way of the next try, without a restart."""
    for steps in count():
        folder = tmp_path / str(steps)
        uid = two_pages(folder)
        files = FaultyFiles(steps, errno.ENOSPC)
        shelf = make_shelf(folder, files)
        try:
            change(shelf, uid)
            break
        except ScanwrightError:
            files.steps = 10**9
        if state(shelf, uid) == BEFORE:
            change(shelf, uid)
        assert state(shelf, uid) == after
        shelf.sweep()
        if after:
            shelf.tidy(uid, KEY)
        assert len(names(folder)) == (len(after[1]) + 1 if after else 0)
    assert steps > 1


def test_creation_may_stop_at_any_step(tmp_path: Path) -> None:
    """There is a whole document then, or none, and no trace of it."""
    for steps in count():
        folder = tmp_path / str(steps)
        files = FaultyFiles(steps)
        try:
            create(make_shelf(folder, files))
        except PowerCut:
            restarted = make_shelf(folder)
            restarted.sweep()
            for uid in restarted.uids():
                assert state(restarted, uid) == (None, [])
            assert len(list(folder.iterdir())) == len(restarted.uids())
        else:
            break
    assert steps == 6


def test_a_document_that_finds_no_room_is_not_there(tmp_path: Path) -> None:
    """A full disk takes no half documents."""
    files = FaultyFiles(2, errno.ENOSPC)
    shelf = make_shelf(tmp_path, files)
    with pytest.raises(StorageFull):
        create(shelf)
    shelf = make_shelf(tmp_path)
    shelf.sweep()
    assert list(tmp_path.iterdir()) == []


def test_pages_are_on_the_disk_before_an_index_names_them(tmp_path: Path) -> None:
    """The page's file is whole, then the index, and last the index takes its place."""
    files = FaultyFiles()
    shelf = make_shelf(tmp_path, files)
    uid = create(shelf)
    files.done.clear()
    page = add(shelf, uid, 1).pages[0].uid
    steps = [step for step in files.done if step[0] != "remove"]
    assert steps == [
        ("write", f"{page}.page"),
        ("write", "index.new"),
        ("replace", "index"),
        ("sync_folder", uid),
    ]


def test_an_id_that_is_taken_is_not_given_again(tmp_path: Path) -> None:
    """A clock that was set back finds its old ids on the disk."""
    first = [create(make_shelf(tmp_path)) for _ in range(40)]
    assert len(set(first)) == 40


def test_an_id_of_a_page_that_is_taken_is_not_given_again(tmp_path: Path) -> None:
    """Nor to a page, whatever the clock says."""
    tmp_path = tmp_path / "a"
    uid = create(make_shelf(tmp_path))
    for _ in range(20):
        add(make_shelf(tmp_path), uid, 1)
    pages = make_shelf(tmp_path).load(uid, KEY).pages
    assert len({page.uid for page in pages}) == 20


@pytest.mark.parametrize("uid", ["", "..", "../../etc", "0190817c22AB", "0190817c22ab"])
def test_what_is_not_there_is_unknown(tmp_path: Path, uid: str) -> None:
    """An id never leads out of the folder."""
    shelf = make_shelf(tmp_path)
    with pytest.raises(UnknownDocument):
        shelf.envelope(uid)
    with pytest.raises(UnknownDocument):
        shelf.load(uid, KEY)


def test_a_documents_size_is_that_of_its_files(tmp_path: Path) -> None:
    """Index and pages; a document that is not there has none."""
    uid = two_pages(tmp_path)
    sizes = [path.stat().st_size for path in (tmp_path / uid).iterdir()]
    assert make_shelf(tmp_path).size_bytes(uid) == sum(sizes)
    with pytest.raises(UnknownDocument):
        make_shelf(tmp_path).size_bytes("0190817c22ab")


def test_deleting_twice_is_unknown(tmp_path: Path) -> None:
    """The second is told that there is nothing."""
    shelf = make_shelf(tmp_path)
    uid = create(shelf)
    shelf.delete(uid)
    with pytest.raises(UnknownDocument):
        shelf.delete(uid)


def test_a_damaged_page_is_that_pages_fault(tmp_path: Path) -> None:
    """The other pages, and the other documents, are read as before."""
    uid, other = two_pages(tmp_path), two_pages(tmp_path)
    shelf = make_shelf(tmp_path)
    first, second = shelf.load(uid, KEY).pages
    path = tmp_path / uid / f"{first.uid}.page"
    path.write_bytes(bytes(path.stat().st_size))
    room = memoryview(bytearray(FORM.size_bytes))
    with pytest.raises(DocumentDamaged, match=first.uid):
        shelf.read_page(uid, KEY, first, room)
    shelf.read_page(uid, KEY, second, room)
    assert room[0] == 2
    path.unlink()
    with pytest.raises(DocumentDamaged, match=first.uid):
        shelf.read_page(uid, KEY, first, room)
    assert state(shelf, other) == BEFORE


def test_a_damaged_index_deletes_nothing(tmp_path: Path) -> None:
    """Without knowing what it names no file is taken for a left over one."""
    uid = two_pages(tmp_path)
    index = tmp_path / uid / "index"
    good = index.read_bytes()
    index.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    before = names(tmp_path)
    shelf = make_shelf(tmp_path)
    shelf.sweep()
    with pytest.raises(DocumentDamaged):
        shelf.tidy(uid, KEY)
    with pytest.raises(DocumentDamaged):
        add(shelf, uid, 3)
    assert names(tmp_path) == before
    index.write_bytes(good)
    assert state(shelf, uid) == BEFORE


def test_a_page_that_was_deleted_meanwhile_is_unknown(tmp_path: Path) -> None:
    """A reader with old contents is not told of damage."""
    uid = two_pages(tmp_path)
    shelf = make_shelf(tmp_path)
    page = shelf.load(uid, KEY).pages[0]
    shelf.remove_page(uid, KEY, page.uid)
    room = memoryview(bytearray(FORM.size_bytes))
    with pytest.raises(UnknownDocument):
        shelf.read_page(uid, KEY, page, room)
    with pytest.raises(UnknownDocument):
        shelf.remove_page(uid, KEY, page.uid)


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    """A sweep removes nothing but what the service itself has left."""
    (tmp_path / "README").write_text("mine")
    (tmp_path / "0190817c22ab").mkdir()
    (tmp_path / "0190817c22ac.gone").mkdir()
    (tmp_path / "0190817c22ad.kept").mkdir()
    make_shelf(tmp_path).sweep()
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["0190817c22ad.kept", "README"]


def test_a_document_can_be_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page more than it may have is refused, and leaves no file."""
    uid = two_pages(tmp_path)
    monkeypatch.setattr(shelf_module, "MOST_PAGES", 2)
    with pytest.raises(InvalidParameter, match="at most 2 pages"):
        add(make_shelf(tmp_path), uid, 3)
    assert len(names(tmp_path)) == 3
