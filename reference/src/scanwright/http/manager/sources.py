"""Everything that the manager's pages and interface draw from, in one place."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from scanwright.home import Home
from scanwright.http.consents import Consents
from scanwright.http.manager.facts import Facts
from scanwright.http.manager.ports import (
    Addresses,
    ConfigurationPort,
    IdentityPort,
    PageSessions,
    StatusSource,
    StoreState,
    TrustPort,
)
from scanwright.http.manager.scanners import Board
from scanwright.log import current_level
from scanwright.modules import registry
from scanwright.protocol.access import Consent

__all__ = ["Sources", "Stores"]

STORES_KEPT: Final = timedelta(seconds=20)
"""How old a look at the browsers' stores may be: it starts programs, and takes long."""


@dataclass(slots=True)
class Stores:
    """The browsers' stores, looked at in a thread and not too often."""

    trust: TrustPort
    clock: Callable[[], datetime]
    _at: datetime | None = None
    _reports: Sequence[StoreState] = ()
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def reports(self) -> Sequence[StoreState]:
        """Return the state of each."""
        async with self._looking:
            now = self.clock()
            if self._at is None or not timedelta() <= now - self._at < STORES_KEPT:
                self._reports = await asyncio.to_thread(self.trust.reports)
                self._at = now
        return self._reports


@dataclass(frozen=True, slots=True)
class Sources:
    """Who is asked for what."""

    home: Home
    ca: Path
    addresses: Addresses
    status: StatusSource
    sessions: PageSessions
    configuration: ConfigurationPort
    identity: IdentityPort
    stores: Stores
    consents: Consents
    board: Board
    clock: Callable[[], datetime]

    def facts(self) -> Facts:
        """Gather what anybody on this machine may know."""
        entries = self.consents.entries()
        return Facts(
            now=self.clock(),
            addresses=self.addresses,
            processes=self.status.processes(),
            crashes=self.status.crashes,
            modules=registry().modules(),
            listing=self.board.listing,
            sessions=self.sessions.overview(),
            log_level=current_level(),
            is_web_setup_enabled=self.configuration.settings().is_web_setup_enabled,
            waiting=sum(entry.consent is Consent.PENDING for entry in entries),
            restart_needed=self.configuration.restart_needed(),
        )
