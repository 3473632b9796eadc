"""The storage: documents that outlive jobs, restarts and upgrades of the service.

A document is opened by its id and, when it has one, its password; a document that a web
origin has made is only there for that origin. Opening gives a `Document`, which holds
the document's key for as long as a request lasts.

A document whose contents are damaged can still be deleted, by whoever can be known to
have a right to it: its envelope says whether there is a password. Where there is one it
is asked for, as ever. Where there is none, only the contents would say whose document
it is, so pages, which have an origin, are refused, and other programs are not. A
damaged envelope says nothing: that document is left to whoever runs the service.

Passwords have threads of their own, two, so that trying them out is slow, and slow for
nobody else. Missing or wrong, the answer is the same.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from scanwright.errors import (
    DocumentDamaged,
    PasswordRefused,
    ScanwrightError,
    UnknownDocument,
)
from scanwright.storage.contents import Contents
from scanwright.storage.document import Document, Guard, Keeper
from scanwright.storage.envelope import KEY_BYTES, Cost, Envelope, Lock, WrongKey
from scanwright.storage.files import FileSystem
from scanwright.storage.ids import Ids
from scanwright.storage.installation import InstallationKey
from scanwright.storage.shelf import Shelf
from scanwright.storage.threads import Threads
from scanwright.storage.unlocked import Unlocked

__all__ = ["LONGEST_PASSWORD", "Storage"]

LONGEST_PASSWORD: Final = 32
SALT_BYTES: Final = 16

logger = logging.getLogger(__name__)


class Storage:
    """All documents in `folder`. `clock` is seconds since 1970."""

    def __init__(
        self,
        folder: Path,
        *,
        guard: Guard | None = None,
        clock: Callable[[], float] = time.time,
        random: Callable[[int], bytes] = os.urandom,
        files: FileSystem | None = None,
        cost: Cost | None = None,
    ) -> None:
        files = files or FileSystem()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._random = random
        self._cost = cost or Cost()
        self._own = InstallationKey(folder, files, random)
        self._shelf = Shelf(folder, files=files, ids=Ids(clock, random), random=random)
        self._threads = Threads("storage", 2)
        self._passwords = Threads("password", 2)
        self._unlocked = Unlocked(clock)
        self._keeper = Keeper(self._shelf, self._threads, guard)

    async def sweep(self) -> None:
        """Remove what a crash has left behind; call it once, beside the service.

        Documents with a password are looked at when they are changed: only then is
        their index open.
        """
        await self._threads.run(self._shelf.sweep)
        for uid in await self._threads.run(self._shelf.uids):
            try:
                envelope = await self._threads.run(partial(self._shelf.envelope, uid))
                if envelope.lock is Lock.INSTALLATION:
                    key = await self._key(uid, envelope, "")
                    async with self._keeper.lock(uid):
                        await self._threads.run(partial(self._shelf.tidy, uid, key))
            except ScanwrightError as error:
                logger.warning("%s", error.message)

    async def create(
        self, *, password: str = "", origin: str | None = None
    ) -> Document:
        """Make an empty document; "" is no password.

        Raises:
            StorageFull: There is no room for it.
        """
        self._keeper.refuse_if_low()
        cost = self._cost if password else None
        salt, key = self._random(SALT_BYTES), self._random(KEY_BYTES)
        if not password:
            await self._threads.run(self._own.ensure)
        wrapping = await self._wrapping(cost, salt, password)
        envelope = Envelope.make(wrapping, cost=cost, salt=salt, key=key)
        contents = Contents(origin)
        work = partial(self._shelf.create, envelope, key, contents)
        uid = await self._threads.run(work)
        return Document(self._keeper, uid, key=key, contents=contents)

    async def open(
        self, uid: str, *, password: str = "", origin: str | None = None
    ) -> Document:
        """Open a document; a password that it does not have is not looked at.

        Raises:
            UnknownDocument: There is none, or it is another origin's.
            PasswordRefused: It has a password, and this is not it.
            DocumentDamaged: Its files are not what was written.
        """
        uid = uid.lower()
        envelope = await self._threads.run(partial(self._shelf.envelope, uid))
        key = await self._key(uid, envelope, password)
        contents = await self._threads.run(partial(self._shelf.load, uid, key))
        if None not in {origin, contents.origin} and origin != contents.origin:
            raise UnknownDocument("No document has this id.")
        return Document(self._keeper, uid, key=key, contents=contents)

    async def delete(
        self, uid: str, *, password: str = "", origin: str | None = None
    ) -> None:
        """Delete a document with all of its data, a damaged one too where that is safe.

        Raises:
            UnknownDocument: There is none, or it is another origin's.
            PasswordRefused: It has a password, and this is not it.
            DocumentDamaged: It is, and nothing tells whether it is the caller's.
        """
        try:
            document = await self.open(uid, password=password, origin=origin)
        except DocumentDamaged as error:
            await self._check_right(uid.lower(), password, origin, error)
            await self.discard(uid)
        else:
            await document.delete()

    async def discard(self, uid: str) -> None:
        """Delete a document, whoever's it is: for whoever runs the service.

        Raises:
            UnknownDocument: There is none.
        """
        uid = uid.lower()
        async with self._keeper.lock(uid):
            await self._threads.run(partial(self._shelf.delete, uid))

    async def uids(self) -> list[str]:
        """Return the ids of all documents: for whoever runs the service."""
        return await self._threads.run(self._shelf.uids)

    async def size_bytes(self, uid: str) -> int:
        """Return what the files of a document take on the disk."""
        return await self._threads.run(partial(self._shelf.size_bytes, uid))

    def close(self) -> None:
        """Wait for the threads; changes under way are completed."""
        self._threads.close()
        self._passwords.close()

    async def _check_right(
        self, uid: str, password: str, origin: str | None, damage: DocumentDamaged
    ) -> None:
        """Raise unless whoever asks may delete this document, which is damaged."""
        try:
            envelope = await self._threads.run(partial(self._shelf.envelope, uid))
        except DocumentDamaged:
            may_delete = False
        else:
            has_password = envelope.lock is Lock.PASSWORD
            if has_password:
                await self._key(uid, envelope, password)
            may_delete = has_password or origin is None
        if not may_delete:
            raise DocumentDamaged(
                f"{damage.message} Or have it deleted by whoever runs the service: "
                f"`scanwright documents remove {uid}`."
            ) from damage

    async def _key(self, uid: str, envelope: Envelope, password: str) -> bytes:
        locked = envelope.lock is Lock.PASSWORD
        if locked and not 0 < len(password) <= LONGEST_PASSWORD:
            raise _refused()
        if locked and (known := self._unlocked.find(uid, password)):
            return known
        wrapping = await self._wrapping(envelope.cost, envelope.salt, password)
        try:
            key = envelope.open(wrapping)
        except WrongKey as error:
            if locked:
                raise _refused() from error
            raise DocumentDamaged(
                f"Document {uid} belongs to another key than that in the documents' "
                "folder. Put them back from the same copy."
            ) from error
        if locked:
            self._unlocked.remember(uid, password, key)
        return key

    async def _wrapping(self, cost: Cost | None, salt: bytes, password: str) -> bytes:
        if cost is None:
            return await self._threads.run(partial(self._own.wrapping, salt))
        return await self._passwords.run(partial(cost.derive, password, salt))


def _refused() -> PasswordRefused:
    return PasswordRefused(
        "The document has a password: send it in the header DWT-DOC-PASSWORD."
    )
