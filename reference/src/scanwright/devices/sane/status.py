"""What a SANE status means to whoever waits for pages."""

from __future__ import annotations

from typing import Final

from scanwright.devices.sane.binding import Status
from scanwright.errors import Code, DeviceError

__all__ = ["failure"]

MEANINGS: Final = {
    Status.UNSUPPORTED: (Code.CAPABILITY_UNSUPPORTED, "does not support this"),
    Status.CANCELLED: (Code.OPERATION_ERROR, "ended the scan by itself"),
    Status.DEVICE_BUSY: (Code.SCANNER_LOCKED, "is in use by another program"),
    Status.INVAL: (Code.OPERATION_ERROR, "refused a call as invalid"),
    Status.EOF: (Code.READ_ERROR, "has no more data"),
    Status.JAMMED: (Code.FEEDER_JAM, "has a paper jam. Clear it and scan again"),
    Status.NO_DOCS: (Code.FEEDER_EMPTY, "has no paper in its feeder"),
    Status.COVER_OPEN: (Code.COVER_OPEN, "has its cover open. Close it"),
    Status.IO_ERROR: (Code.DEVICE_OFFLINE, "cannot be reached, or broke off"),
    Status.NO_MEM: (Code.OUT_OF_MEMORY, "has too little memory for this scan"),
    Status.ACCESS_DENIED: (Code.ACCESS_DENIED, "is closed to this user"),
    Status.WARMING_UP: (Code.OPERATION_ERROR, "is still warming up"),
    Status.HW_LOCKED: (Code.OPERATION_ERROR, "is locked by its transport switch"),
}


def failure(status: Status, device: str, doing: str) -> DeviceError:
    """Return the error for a status that a call on `device` answered."""
    code, meaning = MEANINGS[status]
    return DeviceError(
        f"{device} {meaning} (SANE status {status.value} {status.name}, {doing}).",
        code=code,
    )
