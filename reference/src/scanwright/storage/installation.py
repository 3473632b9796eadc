"""The installation's own key: it locks the documents that have no password.

One file of 32 random bytes beside the documents, for the owner's eyes only, made when
it is first needed. Who copies the documents without it has copied noise.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scanwright.errors import DocumentDamaged
from scanwright.storage.envelope import KEY_BYTES
from scanwright.storage.faults import writing
from scanwright.storage.files import FileSystem

__all__ = ["NAMES", "InstallationKey"]

NAME: Final = "key"
NEW: Final = "key.new"
NAMES: Final = frozenset({NAME, NEW})
"""The names that it takes in the folder of the documents."""


class InstallationKey:
    """The key in a folder; all methods block, and any thread may call them."""

    def __init__(
        self, folder: Path, files: FileSystem, random: Callable[[int], bytes]
    ) -> None:
        self._folder = folder
        self._files = files
        self._random = random
        self._lock = threading.Lock()

    def wrapping(self, salt: bytes) -> bytes:
        """Return the key that the document with this salt is locked with.

        Raises:
            DocumentDamaged: The key's file is gone, or is none.
        """
        try:
            key = (self._folder / NAME).read_bytes()
        except OSError as error:
            raise DocumentDamaged(
                f"The documents' key, {self._folder / NAME}, cannot be read: "
                f"{error.strerror}. Put it back from a copy of the folder."
            ) from error
        if len(key) != KEY_BYTES:
            raise DocumentDamaged(
                f"The documents' key, {self._folder / NAME}, is damaged. Put it back "
                "from a copy of the folder."
            )
        return hmac.digest(key, b"document\0" + salt, "sha256")

    def ensure(self) -> None:
        """Make the key if there is none; StorageFull when there is no room for it."""
        with self._lock, writing():
            if (self._folder / NAME).exists():
                return
            key = self._random(KEY_BYTES)
            new = self._folder / NEW
            self._files.remove(new)
            self._files.write(new, lambda file: file.write(key))
            self._files.replace(new, self._folder / NAME)
            self._files.sync_folder(self._folder)
