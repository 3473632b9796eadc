"""The disk's free space: watched, so that no cache ever fills it.

Below the least that must stay free nothing more is written, and whoever wants to know
is told once for each time that it gets so low.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from scanwright.errors import Code, InternalError

__all__ = ["LEAST_BYTES", "Disk", "free_bytes"]

GIB: Final = 1 << 30
LEAST_BYTES: Final = 4 * GIB
"""As published for 64-bit systems."""


def free_bytes(folder: Path) -> int:
    """Return what ordinary users can still write where the folder is.

    A folder that is gone, or cannot be asked, has nothing.
    """
    try:
        status = os.statvfs(folder)
    except OSError:
        return 0
    return status.f_bavail * status.f_frsize


class Disk:
    """The disk of a folder, of which `least_bytes` are to stay free.

    `on_low` is told how many bytes are free when they have become too few.
    """

    def __init__(
        self,
        folder: Path,
        *,
        least_bytes: int = LEAST_BYTES,
        measure: Callable[[Path], int] = free_bytes,
    ) -> None:
        self.least_bytes = least_bytes
        self.on_low: Callable[[int], None] = _nobody
        self._folder = folder
        self._measure = measure
        self._was_low = False

    @property
    def free_bytes(self) -> int:
        """What is free now."""
        return self._measure(self._folder)

    def is_low(self) -> bool:
        """Measure whether too little is free; tell of it when that is new."""
        free = self.free_bytes
        was_low, self._was_low = self._was_low, free < self.least_bytes
        if self._was_low and not was_low:
            self.on_low(free)
        return self._was_low

    def refuse_if_low(self) -> None:
        """Raise the error that says so, if too little is free."""
        if self.is_low():
            raise InternalError(
                f"Less than {self.least_bytes / GIB:.3g} GiB of the disk are free. "
                "Free some disk space.",
                code=Code.WRITE_ERROR,
            )


def _nobody(free: int) -> None:
    del free
