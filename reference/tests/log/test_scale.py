"""One scale of levels, mapped to those that are published."""

from __future__ import annotations

import pytest

from scanwright.log import LogLevel


@pytest.mark.parametrize("level", LogLevel)
def test_a_level_survives_the_file(level: LogLevel) -> None:
    """What the configuration file says of a level reads back as that level."""
    assert LogLevel.from_ini(level.in_ini) is level


@pytest.mark.parametrize(
    ("text", "level"),
    [("1", LogLevel.NORMAL), ("14", LogLevel.VERBOSE), ("30", LogLevel.VERBOSE)],
)
def test_the_published_numbers_are_known(text: str, level: LogLevel) -> None:
    """The file's 1 and 14, and REST's 30, mean normal and verbose."""
    assert LogLevel.from_ini(text) is level


@pytest.mark.parametrize("text", ["", "2", "-1", "verbose", "1.0", "\uff11"])
def test_another_number_is_refused(text: str) -> None:
    """A level that no scale has is no level."""
    with pytest.raises(ValueError, match="no log level"):
        LogLevel.from_ini(text)
