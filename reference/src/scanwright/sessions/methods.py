"""Every method that a page can call in its session, by name."""

from __future__ import annotations

from typing import Final

from scanwright.sessions import (
    buffer_calls,
    edit_calls,
    file_calls,
    scan_calls,
    storage_calls,
)
from scanwright.sessions.run import Methods

__all__ = ["METHODS"]

METHODS: Final[Methods] = {
    **scan_calls.METHODS,
    **buffer_calls.METHODS,
    **edit_calls.METHODS,
    **file_calls.METHODS,
    **storage_calls.METHODS,
}
