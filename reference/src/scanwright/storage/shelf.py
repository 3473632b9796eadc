"""The shelf: one folder on disk with all documents, each a folder of its own.

    key                         the installation's key
    0190817c22ab/index          envelope and contents
    0190817c22ab/*.page         a file for each page
    0190817c22ab.gone/          a document that is being deleted

What has been answered survives a crash: a file is complete and on the disk before an
index names it, and an index replaces the one before it in one step. So between any two
steps a document is as it was, or as it should be. What no index names is left over from
a crash: `sweep` removes it, and so does the first change of its document.

All methods block, and are called in threads; the caller sees to it that a document has
one writer at a time.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from scanwright.errors import (
    DocumentDamaged,
    InvalidParameter,
    ScanwrightError,
    UnknownDocument,
)
from scanwright.protocol.scanning import PageFormat
from scanwright.storage.contents import Contents, KeptPage
from scanwright.storage.envelope import Envelope
from scanwright.storage.faults import reading, writing
from scanwright.storage.files import FileSystem
from scanwright.storage.ids import Ids, is_id
from scanwright.storage.index_file import read_contents, read_envelope, write_index
from scanwright.storage.page_file import PagePixels, read_page, write_page

__all__ = ["Shelf"]

INDEX: Final = "index"
NEW: Final = ".new"
PAGE: Final = ".page"
GONE: Final = ".gone"
SALT_BYTES: Final = 16
MOST_PAGES: Final = 10_000

logger = logging.getLogger(__name__)


class Shelf:
    """The documents in `folder`."""

    def __init__(
        self,
        folder: Path,
        *,
        files: FileSystem,
        ids: Ids,
        random: Callable[[int], bytes],
    ) -> None:
        self._folder = folder
        self._files = files
        self._ids = ids
        self._random = random
        self._being_made: set[str] = set()
        self._tidy: set[str] = set()

    def uids(self) -> list[str]:
        """Return the ids of all documents."""
        with reading("The folder of the documents"):
            names = [path.name for path in self._folder.iterdir()]
        return sorted(filter(is_id, names))

    def create(self, envelope: Envelope, key: bytes, contents: Contents) -> str:
        """Put a new document on the shelf; return its id."""
        with writing():
            uid = self._make_folder()
            try:
                self._replace_index(uid, envelope, contents, key)
                self._files.sync_folder(self._folder)
            except OSError:
                with contextlib.suppress(OSError):
                    self._files.remove_folder(self._folder / uid)
                raise
            finally:
                self._being_made.discard(uid)
        self._tidy.add(uid)
        return uid

    def envelope(self, uid: str) -> Envelope:
        """Return what the document's key is locked in; raises UnknownDocument."""
        with self._index(uid) as file:
            return read_envelope(file)

    def load(self, uid: str, key: bytes) -> Contents:
        """Return what the document's index says."""
        with self._index(uid) as file:
            return read_contents(file, uid, key)

    def change(
        self, uid: str, key: bytes, change: Callable[[Contents], Contents]
    ) -> Contents:
        """Replace the contents by what `change` makes of them; return the new ones."""
        envelope = self.envelope(uid)
        contents = change(self._tidied(uid, key))
        # Whether it got as far as replacing the index, only the index knows.
        self._tidy.discard(uid)
        with writing():
            self._replace_index(uid, envelope, contents, key)
        self._tidy.add(uid)
        return contents

    def add_page(
        self,
        uid: str,
        key: bytes,
        page: tuple[PageFormat, memoryview, bytes | None],
        place: Callable[[Contents, KeptPage], Contents],
    ) -> Contents:
        """Write a page, then the index that `place` makes; return the new contents."""
        if len(self._tidied(uid, key).pages) >= MOST_PAGES:
            raise InvalidParameter(f"A document has at most {MOST_PAGES:,} pages.")
        form, view, original = page
        pixels = PagePixels(view, original)
        salt = self._random(SALT_BYTES)
        kept = KeptPage(self._page_id(uid), form, salt, pixels.lengths)

        def fill(file: BinaryIO) -> None:
            write_page(file, uid, kept, pixels, key=key)

        try:
            with writing():
                self._files.write(self._page(uid, kept.uid), fill)
            return self.change(uid, key, lambda contents: place(contents, kept))
        except ScanwrightError:
            self._tidy.discard(uid)
            with contextlib.suppress(ScanwrightError, OSError):
                self._tidied(uid, key)
            raise

    def read_page(
        self, uid: str, key: bytes, page: KeptPage, into: memoryview
    ) -> bytes | None:
        """Fill `into` with a page's pixels; return the original JPEG, if any.

        Raises:
            UnknownDocument: The page or its document was deleted meanwhile.
            DocumentDamaged: The page's file is not what was written.
        """
        with reading(f"Page {page.uid} of document {uid}"):
            try:
                file = self._page(uid, page.uid).open("rb")
            except FileNotFoundError:
                if self.load(uid, key).page(page.uid) is None:
                    raise UnknownDocument("The page was deleted.") from None
                raise
            with file:
                return read_page(file, uid, page, into, key=key)

    def remove_page(self, uid: str, key: bytes, page: str) -> Contents:
        """Take a page out of the index, then its file away."""

        def change(contents: Contents) -> Contents:
            if contents.page(page) is None:
                raise UnknownDocument("The document has no such page.")
            return contents.without_page(page)

        contents = self.change(uid, key, change)
        try:
            self._files.remove(self._page(uid, page))
        except OSError:
            self._tidy.discard(uid)
        return contents

    def size_bytes(self, uid: str) -> int:
        """Return what the files of a document have on the disk; UnknownDocument."""
        try:
            with reading(f"Document {uid}"):
                files = (self._folder / uid).iterdir()
                return sum(path.stat().st_size for path in files)
        except DocumentDamaged as error:
            raise _unknown() from error

    def delete(self, uid: str) -> None:
        """Delete a document with all that is in it; raises UnknownDocument."""
        if not is_id(uid):
            raise _unknown()
        gone = self._folder / f"{uid}{GONE}"
        with writing():
            try:
                self._files.replace(self._folder / uid, gone)
            except FileNotFoundError:
                raise _unknown() from None
            self._files.sync_folder(self._folder)
        self._tidy.discard(uid)
        # It is deleted; what cannot be removed now, the next start sweeps away.
        with contextlib.suppress(OSError):
            self._files.remove_folder(gone)

    def sweep(self) -> None:
        """Remove documents that were not yet made, or half deleted, when it crashed."""
        for path in list(self._folder.iterdir()):
            uid, suffix = path.name[:12], path.name[12:]
            if not is_id(uid) or uid in self._being_made:
                continue
            if suffix == GONE or (not suffix and not (path / INDEX).exists()):
                logger.info("removing %s: it was left over from a crash", path.name)
                self._files.remove_folder(path)

    def tidy(self, uid: str, key: bytes) -> None:
        """Remove the files of a document that its index does not name."""
        self._tidied(uid, key)

    def _tidied(self, uid: str, key: bytes) -> Contents:
        contents = self.load(uid, key)
        if uid not in self._tidy:
            named = {f"{page.uid}{PAGE}" for page in contents.pages} | {INDEX}
            with writing():
                for path in list((self._folder / uid).iterdir()):
                    if path.name not in named:
                        self._files.remove(path)
            self._tidy.add(uid)
        return contents

    def _make_folder(self) -> str:
        while True:
            uid = self._ids.issue()
            self._being_made.add(uid)
            try:
                self._files.make_folder(self._folder / uid)
            except FileExistsError:
                self._being_made.discard(uid)
            else:
                return uid

    def _page_id(self, uid: str) -> str:
        while self._page(uid, page := self._ids.issue()).exists():
            pass
        return page

    def _replace_index(
        self, uid: str, envelope: Envelope, contents: Contents, key: bytes
    ) -> None:
        index = self._folder / uid / INDEX
        new = index.with_name(f"{INDEX}{NEW}")
        salt = self._random(SALT_BYTES)
        self._files.remove(new)
        self._files.write(
            new,
            lambda file: write_index(file, uid, envelope, contents, key=key, salt=salt),
        )
        self._files.replace(new, index)
        self._files.sync_folder(index.parent)

    @contextlib.contextmanager
    def _index(self, uid: str) -> Iterator[BinaryIO]:
        if not is_id(uid):
            raise _unknown()
        with reading(f"Document {uid}"):
            try:
                file = (self._folder / uid / INDEX).open("rb")
            except FileNotFoundError:
                raise _unknown() from None
            with file:
                yield file

    def _page(self, uid: str, page: str) -> Path:
        return self._folder / uid / f"{page}{PAGE}"


def _unknown() -> UnknownDocument:
    return UnknownDocument("No document has this id.")
