"""The file system as documents use it: what is written here is there after a crash.

A port: tests put one in its place that fails, or stops like a machine without power,
at the step of their choice. All methods block and raise OSError.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["FileSystem"]

FOLDER_MODE: Final = 0o700
FILE_MODE: Final = 0o600


class FileSystem:
    """The machine's own; everything is for the owner's eyes only."""

    def make_folder(self, path: Path) -> None:
        """Make a folder that is not there yet."""
        path.mkdir(mode=FOLDER_MODE)

    def write(self, path: Path, fill: Callable[[BinaryIO], object]) -> None:
        """Make a new file, let `fill` write it, and wait until it is on the disk."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        with os.fdopen(descriptor, "wb") as file:
            fill(file)
            file.flush()
            os.fsync(file.fileno())

    def replace(self, source: Path, target: Path) -> None:
        """Give a file or folder another name, in one step."""
        source.replace(target)

    def sync_folder(self, path: Path) -> None:
        """Wait until the names in a folder are on the disk."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def remove(self, path: Path) -> None:
        """Delete a file; one that is not there is deleted already."""
        path.unlink(missing_ok=True)

    def remove_folder(self, path: Path) -> None:
        """Delete a folder with all that is in it."""
        shutil.rmtree(path)
