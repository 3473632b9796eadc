"""What a library raises at a bad file becomes one error of ours."""

from __future__ import annotations

import struct
import warnings

import pytest

from scanwright.errors import ClientError, Code
from scanwright.imaging.files.errors import (
    EncryptedFile,
    UnreadableFile,
    refusing_damage,
)


def test_codes_are_the_published_ones() -> None:
    """A bad file is a read error of the client's, an encrypted PDF has its own code."""
    assert (UnreadableFile.status, UnreadableFile.code) == (400, Code.READ_ERROR)
    assert EncryptedFile.code == -1120
    assert issubclass(EncryptedFile, UnreadableFile)
    assert issubclass(UnreadableFile, ClientError)


@pytest.mark.parametrize(
    "error", [OSError("cut"), struct.error("cut"), KeyError("cut"), MemoryError("cut")]
)
def test_damage_is_refused_by_the_name_of_the_file(error: Exception) -> None:
    """The message has the file's name and the reason, and the cause is kept."""
    with (
        pytest.raises(UnreadableFile, match=r"scan\.tif.*cut") as caught,
        refusing_damage("scan.tif"),
    ):
        raise error
    assert caught.value.__cause__ is error


def test_warnings_of_libraries_are_not_heard() -> None:
    """What a library thinks of a file is no matter for the log."""
    with refusing_damage("scan.tif"):
        warnings.warn("odd tag", UserWarning, stacklevel=1)


def test_own_errors_pass() -> None:
    """An error that already says what is wrong stays the same."""
    mine = EncryptedFile("locked")
    with pytest.raises(EncryptedFile) as caught, refusing_damage("scan.pdf"):
        raise mine
    assert caught.value is mine
