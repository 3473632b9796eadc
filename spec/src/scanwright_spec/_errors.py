"""The numbers in error answers and in the status of faulted jobs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scanwright_spec._data import read_toml

__all__ = ["ErrorCode", "error_codes"]


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One wire code; `status` are the HTTP statuses that it comes with, if any.

    A code of a device comes in the status of a faulted job, and with 409 after the last
    page that arrived before the fault.
    """

    code: int
    name: str
    status: tuple[int, ...]
    meaning: str
    provenance: str


@cache
def error_codes() -> tuple[ErrorCode, ...]:
    """Return every code of the interface, success first, then downwards."""
    return tuple(
        ErrorCode(
            code=entry["code"],
            name=name,
            status=tuple(entry["status"]),
            meaning=entry["meaning"],
            provenance=entry["provenance"],
        )
        for name, entry in read_toml("errors.toml").items()
    )
