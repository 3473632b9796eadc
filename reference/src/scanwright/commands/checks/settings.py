"""The configuration: what is wrong in its files, and where each value is from."""

from __future__ import annotations

from collections.abc import Iterator

from scanwright.commands.checks.finding import Finding, found, problem
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.settings import SETTINGS
from scanwright.home import Home

__all__ = ["check_configuration"]


def check_configuration(home: Home) -> Iterator[Finding]:
    """Read the files as a start would, and show what differs from the defaults."""
    reading = read_configuration(home)
    for each in reading.problems:
        yield problem(
            "configuration", str(each), "Put it right; a running service takes it up."
        )
    defaults = {setting.key: setting.default for setting in SETTINGS}
    differing = {
        key: value
        for key, value in reading.values.items()
        if value != defaults.get(key) and key in reading.sources
    }
    for key, value in differing.items():
        source = reading.sources[key]
        place = f"{source.file}, line {source.line}"
        yield found("configuration", f"{key}={value} ({place})")
    if not (differing or reading.problems):
        yield found("configuration", "every key has its default")
