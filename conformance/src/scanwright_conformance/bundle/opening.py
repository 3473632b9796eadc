"""How the commands open a bundle, and what they say when that fails."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.printable import printable

if TYPE_CHECKING:
    from scanwright_conformance.bundle.file import Bundle

__all__ = [
    "ANOTHER_SUITE",
    "DIFFERENT",
    "EQUAL",
    "USAGE_ERROR",
    "NotOpened",
    "complain",
    "open_bundle",
]

EQUAL: Final = 0
DIFFERENT: Final = 1
ANOTHER_SUITE: Final = 2
USAGE_ERROR: Final = 3


class NotOpened(Exception):
    """A bundle could not be had; `status` tells whether it is damaged or not there."""

    def __init__(self, problem: str, status: int) -> None:
        super().__init__(problem)
        self.status = status


def open_bundle(path: Path) -> Bundle:
    """Return the bundle in the file `path`, or raise NotOpened."""
    from scanwright_conformance.bundle.file import BundleError, read_bundle

    try:
        return read_bundle(path)
    except BundleError as error:
        raise NotOpened(f"{path} is refused: {error}", DIFFERENT) from error
    except OSError as error:
        raise NotOpened(f"{path}: {error.strerror}", USAGE_ERROR) from error


def complain(command: str, problem: object) -> None:
    """Say on standard error what went wrong in a command."""
    print(printable(f"scanwright {command}: {problem}"), file=sys.stderr)
