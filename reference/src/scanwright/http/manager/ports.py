"""What the manager needs of the rest of the service: ports, filled in by the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy
from scanwright.protocol.scanning import DeviceId, DeviceType

__all__ = [
    "Addresses",
    "ConfigurationPort",
    "IdentityFacts",
    "IdentityPort",
    "PageSessions",
    "Process",
    "Scanners",
    "SessionState",
    "Settings",
    "StatusSource",
    "StoreState",
    "TrustPort",
]


class Process(Protocol):
    """One process of the service."""

    @property
    def role(self) -> str:
        """What it is: main, monitor, certificate helper, scan or add-on worker."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def started(self) -> datetime:
        """Since when it runs."""

    @property
    def restarts(self) -> int:
        """How often its kind was started again."""


class StatusSource(Protocol):
    """Who keeps the processes alive."""

    @property
    def crashes(self) -> int:
        """How many processes have died unasked since the service was started."""

    def processes(self) -> Sequence[Process]:
        """Return those that live."""


class SessionState(Protocol):
    """The session of one web page, without anything that opens it."""

    @property
    def origin(self) -> str | None:
        """Whose page it is, in printable ASCII; None for a program."""

    @property
    def started(self) -> datetime:
        """Since when it lasts."""

    @property
    def images(self) -> int:
        """How many images the page has, in all its documents."""

    @property
    def memory_bytes(self) -> int:
        """What its pages and files take in memory."""

    @property
    def disk_bytes(self) -> int:
        """What they take in the encrypted cache."""


class PageSessions(Protocol):
    """Who keeps the sessions of web pages."""

    def overview(self) -> Sequence[SessionState]:
        """Return what may be told of each."""


class Scanners(Protocol):
    """Who can look for scanners."""

    async def list_devices(self, types: DeviceType) -> list[DeviceId]:
        """Look for scanners of these types."""


class Settings(Protocol):
    """The configuration, as far as the pages show it."""

    @property
    def log_level(self) -> LogLevel:
        """What is written to the log."""

    @property
    def server(self) -> str | None:
        """The address to listen on beside loopback."""

    @property
    def policy(self) -> OriginPolicy:
        """Which origins may call."""

    @property
    def domains(self) -> Mapping[str, object]:
        """Further names of this machine, each with a certificate of its own."""

    @property
    def is_web_setup_enabled(self) -> bool:
        """Whether the pages may change anything."""

    @property
    def prompts(self) -> frozenset[Access]:
        """What the user is asked about."""


class ConfigurationPort(Protocol):
    """The configuration, read and changed."""

    def settings(self) -> Settings:
        """Return what holds now."""

    def problems(self) -> Sequence[str]:
        """Return what is wrong in the files, a sentence each."""

    def restart_needed(self) -> Sequence[str]:
        """Return the keys whose change waits for a restart of the service."""

    def change(self, key: str, value: str | None) -> None:
        """Set a key of the configuration; None takes the user's value away.

        Raises:
            ClientError: The value is wrong, or an administrator's file has the last
                word; the message says so.
        """


class IdentityFacts(Protocol):
    """What the TLS ports show."""

    @property
    def subject(self) -> str:
        """Whose certificate it is."""

    @property
    def issuer(self) -> str:
        """Who vouches for it."""

    @property
    def names(self) -> Sequence[str]:
        """The hosts that it is for."""

    @property
    def not_before(self) -> datetime:
        """When it begins to count."""

    @property
    def not_after(self) -> datetime:
        """When it expires."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of it."""

    @property
    def is_own(self) -> bool:
        """Whether this installation has made it."""

    @property
    def problem(self) -> str | None:
        """What is wrong with it, in a sentence."""


class IdentityPort(Protocol):
    """The certificate of the TLS ports, looked at and changed.

    The changes raise a ClientError that says why they are refused.
    """

    def describe(self) -> IdentityFacts:
        """Return the facts of the certificate in use."""

    async def replace(self, certificate: bytes, key: bytes) -> None:
        """Use this pair, PEM both."""

    async def renew(self) -> None:
        """Make a new certificate of our own now."""

    async def restore(self) -> None:
        """Go back to a certificate of our own."""


class StoreState(Protocol):
    """One store of certificates, and whether it trusts our CA."""

    @property
    def store(self) -> str:
        """Which one, as people call it."""

    @property
    def state(self) -> str:
        """Whether it trusts us."""

    @property
    def needs_browser_restart(self) -> bool:
        """Whether a browser runs that has not noticed yet."""

    @property
    def problem(self) -> str | None:
        """Why it cannot be looked at or changed."""


class TrustPort(Protocol):
    """The browsers' stores."""

    def reports(self) -> Sequence[StoreState]:
        """Look at all stores; takes a while."""


Addresses = Mapping[str, str]
"""Base URLs of the four ports: api, api_tls, manager, manager_tls."""
