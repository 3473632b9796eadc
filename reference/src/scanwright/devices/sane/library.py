"""libsane in this process: devices, handles, option values.

libsane is one per process and not safe with several devices in several threads; its
place is the scan worker, which opens one device at a time. Every call releases the
interpreter lock.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

from scanwright.devices.sane.binding import (
    FIXED_ONE,
    LIBRARY,
    Action,
    Info,
    OptionType,
    Parameters,
    RawDevice,
    Status,
    load,
)
from scanwright.devices.sane.options import Option, OptionValue, read_option
from scanwright.devices.sane.status import failure
from scanwright.errors import Code, DeviceError

__all__ = ["FoundDevice", "Handle", "Sane", "SaneMissing"]


class SaneMissing(DeviceError):
    """libsane is not installed: only network scanners can be reached."""

    code = Code.SOURCE_MANAGER_MISSING


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device as libsane lists it."""

    name: str
    vendor: str
    model: str
    type: str


class Sane:
    """The library, initialised when first used."""

    def __init__(self, library: str = LIBRARY) -> None:
        try:
            self._lib = load(library)
        except OSError as error:
            raise SaneMissing(
                "libsane is not installed, so there are no SANE scanners. "
                "On Debian and Ubuntu: apt-get install libsane1",
            ) from error
        self._is_initialised = False

    def devices(self) -> list[FoundDevice]:
        """List the devices afresh: backends read their configuration again."""
        self.close()
        self._init()
        found = ctypes.POINTER(ctypes.POINTER(RawDevice))()
        status = Status(self._lib.sane_get_devices(ctypes.byref(found), 0))
        if status is not Status.GOOD:
            raise failure(status, "libsane", "listing devices")
        devices: list[FoundDevice] = []
        while found[len(devices)]:
            raw = found[len(devices)].contents
            devices.append(
                FoundDevice(
                    _text(raw.name),
                    _text(raw.vendor),
                    _text(raw.model),
                    _text(raw.type),
                )
            )
        return devices

    def open(self, name: str) -> Handle:
        """Open a device; a `DeviceError` says why not."""
        self._init()
        pointer = ctypes.c_void_p()
        opened = self._lib.sane_open(name.encode(), ctypes.byref(pointer))
        status = Status(opened)
        if status is Status.INVAL:
            raise DeviceError(
                f"There is no scanner {name}. List the scanners again.",
                code=Code.SOURCE_NOT_FOUND,
            )
        if status is not Status.GOOD:
            raise failure(status, name, "opening it")
        return Handle(self._lib, pointer, name)

    def close(self) -> None:
        """Leave the library; the next use initialises it again."""
        if self._is_initialised:
            self._lib.sane_exit()
            self._is_initialised = False

    def _init(self) -> None:
        if self._is_initialised:
            return
        version = ctypes.c_int()
        status = Status(self._lib.sane_init(ctypes.byref(version), None))
        if status is not Status.GOOD:
            raise failure(status, "libsane", "starting it")
        self._is_initialised = True


class Handle:
    """An open SANE device; `options` is always what the driver says at present."""

    def __init__(self, lib: ctypes.CDLL, pointer: ctypes.c_void_p, name: str) -> None:
        self.name = name
        self._lib = lib
        self._pointer = pointer
        self.options: dict[str, Option] = {}
        self._reload()

    def get(self, option: Option) -> OptionValue:
        """Read an option's value; of arrays the first element."""
        value = ctypes.create_string_buffer(max(option.size, 4) + 1)
        self._control(option, Action.GET, value)
        if option.type is OptionType.STRING:
            return _text(value.value)
        word = ctypes.c_int.from_buffer(value).value
        if option.type is OptionType.FIXED:
            return word / FIXED_ONE
        return bool(word) if option.type is OptionType.BOOL else word

    def set(self, option: Option, value: OptionValue) -> None:
        """Set an option, and read all of them again when the driver says so."""
        raw = ctypes.create_string_buffer(max(option.size, 4) + 1)
        if option.type is OptionType.STRING:
            raw.value = str(value).encode()[: option.size]
        else:
            scale = FIXED_ONE if option.type is OptionType.FIXED else 1
            ctypes.c_int.from_buffer(raw).value = round(float(value) * scale)
        if self._control(option, Action.SET, raw) & Info.RELOAD_OPTIONS:
            self._reload()

    def parameters(self) -> Parameters:
        """Ask what the frame is, or would be."""
        found = Parameters()
        status = Status(
            self._lib.sane_get_parameters(self._pointer, ctypes.byref(found))
        )
        if status is not Status.GOOD:
            raise failure(status, self.name, "asking for the size of the page")
        return found

    def start(self) -> Status:
        """Begin a frame."""
        return Status(self._lib.sane_start(self._pointer))

    def read(self, address: int, size: int) -> tuple[Status, int]:
        """Let the driver write up to `size` bytes to `address`."""
        count = ctypes.c_int()
        status = self._lib.sane_read(self._pointer, address, size, ctypes.byref(count))
        return Status(status), count.value

    def cancel(self) -> None:
        """End the scan: after the last page, and after any error."""
        self._lib.sane_cancel(self._pointer)

    def close(self) -> None:
        """Close the device."""
        self._lib.sane_close(self._pointer)

    def _control(
        self, option: Option, action: Action, value: ctypes.Array[ctypes.c_char]
    ) -> Info:
        info = ctypes.c_int()
        status = Status(
            self._lib.sane_control_option(
                self._pointer, option.index, action, value, ctypes.byref(info)
            )
        )
        if status is Status.INVAL:
            raise DeviceError(
                f"{self.name} refuses this value of its option {option.name}.",
                code=Code.CAPABILITY_UNSUPPORTED,
            )
        if status is not Status.GOOD:
            raise failure(status, self.name, f"option {option.name}")
        return Info(info.value)

    def _reload(self) -> None:
        describe = self._lib.sane_get_option_descriptor
        describe(self._pointer, 0)  # some drivers prepare the others here
        count = ctypes.create_string_buffer(4)
        number_of_options = Option(0, "number of options", OptionType.INT)
        self._control(number_of_options, Action.GET, count)
        found = {}
        for index in range(1, ctypes.c_int.from_buffer(count).value):
            raw = describe(self._pointer, index)
            option = read_option(index, raw.contents) if raw else None
            if option:
                found[option.name] = option
        self.options = found


def _text(raw: bytes | None) -> str:
    return (raw or b"").decode("utf-8", "replace")
