"""The disk's free space."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanwright.buffer.disk import LEAST_BYTES, Disk, free_bytes
from scanwright.errors import Code, InternalError


class Gauge:
    """Free space as a test wants it."""

    def __init__(self, free: int) -> None:
        self.free = free

    def __call__(self, folder: Path) -> int:
        """Say it of any folder."""
        del folder
        return self.free


def test_each_crossing_is_told_once(tmp_path: Path) -> None:
    """When it gets low; not while it is, and again after it was not."""
    gauge = Gauge(100)
    told: list[int] = []
    disk = Disk(tmp_path, least_bytes=100, measure=gauge)
    disk.on_low = told.append
    lows = []
    for gauge.free in (100, 99, 98, 100, 7, 7):
        lows.append(disk.is_low())
    assert lows == [False, True, True, False, True, True]
    assert told == [99, 7]


def test_a_low_disk_refuses_and_says_what_to_do(tmp_path: Path) -> None:
    """With the code of a write that failed."""
    gauge = Gauge(LEAST_BYTES)
    disk = Disk(tmp_path, measure=gauge)
    disk.refuse_if_low()
    gauge.free -= 1
    with pytest.raises(InternalError, match=r"4 GiB.*Free some disk space") as caught:
        disk.refuse_if_low()
    assert caught.value.code is Code.WRITE_ERROR


def test_what_is_free_is_what_users_can_write(tmp_path: Path) -> None:
    """As the file system says; a folder that is gone has nothing."""
    status = os.statvfs(tmp_path)
    most = status.f_blocks * status.f_frsize
    assert 0 < Disk(tmp_path).free_bytes <= most
    assert free_bytes(tmp_path / "gone") == 0
