"""What a user is told of a SANE status."""

from __future__ import annotations

import pytest

from scanwright.devices.sane.binding import Status
from scanwright.devices.sane.status import failure
from scanwright.errors import Code


@pytest.mark.parametrize("status", [s for s in Status if s is not Status.GOOD])
def test_every_status_has_a_message(status: Status) -> None:
    """The message names the device, the status and what was being done."""
    error = failure(status, "Scanner", "reading a page")
    for part in ("Scanner", status.name, "reading a page"):
        assert part in error.message


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.JAMMED, Code.FEEDER_JAM),
        (Status.NO_DOCS, Code.FEEDER_EMPTY),
        (Status.COVER_OPEN, Code.COVER_OPEN),
        (Status.IO_ERROR, Code.DEVICE_OFFLINE),
        (Status.DEVICE_BUSY, Code.SCANNER_LOCKED),
        (Status.NO_MEM, Code.OUT_OF_MEMORY),
        (Status.ACCESS_DENIED, Code.ACCESS_DENIED),
    ],
)
def test_status_becomes_its_code(status: Status, code: Code) -> None:
    """What a user can mend has a code of its own."""
    assert failure(status, "Scanner", "scanning").code is code
