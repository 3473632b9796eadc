"""How errors come out of a worker."""

from __future__ import annotations

import pytest

from scanwright.errors import ClientError, Code, DeviceError, InvalidParameter
from scanwright.imaging.files.errors import EncryptedFile, UnreadableFile
from scanwright.processes.addon_errors import AddonFailed, failure
from scanwright.processes.channel import Failed


@pytest.mark.parametrize(
    "error",
    [
        InvalidParameter("width is bad."),
        UnreadableFile("x is damaged."),
        EncryptedFile("x wants a password."),
        UnreadableFile("x is odd.", code=-77),
    ],
)
def test_what_blames_the_request_keeps_its_class(error: ClientError) -> None:
    """With its code and its words."""
    kind = type(error).__name__
    again = failure(Failed(int(error.code), error.message, kind))
    assert type(again) is type(error)
    assert (again.code, again.message) == (error.code, error.message)


@pytest.mark.parametrize(
    "kind",
    ["", "MethodNotAllowed", "object", DeviceError.__name__, AddonFailed.__name__],
)
def test_all_else_is_no_error_of_the_client(kind: str) -> None:
    """Neither what is made of more than words, nor what blames something else."""
    assert failure(Failed(int(Code.GENERAL_FAILURE), "words", kind)) is None
