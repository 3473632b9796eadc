"""The target as checks see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from scanwright_conformance.target._devices import (
    MAIN_ROLE,
    Device,
    capability_of,
    cast_roles,
    is_answering,
    list_devices,
)
from scanwright_conformance.target._machine import Process

__all__ = [
    "Addresses",
    "Control",
    "ControlFailed",
    "Detour",
    "Manner",
    "Origins",
    "Port",
    "StartFailed",
    "Stopping",
    "Target",
    "Unsupported",
]


class Unsupported(Exception):
    """This run cannot do what a check needs: no failure of the target, no pass."""


class StartFailed(Exception):
    """A managed target did not come up."""


class ControlFailed(Exception):
    """A managed target could not be stopped, killed or reset, or a hook failed.

    Nothing is known about the target then: what controls it does not work.
    """


class Port(StrEnum):
    """The four ports of a service."""

    API = "api"
    API_TLS = "api_tls"
    MANAGER = "manager"
    MANAGER_TLS = "manager_tls"

    @property
    def is_tls(self) -> bool:
        """Whether this port speaks TLS."""
        return self in {Port.API_TLS, Port.MANAGER_TLS}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Base URLs without a path, and the file of the local CA's certificate.

    `control` is the address at which the target's virtual scanners are controlled.
    """

    urls: Mapping[Port, str]
    ca: Path | None = None
    control: str | None = None

    def url(self, port: Port) -> str:
        """Return the base URL of `port`, or raise Unsupported."""
        try:
            return self.urls[port]
        except KeyError:
            raise Unsupported(f"the target has no address for {port.value}") from None


@dataclass(frozen=True, slots=True)
class Origins:
    """Web origins for tests. `allowed` are two where the target has a list."""

    allowed: tuple[str, ...] = (
        "https://one.example.test",
        "https://two.example.test",
    )
    foreign: str = "https://foreign.example.test"


