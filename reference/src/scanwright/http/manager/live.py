"""The manager's ports on the real things: the watched files, and the certificates."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scanwright.certificates.authority import renew_leaf
from scanwright.certificates.identity import IdentityFacts, ServerIdentity
from scanwright.certificates.pairs import install_pair, restore_own
from scanwright.configuration.changing import change_setting
from scanwright.configuration.values import Configuration
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home

__all__ = ["LiveConfiguration", "LiveIdentity"]


@dataclass(frozen=True, slots=True)
class LiveConfiguration:
    """The configuration of a home; a change counts before it is answered."""

    home: Home
    watch: ConfigurationWatch

    def settings(self) -> Configuration:
        """Return what holds now."""
        return self.watch.configuration

    def problems(self) -> list[str]:
        """Return what is wrong in the files, a sentence each."""
        return [str(problem) for problem in self.watch.reading.problems]

    def restart_needed(self) -> list[str]:
        """Return the keys whose change waits for a restart of the service."""
        return self.watch.restart_due

    def change(self, key: str, value: str | None) -> None:
        """Set a key, and take it up."""
        change_setting(self.home, key, value)
        self.watch.take_up()


@dataclass(frozen=True, slots=True)
class LiveIdentity:
    """The certificate of the TLS ports, and the folder that it comes from.

    Who changes the folder may have to wait for somebody else who does, so that is left
    to a thread. What is shown changes here, in the event loop.
    """

    folder: Path
    identity: ServerIdentity
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def describe(self) -> IdentityFacts:
        """Return the facts of the certificate in use."""
        return self.identity.describe()

    async def replace(self, certificate: bytes, key: bytes) -> None:
        """Use this pair, PEM both."""
        now = self.clock()
        await asyncio.to_thread(install_pair, self.folder, certificate, key, now=now)
        self.identity.refresh()

    async def renew(self) -> None:
        """Make a new certificate of our own now."""
        await asyncio.to_thread(renew_leaf, self.folder, now=self.clock())
        self.identity.refresh()

    async def restore(self) -> None:
        """Go back to a certificate of our own."""
        await asyncio.to_thread(restore_own, self.folder, now=self.clock())
        self.identity.refresh()
