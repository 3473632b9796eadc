"""The log of this process: set up once, its level changed at any time.

Implements: SERVER-log-level, SERVER-log-level-scale, CONFIG-log-level.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Final

from scanwright.log._file import LogFile
from scanwright.log._lines import JsonLines, TextLines
from scanwright.log._scale import LogForm, LogLevel

__all__ = ["ROOT", "current_level", "set_level", "set_up"]

ROOT: Final = logging.getLogger("scanwright")
OTHERS: Final = (logging.getLogger("asyncio"), logging.getLogger("aiohttp"))
"""Libraries whose warnings are about us."""

_PYTHON_LEVELS: Final = {
    LogLevel.OFF: logging.CRITICAL + 1,
    LogLevel.NORMAL: logging.INFO,
    LogLevel.VERBOSE: logging.DEBUG,
}


def set_up(
    file: Path,
    level: LogLevel,
    *,
    role: str = "main",
    form: LogForm = LogForm.TEXT,
    terminal: bool = True,
) -> None:
    """Write the log of this process, which is a `role`, to `file`.

    Warnings also go to standard error, unless `terminal` is false: a process whose
    standard error is that file would write them twice.
    """
    lines = JsonLines(role) if form is LogForm.JSON else TextLines(role)
    to_file = LogFile(file)
    handlers: list[logging.Handler] = [to_file]
    if terminal:
        to_terminal = logging.StreamHandler(sys.stderr)
        to_terminal.setLevel(logging.WARNING)
        handlers.append(to_terminal)
    for handler in handlers:
        handler.setFormatter(lines)
    # A terminal that is gone, or a disk that is full, is no news for the terminal.
    logging.raiseExceptions = False
    for logger in (ROOT, *OTHERS):
        for old in logger.handlers:
            old.close()
        logger.handlers[:] = handlers
        logger.propagate = False
    set_level(level)
    if problem := to_file.problem():
        ROOT.warning("there is no log: %s", problem)


def set_level(level: LogLevel) -> None:
    """Change what is written, from now on; the next start asks the configuration."""
    ROOT.setLevel(_PYTHON_LEVELS[level])
    for logger in OTHERS:
        logger.setLevel(max(_PYTHON_LEVELS[level], logging.WARNING))


def current_level() -> LogLevel:
    """Return what is written now."""
    by_level = {python: level for level, python in _PYTHON_LEVELS.items()}
    return by_level.get(ROOT.level, LogLevel.NORMAL)
