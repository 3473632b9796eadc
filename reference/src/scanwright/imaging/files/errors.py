"""What is wrong with a file that a client sent.

ClientError
└── UnreadableFile   400 / -1036   not of a known type, damaged, too large
    └── EncryptedFile  400 / -1120   a PDF whose password is missing or wrong
"""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from scanwright.errors import ClientError, Code

__all__ = ["EncryptedFile", "UnreadableFile", "refusing_damage"]

DAMAGE: Final = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow and PDFium's binding raise at files that are cut short or hostile."""


class UnreadableFile(ClientError):
    """The file is of no known type, damaged, or larger than this service reads."""

    status = 400
    code: Code | int = Code.READ_ERROR


class EncryptedFile(UnreadableFile):
    """The PDF wants a password; the message says whether one was given."""

    code = Code.ENCRYPTED_FILE


@contextmanager
def refusing_damage(name: str) -> Iterator[None]:
    """Turn what a library raises inside into `UnreadableFile`, and hush its warnings.

    Not for a block that yields to others: the warnings are those of the process.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except DAMAGE as error:
        raise UnreadableFile(f"{name} cannot be read: {error}.") from error
