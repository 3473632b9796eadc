"""Faults of the disk: who reads is told of damage, who writes of a full disk."""

from __future__ import annotations

import errno

import pytest

from scanwright.buffer.sealed_file import Damaged
from scanwright.errors import Code, DocumentDamaged, InternalError, StorageFull
from scanwright.storage.faults import reading, writing


@pytest.mark.parametrize("fault", [OSError(errno.EIO, "broken"), Damaged("broken")])
def test_what_cannot_be_read_is_damaged(fault: Exception) -> None:
    """The message says what, and why."""
    message = r"Document 7 .*broken"
    with pytest.raises(DocumentDamaged, match=message) as told, reading("Document 7"):
        raise fault
    assert told.value.__cause__ is fault


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_is_the_storages_own_error(number: int) -> None:
    """It is answered 507, with the code of a page that could not be written."""
    with pytest.raises(StorageFull) as told, writing():
        raise OSError(number, "full")
    assert (told.value.status, told.value.code) == (507, Code.WRITE_ERROR)


def test_another_fault_of_writing_is_internal() -> None:
    """A disk that is broken is not full."""
    with pytest.raises(InternalError) as told, writing():
        raise OSError(errno.EROFS, "read-only")
    assert told.value.code == Code.WRITE_ERROR
