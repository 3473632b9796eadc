"""The manager: its pages and its interface, each path behind its check."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web

from scanwright.home import Home
from scanwright.http.admin_token import (
    FILE_NAME,
    AdminToken,
    AdminTokenUnusable,
    Sessions,
)
from scanwright.http.consents import Consents
from scanwright.http.manager.changing import Changing
from scanwright.http.manager.guard import Guard
from scanwright.http.manager.pages import Pages
from scanwright.http.manager.ports import (
    Addresses,
    ConfigurationPort,
    IdentityPort,
    PageSessions,
    Scanners,
    StatusSource,
    TrustPort,
)
from scanwright.http.manager.reading import Reading
from scanwright.http.manager.scanners import Board
from scanwright.http.manager.sources import Sources, Stores
from scanwright.http.routes import Endpoints, Handler
from scanwright.protocol.origins import OriginPolicy

__all__ = ["Manager"]

logger = logging.getLogger(__name__)

ROOT: Final = "/admin/api"

Check = Callable[[web.Request], None]


class Manager:
    """The handlers of the manager ports; makes the administrator's token."""

    def __init__(
        self,
        home: Home,
        addresses: Addresses,
        *,
        ca: Path,
        scanners: Scanners,
        status: StatusSource,
        sessions: PageSessions,
        configuration: ConfigurationPort,
        identity: IdentityPort,
        trust: TrustPort,
        consents: Consents,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        token = AdminToken(home.folder / FILE_NAME)
        try:
            token.ensure()
        except AdminTokenUnusable as error:  # that keeps no scanner from working
            logger.warning("%s", error)
        self._guard = Guard(
            Sessions(token.ensure, clock=clock),
            lambda: configuration.settings().is_web_setup_enabled,
        )
        self._sources = Sources(
            home=home,
            ca=ca,
            addresses=addresses,
            status=status,
            sessions=sessions,
            configuration=configuration,
            identity=identity,
            stores=Stores(trust, clock),
            consents=consents,
            board=Board(scanners, clock=clock),
            clock=clock,
        )

    def endpoints(self) -> Endpoints:
        """Return the table of paths."""
        guard = self._guard
        reading = Reading(self._sources, guard)
        changing = Changing(self._sources)
        table: dict[str, dict[str, Handler]] = {}
        for check, paths in (
            (guard.require_local, reading.open_to_all()),
            (guard.require_session, reading.for_sessions()),
            (guard.require_session, changing.for_sessions()),
            (guard.require_change, changing.for_setup()),
        ):
            for path, methods in paths.items():
                table.setdefault(f"{ROOT}/{path}", {}).update(_behind(check, methods))
        return {**Pages(self._sources, guard).endpoints(), **table}

    def origins(self) -> OriginPolicy:
        """Return the origin policy of the manager ports: its own pages always may."""
        settings = self._sources.configuration.settings()
        allowed = settings.policy.allowed
        if allowed is None:
            return settings.policy
        own = _own_origins(self._sources.addresses, settings.domains)
        return OriginPolicy(allowed | own)


def _behind(check: Check, methods: Mapping[str, Handler]) -> dict[str, Handler]:
    """Put a check in front of handlers."""

    def checked(handler: Handler) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            check(request)
            return await handler(request)

        return handle

    return {method: checked(handler) for method, handler in methods.items()}


def _own_origins(addresses: Addresses, domains: Iterable[str]) -> frozenset[str]:
    """Return the origins of the manager's pages, by each name of this machine."""
    urls = [urlsplit(addresses[role]) for role in ("manager", "manager_tls")]
    hosts = ("127.0.0.1", "localhost", "[::1]", *domains)
    return frozenset(
        f"{url.scheme}://{host.lower()}:{url.port}" for url in urls for host in hosts
    )