class Manner(StrEnum):
    """With which words of its description a managed target is started."""

    USUAL = "usual"
    BARE = "bare"
    """Without `options`: the configuration file alone says how it runs."""
    CACHING = "caching"
    """With `cache_options` too: pages go to the disk soon."""
    FULL = "full"
    """With `full_options` too: the disk counts as full."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """How an orderly end went: `left` are processes that outlived it.

    `is_by_itself` is false when the start command had to be killed in the end.
    """

    seconds: float
    left: tuple[Process, ...]
    is_by_itself: bool


class Control(Protocol):
    """How a managed target is started and ended; each returns when it is done.

    What this control cannot do raises Unsupported, what does not work ControlFailed.
    """

    @property
    def home(self) -> Path | None:
        """The folder of the service's files, where it is known."""

    @property
    def temporary(self) -> Path:
        """The folder for temporary files that the service was given."""

    async def start(self, manner: Manner = Manner.USUAL) -> Addresses:
        """Return the addresses once the service answers, or raise StartFailed."""

    async def stop(self) -> Stopping:
        """End the service in the orderly way."""

    async def kill(self) -> None:
        """End all processes of the service at once."""

    async def start_second(self, within_s: float) -> int | None:
        """Start it beside the one that runs; return its exit status, None if it stays.

        It is ended in any case.
        """

    async def reset(self) -> None:
        """Bring the service that runs to the state of a fresh installation."""

    async def hook(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Do something that only the vendor can do, and return the value of it."""

    def processes(self) -> tuple[Process, ...]:
        """Return the processes that run now, with their roles."""

    def is_alive(self) -> bool:
        """Whether the service runs."""


class Detour(Protocol):
    """What the suite puts between itself and the ports of a target."""

    @property
    def mishaps(self) -> tuple[str, ...]:
        """What it did to connections so far, each as a sentence."""

    async def addresses(self, direct: Addresses) -> Addresses:
        """Return the addresses by which those of the target are reached."""

    def front(self, port: int) -> int:
        """Return the port by which `port` of the target is reached."""

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Return where a connection leads to in the end, without the detour."""


# A role of these that a target does not name falls to its main scanner.
ORDINARY_ROLES: Final = frozenset(
    {"bw", "colour", "depth-16", "duplex", "feeder", "gray", "identity"},
)


@dataclass(slots=True)
class Target:
    """A service that can be talked to now.

    `roles` name scanners by the part that they play in checks; `devices` are those
    that the listing has, by role. Only `addresses` and `devices` change, when a
    managed target starts again. `known_home` and `known_control` are those of the
    description, and `report` is the command that tells what cannot be seen from here.
    `version` is that of the implementation, `profiles` are those that it claims.
    With a `detour` the addresses are those of the detour.
    """

    name: str
    addresses: Addresses
    capabilities: frozenset[str]
    origins: Origins = field(default_factory=Origins)
    licence_key: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    control: Control | None = None
    known_home: Path | None = None
    report: tuple[str, ...] = ()
    version: str = ""
    profiles: tuple[str, ...] = ()
    known_control: str | None = None
    withheld: frozenset[str] = frozenset()
    detour: Detour | None = None

    @property
    def mishaps(self) -> tuple[str, ...]:
        """What was done to connections on their way, each as a sentence."""
        return self.detour.mishaps if self.detour else ()

    @property
    def control_url(self) -> str | None:
        """Where its virtual scanners are controlled, None where they are not."""
        return self.known_control or self.addresses.control

    @property
    def assurance(self) -> str:
        """L1 is attached, L2 managed, L3 managed with virtual scanners."""
        if self.control is None:
            return "L1"
        return "L3" if self.control_url else "L2"

    @property
    def home(self) -> Path:
        """The folder of the service's files, or Unsupported."""
        home = self.known_home or (self.control.home if self.control else None)
        if home is None:
            raise Unsupported("where the target has its files is not known")
        return home

    async def start(self, manner: Manner = Manner.USUAL) -> None:
        """Start a managed target, or raise StartFailed."""
        if self.control is None:
            raise Unsupported("the target is started by somebody else")
        self.addresses = await self.control.start(manner)
        # before the detour: the scanners are no finding
        await self.discover()
        if self.detour is not None:
            self.addresses = await self.detour.addresses(self.addresses)

    async def take(self, detour: Detour) -> None:
        """Be reached by `detour` from now on, also after a start."""
        self.detour = detour
        self.addresses = await detour.addresses(self.addresses)

    async def discover(self) -> None:
        """Ask the target for its scanners and cast them in their roles."""
        listed = await list_devices(self.addresses.url(Port.API))
        self.devices = {
            role: device
            for role, device in cast_roles(listed, self.roles).items()
            if capability_of(role) not in self.withheld
        }

    async def is_reachable(self) -> bool:
        """Tell whether anything at all answers at the address of the REST interface."""
        return await is_answering(self.addresses.url(Port.API))

    def front(self, port: int) -> int:
        """Return the port by which `port` of the target is reached."""
        return self.detour.front(port) if self.detour else port

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Return where a connection leads to in the end, without a detour."""
        return self.detour.past(host, port) if self.detour else (host, port)

    def direct_url(self, port: Port) -> str:
        """Return the base URL of `port` without a detour, or raise Unsupported.

        It is for what the suite tidies up: no finding is made there.
        """
        url = self.addresses.url(port)
        parts = urlsplit(url)
        if self.detour is None or parts.hostname is None or parts.port is None:
            return url
        host, number = self.detour.past(parts.hostname, parts.port)
        shown = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{shown}:{number}"

    def device(self, role: str = MAIN_ROLE) -> Device:
        """Return the scanner that plays `role`, or raise Unsupported."""
        found = self.devices.get(role)
        if found is None and role in ORDINARY_ROLES and role not in self.roles:
            found = self.devices.get(MAIN_ROLE)
        if found is None:
            raise Unsupported(f"no scanner of the target plays the role {role!r}")
        return found
