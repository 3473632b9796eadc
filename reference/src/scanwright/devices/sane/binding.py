"""libsane's C interface as ctypes sees it: structures, prototypes, numbers.

Names and numbers are those of sane.h, API version 1.
"""

from __future__ import annotations

import ctypes
from enum import IntEnum, IntFlag
from typing import Final

__all__ = [
    "Action",
    "Capability",
    "ConstraintType",
    "Descriptor",
    "Frame",
    "Info",
    "OptionType",
    "Parameters",
    "RawDevice",
    "RawRange",
    "Status",
    "Unit",
    "load",
]

LIBRARY: Final = "libsane.so.1"
FIXED_ONE: Final = 1 << 16
"""SANE_Fixed is 16.16."""


class Status(IntEnum):
    """What every call answers."""

    GOOD = 0
    UNSUPPORTED = 1
    CANCELLED = 2
    DEVICE_BUSY = 3
    INVAL = 4
    EOF = 5
    JAMMED = 6
    NO_DOCS = 7
    COVER_OPEN = 8
    IO_ERROR = 9
    NO_MEM = 10
    ACCESS_DENIED = 11
    WARMING_UP = 12  # Debian's extensions from here on
    HW_LOCKED = 13

    @classmethod
    def _missing_(cls, value: object) -> Status:
        # A driver's invention is no reason to fall over; it failed, that is all.
        del value
        return cls.IO_ERROR


class OptionType(IntEnum):
    """Type of an option's value."""

    BOOL = 0
    INT = 1
    FIXED = 2
    STRING = 3
    BUTTON = 4
    GROUP = 5


class Unit(IntEnum):
    """What a number counts."""

    NONE = 0
    PIXEL = 1
    BIT = 2
    MM = 3
    DPI = 4
    PERCENT = 5
    MICROSECOND = 6


class Capability(IntFlag):
    """What can be done with an option."""

    SOFT_SELECT = 1
    HARD_SELECT = 2
    SOFT_DETECT = 4
    EMULATED = 8
    AUTOMATIC = 16
    INACTIVE = 32
    ADVANCED = 64


class ConstraintType(IntEnum):
    """Which member of the union `constraint` counts."""

    NONE = 0
    RANGE = 1
    WORD_LIST = 2
    STRING_LIST = 3


class Action(IntEnum):
    """What to do with an option."""

    GET = 0
    SET = 1


class Info(IntFlag):
    """What setting an option has changed besides."""

    INEXACT = 1
    RELOAD_OPTIONS = 2
    RELOAD_PARAMS = 4


class Frame(IntEnum):
    """What the bytes of a frame are."""

    GRAY = 0
    RGB = 1
    RED = 2
    GREEN = 3
    BLUE = 4


class RawRange(ctypes.Structure):
    """SANE_Range."""

    _fields_ = (
        ("min", ctypes.c_int),
        ("max", ctypes.c_int),
        ("quant", ctypes.c_int),
    )


class _Constraint(ctypes.Union):
    _fields_ = (
        ("string_list", ctypes.POINTER(ctypes.c_char_p)),
        ("word_list", ctypes.POINTER(ctypes.c_int)),
        ("range", ctypes.POINTER(RawRange)),
    )


class Descriptor(ctypes.Structure):
    """SANE_Option_Descriptor."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("title", ctypes.c_char_p),
        ("desc", ctypes.c_char_p),
        ("type", ctypes.c_int),
        ("unit", ctypes.c_int),
        ("size", ctypes.c_int),
        ("cap", ctypes.c_int),
        ("constraint_type", ctypes.c_int),
        ("constraint", _Constraint),
    )


class RawDevice(ctypes.Structure):
    """SANE_Device."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("vendor", ctypes.c_char_p),
        ("model", ctypes.c_char_p),
        ("type", ctypes.c_char_p),
    )


class Parameters(ctypes.Structure):
    """SANE_Parameters."""

    format: int
    last_frame: int
    bytes_per_line: int
    pixels_per_line: int
    lines: int
    depth: int

    _fields_ = (
        ("format", ctypes.c_int),
        ("last_frame", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
        ("pixels_per_line", ctypes.c_int),
        ("lines", ctypes.c_int),
        ("depth", ctypes.c_int),
    )


def load(name: str = LIBRARY) -> ctypes.CDLL:
    """Load libsane and declare its functions; OSError when it is not installed."""
    lib = ctypes.CDLL(name)
    handle, number = ctypes.c_void_p, ctypes.c_int
    to_number = ctypes.POINTER(ctypes.c_int)
    devices = ctypes.POINTER(ctypes.POINTER(ctypes.POINTER(RawDevice)))
    prototypes: dict[str, tuple[object, list[object]]] = {
        "sane_init": (number, [to_number, ctypes.c_void_p]),
        "sane_exit": (None, []),
        "sane_get_devices": (number, [devices, number]),
        "sane_open": (number, [ctypes.c_char_p, ctypes.POINTER(handle)]),
        "sane_close": (None, [handle]),
        "sane_get_option_descriptor": (ctypes.POINTER(Descriptor), [handle, number]),
        "sane_control_option": (
            number,
            [handle, number, number, ctypes.c_void_p, to_number],
        ),
        "sane_get_parameters": (number, [handle, ctypes.POINTER(Parameters)]),
        "sane_start": (number, [handle]),
        "sane_read": (number, [handle, ctypes.c_void_p, number, to_number]),
        "sane_cancel": (None, [handle]),
    }
    for function, (result, arguments) in prototypes.items():
        entry = getattr(lib, function)
        entry.restype, entry.argtypes = result, arguments
    return lib
