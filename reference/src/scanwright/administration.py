"""What the manager administers: the configuration in force, and the shown certificate.

The pages know ports only, see `http.manager.ports`; here the files of the home answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from scanwright.certificates.identity import IdentityFacts, ServerIdentity
from scanwright.configuration.changing import change_setting, known_setting
from scanwright.configuration.values import Configuration
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.errors import ClientError, Code
from scanwright.home import Home

__all__ = ["AdministeredConfiguration", "AdministeredIdentity", "SettingOverridden"]


class SettingOverridden(ClientError):
    """An option of the command line has the last word on this key."""

    status: ClassVar[int] = 409
    code = Code.OUT_OF_SEQUENCE


class AdministeredConfiguration:
    """The configuration of a home, in force and to be changed.

    The `overridden` keys were given on the command line, and no file changes them.
    """

    def __init__(
        self,
        home: Home,
        watch: ConfigurationWatch,
        overridden: Collection[str] = (),
    ) -> None:
        self._home = home
        self._watch = watch
        self._overridden = overridden

    def settings(self) -> Configuration:
        """Return what is in force."""
        return self._watch.configuration

    def problems(self) -> Sequence[str]:
        """Return what is wrong in the files, a sentence each."""
        return [str(problem) for problem in self._watch.reading.problems]

    def restart_needed(self) -> Sequence[str]:
        """Return the keys whose change waits for a restart."""
        return self._watch.restart_due

    def change(self, key: str, value: str | None) -> None:
        """Write a setting, and take it up at once; see `change_setting`.

        Raises:
            SettingOverridden: The command line has the last word on it.
        """
        if known_setting(self._home, key).key in self._overridden:
            raise SettingOverridden(
                f"{key} was given on the command line of the service, which has the "
                "last word. Start it without that option to change it here."
            )
        change_setting(self._home, key, value)
        self._watch.take_up()


class AdministeredIdentity:
    """The certificate of a folder, shown and to be changed.

    What has changed is shown at once, and `on_change` is told. Each change raises
    PairRefused when browsers would not accept the pair.
    """

    def __init__(
        self,
        folder: Path,
        identity: ServerIdentity,
        *,
        on_change: Callable[[], None],
    ) -> None:
        self._folder = folder
        self._identity = identity
        self._on_change = on_change

    def describe(self) -> IdentityFacts:
        """Return the facts of what is shown."""
        return self._identity.describe()

    async def replace(self, certificate: bytes, key: bytes) -> None:
        """Show this pair, PEM both."""
        from scanwright.certificates.pairs import install_pair

        now = datetime.now(UTC)
        await self._change(
            lambda: install_pair(self._folder, certificate, key, now=now)
        )

    async def renew(self) -> None:
        """Show a new certificate of our own CA."""
        from scanwright.certificates.authority import renew_leaf

        await self._change(lambda: renew_leaf(self._folder, now=datetime.now(UTC)))

    async def restore(self) -> None:
        """Go back to a certificate of our own CA."""
        from scanwright.certificates.pairs import restore_own

        await self._change(lambda: restore_own(self._folder, now=datetime.now(UTC)))

    async def _change(self, change: Callable[[], None]) -> None:
        await asyncio.to_thread(change)  # files and keys: not for the event loop
        self._identity.refresh()
        self._on_change()
