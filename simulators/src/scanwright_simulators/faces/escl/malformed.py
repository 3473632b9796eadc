"""What comes that is no HTTP: told to the journal in one line, not to the terminal.

aiohttp answers such requests with 400 before any handler sees them, and logs each with
a traceback, as it logs what is really wrong. This sorts the two.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from aiohttp.http_exceptions import HttpProcessingError

__all__ = ["sorting_logger"]


class _Sorter(logging.Handler):
    """Tells `told` of malformed requests, and passes on all else."""

    def __init__(self, told: Callable[[str], object]) -> None:
        super().__init__()
        self._told = told

    def emit(self, record: logging.LogRecord) -> None:
        """Sort one record."""
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, HttpProcessingError):
            self._told(" ".join(error.message.split())[:200])
        else:
            logging.getLogger("aiohttp.server").handle(record)


def sorting_logger(told: Callable[[str], object]) -> logging.Logger:
    """Return a logger for aiohttp's server; it stands alone, one for each device."""
    logger = logging.Logger("scanwright_simulators.escl")  # noqa: LOG001  not shared
    logger.addHandler(_Sorter(told))
    return logger
