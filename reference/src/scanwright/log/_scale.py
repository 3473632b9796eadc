"""One scale of log levels, and the three that the interface publishes.

| here    | DSConfiguration.ini | JavaScript | REST |
|---------|---------------------|------------|------|
| OFF     | 0 (own choice)      | -          | 0    |
| NORMAL  | 1                   | 0          | 1    |
| VERBOSE | 14                  | 1          | 30   |
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

__all__ = ["LogForm", "LogLevel"]


class LogLevel(IntEnum):
    """0 is off, 1 is what an administrator reads, 30 is everything: REST's numbers."""

    OFF = 0
    NORMAL = 1
    VERBOSE = 30

    @classmethod
    def from_ini(cls, text: str) -> LogLevel:
        """Read a configuration file's number.

        Raises:
            ValueError: It is none.
        """
        try:
            return _FROM_INI[text]
        except KeyError as error:
            raise ValueError(f"{text!r} is no log level") from error

    @property
    def in_ini(self) -> str:
        """The level as a configuration file writes it."""
        return next(text for text, level in _FROM_INI.items() if level is self)


_FROM_INI: Final = {
    "0": LogLevel.OFF,
    "1": LogLevel.NORMAL,
    "14": LogLevel.VERBOSE,
    "30": LogLevel.VERBOSE,  # who has learnt REST's scale means the same
}


class LogForm(StrEnum):
    """How a record is written."""

    TEXT = "text"
    JSON = "json"
