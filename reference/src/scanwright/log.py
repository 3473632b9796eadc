"""The service's log, on the one scale that the interface publishes.

Implements: SERVER-log-level, SERVER-log-level-scale.
"""

from __future__ import annotations

import logging
import sys
from enum import IntEnum
from pathlib import Path
from typing import Final

__all__ = ["LogLevel", "current_level", "set_level", "set_up"]

ROOT: Final = logging.getLogger("scanwright")


class LogLevel(IntEnum):
    """0 is off, 1 is what an administrator reads, 30 is everything."""

    OFF = 0
    NORMAL = 1
    VERBOSE = 30


_PYTHON_LEVELS: Final = {
    LogLevel.OFF: logging.CRITICAL + 1,
    LogLevel.NORMAL: logging.INFO,
    LogLevel.VERBOSE: logging.DEBUG,
}


def set_up(file: Path, level: LogLevel) -> None:
    """Write the log to `file`, and warnings also to standard error."""
    form = logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    to_file = logging.FileHandler(file, encoding="utf-8")
    to_file.setFormatter(form)
    to_terminal = logging.StreamHandler(sys.stderr)
    to_terminal.setFormatter(form)
    to_terminal.setLevel(logging.WARNING)
    ROOT.handlers[:] = [to_file, to_terminal]
    ROOT.propagate = False
    set_level(level)


def set_level(level: LogLevel) -> None:
    """Change what is written, from now on."""
    ROOT.setLevel(_PYTHON_LEVELS[level])


def current_level() -> LogLevel:
    """Return what is written now."""
    by_level = {python: level for level, python in _PYTHON_LEVELS.items()}
    return by_level.get(ROOT.level, LogLevel.NORMAL)
