"""What a frontend is told of what goes wrong: faults of the engine as SANE statuses.

    fault                       status         when it comes at a byte of the page
    --------------------------  -------------  -----------------------------------------
    jam, double_feed            JAMMED         after that many bytes, as all below
    cover_open                  COVER_OPEN
    empty                       NO_DOCS
    busy                        DEVICE_BUSY
    warming_up                  WARMING_UP
    locked                      HW_LOCKED
    offline, hardware, reset    IO_ERROR
    status                      IO_ERROR       unless it names another
    truncated                   EOF            as if the page had ended there
    garbage                     EOF            noise from there to the end; without a
                                               byte, parameters that make no sense, too
    stall                       -              no byte and no status until sane_cancel
    slow, overlap               -              the page comes whole

A rule's `sane_status` replaces the status of any kind. Before a page the status is that
of sane_start, in a page that of sane_read. At the start of a job there is no page yet
to be cut short or spoilt: truncated and garbage are IO_ERROR there, and with stall
sane_start does not return until sane_cancel. Without a fault: another host's job is
DEVICE_BUSY, an empty tray NO_DOCS, settings that the device has not INVAL. A job that
was ended at the device is CANCELLED, one that the simulation ended IO_ERROR.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from scanwright_simulators.device import Fault, FaultKind, Job, JobState
from scanwright_simulators.errors import (
    DeviceBusy,
    Refusal,
    SettingsRefused,
    TrayEmpty,
)

__all__ = [
    "SILENT",
    "Status",
    "status_at_start",
    "status_of",
    "status_of_fault",
    "status_of_job",
]


class Status(IntEnum):
    """The statuses of SANE, and -1 for an answer that takes longer."""

    PENDING = -1
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
    WARMING_UP = 12
    HW_LOCKED = 13


OF_KIND: Final = {
    FaultKind.JAM: Status.JAMMED,
    FaultKind.DOUBLE_FEED: Status.JAMMED,
    FaultKind.COVER_OPEN: Status.COVER_OPEN,
    FaultKind.EMPTY: Status.NO_DOCS,
    FaultKind.BUSY: Status.DEVICE_BUSY,
    FaultKind.WARMING_UP: Status.WARMING_UP,
    FaultKind.LOCKED: Status.HW_LOCKED,
    FaultKind.TRUNCATED: Status.EOF,
    FaultKind.GARBAGE: Status.EOF,
}
"""All others are IO_ERROR."""

SILENT: Final = frozenset({FaultKind.TRUNCATED, FaultKind.GARBAGE})
"""Kinds that a frontend takes for the end of a page."""

AT_START: Final = {
    FaultKind.TRUNCATED: Status.IO_ERROR,
    FaultKind.GARBAGE: Status.IO_ERROR,
    FaultKind.STALL: Status.PENDING,
}
"""Kinds that mean something else where no page has begun."""

PREFIX: Final = "SANE_STATUS_"


def status_of_fault(fault: Fault) -> Status:
    """Return the status that tells of `fault`."""
    if fault.sane_status is not None:
        name = fault.sane_status.upper().removeprefix(PREFIX)
        found = Status.__members__.get(name, Status.IO_ERROR)
        return found if found > Status.GOOD else Status.IO_ERROR
    return OF_KIND.get(fault.kind, Status.IO_ERROR)


def status_of(refusal: Refusal) -> Status:
    """Return the status that tells of a refusal."""
    if refusal.fault is not None:
        return status_of_fault(refusal.fault)
    if isinstance(refusal, DeviceBusy):
        return Status.DEVICE_BUSY
    if isinstance(refusal, TrayEmpty):
        return Status.NO_DOCS
    if isinstance(refusal, SettingsRefused):
        return Status.INVAL
    return Status.IO_ERROR


def status_at_start(refusal: Refusal) -> Status:
    """Return the status of sane_start; PENDING when it is not to return at all."""
    fault = refusal.fault
    if fault is not None and fault.sane_status is None and fault.kind in AT_START:
        return AT_START[fault.kind]
    return status_of(refusal)


def status_of_job(job: Job) -> Status:
    """Return the status that tells how a job ended that its client did not end."""
    if job.error is not None:
        return status_of(job.error)
    return Status.CANCELLED if job.state is JobState.CANCELED else Status.IO_ERROR
