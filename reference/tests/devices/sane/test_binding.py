"""libsane's C interface."""

from __future__ import annotations

import ctypes

import pytest

from scanwright.devices.sane.binding import Descriptor, Parameters, Status, load


def test_structures_have_the_sizes_of_c() -> None:
    """The layouts are those of sane.h on a 64-bit machine."""
    assert ctypes.sizeof(Parameters) == 24
    assert ctypes.sizeof(Descriptor) == 56


def test_unknown_status_is_a_failure() -> None:
    """A status that no header names counts as a broken device."""
    assert Status(99) is Status.IO_ERROR


def test_missing_library_is_an_os_error() -> None:
    """Whoever loads it decides what that means."""
    with pytest.raises(OSError, match="libnone"):
        load("libnone.so.1")
