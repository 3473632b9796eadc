"""The watch: notices that a configuration file has changed, and says what follows.

It looks at the files once a second, which costs microseconds, works on every file
system, and misses nothing. A change counts when the files have been at rest for a
moment: an editor that empties a file before it writes it must not open the service to
everybody.

Implements: CONFIG-live, CONFIG-wrong-value.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from scanwright.configuration.layers import signature
from scanwright.configuration.reading import read_configuration
from scanwright.configuration.settings import PORT_SETTINGS, SETTINGS, Setting
from scanwright.configuration.values import Configuration, Problem, Reading
from scanwright.home import Home

__all__ = ["ConfigurationWatch", "restart_needed"]

PERIOD_S: Final = 1.0
REST_S: Final = 0.2

logger = logging.getLogger(__name__)

OnChange = Callable[[Configuration, Reading], None]
Override = Callable[[Configuration], Configuration]


def restart_needed(old: Reading, new: Reading) -> list[str]:
    """Return the keys that differ, and that only a start takes up."""
    return [setting.key for setting in _differing(old, new) if setting.needs_restart]


class ConfigurationWatch:
    """Has the configuration in force, and keeps it up to date while it runs.

    It reads the files when it is made. `override` puts the options of the command line
    on top, which no file can change.
    """

    def __init__(
        self,
        home: Home,
        *,
        override: Override = lambda configuration: configuration,
        period_s: float = PERIOD_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._home = home
        self._override = override
        self._period_s = period_s
        self._sleep = sleep
        self._listeners: list[OnChange] = []
        self._reported: frozenset[Problem] = frozenset()
        self._signature = signature(home)
        self._in_files = read_configuration(home)
        self.reading = self._overridden()
        """What is in force, with what is wrong in the files."""
        self._started_with = self.reading

    @property
    def configuration(self) -> Configuration:
        """What is in force, the command line included."""
        return self.reading.configuration

    @property
    def restart_due(self) -> list[str]:
        """The keys that have changed since the start, and wait for the next one."""
        return restart_needed(self._started_with, self.reading)

    def subscribe(self, on_change: OnChange) -> None:
        """Call this with the old configuration and the new reading at each change."""
        self._listeners.append(on_change)

    async def run(self) -> None:
        """Watch until cancelled."""
        self._report()
        while True:
            await self._sleep(self._period_s)
            await self.look()

    async def look(self) -> None:
        """Take up what has changed, as soon as the files are at rest."""
        seen = signature(self._home)
        while seen != self._signature:
            await self._sleep(REST_S)
            before, seen = seen, signature(self._home)
            if seen == before:
                self.take_up()

    def take_up(self) -> None:
        """Read the files now: who has changed one need not wait."""
        old = self.reading
        self._signature = signature(self._home)
        last_good = self._in_files.configuration
        self._in_files = read_configuration(self._home, last_good=last_good)
        self.reading = self._overridden()
        self._report()
        if self.configuration == old.configuration:
            return
        for change in _changes(old, self.reading):
            logger.info("configuration: %s", change)
        for key in restart_needed(old, self.reading):
            logger.warning("%s has changed: the service must be restarted for it", key)
        for on_change in self._listeners:
            on_change(old.configuration, self.reading)

    def _overridden(self) -> Reading:
        configuration = self._override(self._in_files.configuration)
        return replace(self._in_files, configuration=configuration)

    def _report(self) -> None:
        """Log each problem once, and that there is none any more."""
        problems = self._in_files.problems
        for problem in problems:
            if problem not in self._reported:
                logger.warning("%s", problem)
        if self._reported and not problems:
            logger.info("nothing is wrong in the configuration any more")
        self._reported = frozenset(problems)


def _differing(old: Reading, new: Reading) -> list[Setting[Any]]:
    """Return what differs in the files, and makes a difference."""
    return [
        setting
        for setting in SETTINGS
        if old.values[setting.key] != new.values[setting.key]
        and _effect(setting, old.configuration) != _effect(setting, new.configuration)
    ]


def _effect(setting: Setting[Any], configuration: Configuration) -> object:
    # Which key a port stands under depends on the file, so all of them count for each.
    is_port = setting in PORT_SETTINGS
    return configuration.ports if is_port else setting.of(configuration)


def _changes(old: Reading, new: Reading) -> Iterator[str]:
    for setting in _differing(old, new):
        key = setting.key
        yield f"{key}={new.values[key]} (was {old.values[key]})"
    domains = new.configuration.domains
    if old.configuration.domains != domains:
        yield f"certificates for {', '.join(domains) or 'no domain'}"
