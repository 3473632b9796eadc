"""A manager on sources in memory, and clients with and without a session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from scanwright.errors import InvalidParameter
from scanwright.home import Home
from scanwright.http.consents import Consents
from scanwright.http.manager.manager import Manager
from scanwright.http.routes import build_application
from scanwright.log import LogLevel
from scanwright.protocol.access import Access
from scanwright.protocol.origins import OriginPolicy
from scanwright.protocol.scanning import DeviceId, DeviceType

Client = TestClient[Any, Any]

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
ADDRESSES = {
    "api": "http://127.0.0.1:18622",
    "api_tls": "https://127.0.0.1:18623",
    "manager": "http://127.0.0.1:18625",
    "manager_tls": "https://127.0.0.1:18626",
}


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@dataclass(frozen=True)
class MemoryProcess:
    """A process that somebody tells of."""

    role: str
    pid: int
    restarts: int = 0
    started: datetime = NOW - timedelta(hours=2, minutes=5)


@dataclass
class MemoryStatus:
    """A service of three processes."""

    crashes: int = 1
    listed: list[MemoryProcess] = field(
        default_factory=lambda: [
            MemoryProcess("main", 4711, restarts=1),
            MemoryProcess("monitor", 4712),
            MemoryProcess("certificate helper", 4713),
        ]
    )

    def processes(self) -> list[MemoryProcess]:
        """Return those that live."""
        return self.listed


@dataclass(frozen=True)
class MemorySession:
    """The session of a page."""

    origin: str | None = "https://app.example"
    started: datetime = NOW - timedelta(minutes=7)
    images: int = 3
    memory_bytes: int = 36 << 20
    disk_bytes: int = 5000


@dataclass
class MemorySessions:
    """Pages that use the service: none, unless the test wants some."""

    listed: list[MemorySession] = field(default_factory=list)

    def overview(self) -> list[MemorySession]:
        """Return them."""
        return self.listed


@dataclass(frozen=True)
class MemorySettings:
    """A configuration in memory."""

    log_level: LogLevel = LogLevel.NORMAL
    server: str | None = None
    policy: OriginPolicy = field(default_factory=OriginPolicy)
    domains: dict[str, object] = field(default_factory=dict)
    is_web_setup_enabled: bool = True
    prompts: frozenset[Access] = frozenset()


@dataclass
class MemoryConfiguration:
    """Takes up changes as the real one does; `Server` waits for a restart."""

    now: MemorySettings = field(default_factory=MemorySettings)
    changes: dict[str, str | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def settings(self) -> MemorySettings:
        """Return what holds."""
        return self.now

    def problems(self) -> list[str]:
        """Return what the test wants to be wrong."""
        return self.wrong

    def restart_needed(self) -> list[str]:
        """Name the one key that is not live, as the interface spells it."""
        return ["Server" for key in self.changes if key.casefold() == "server"]

    def change(self, key: str, value: str | None) -> None:
        """Note the change; one value is wrong."""
        if value == "nonsense":
            raise InvalidParameter(f"{key} must not be nonsense.")
        self.changes[key] = value
        if key == "Access-Control-Allow-Origin":
            listed = None if value in {None, "*"} else (value or "").split(", ")
            policy = OriginPolicy(None if listed is None else frozenset(listed))
            self.now = replace(self.now, policy=policy)


@dataclass(frozen=True)
class MemoryFacts:
    """Facts of a certificate."""

    subject: str = "localhost"
    issuer: str = "Scanwright local CA 12345678"
    names: tuple[str, ...] = ("localhost", "127.0.0.1", "::1")
    not_before: datetime = NOW - timedelta(days=1)
    not_after: datetime = NOW + timedelta(days=395)
    fingerprint: str = "ab" * 32
    is_own: bool = True
    problem: str | None = None


@dataclass
class MemoryIdentity:
    """Notes what is done to the certificate."""

    facts: MemoryFacts = field(default_factory=MemoryFacts)
    done: list[object] = field(default_factory=list)

    def describe(self) -> MemoryFacts:
        """Return the facts."""
        return self.facts

    async def replace(self, certificate: bytes, key: bytes) -> None:
        """Note a new pair; one is refused."""
        if key == b"other":
            raise InvalidParameter("The key does not belong to the certificate.")
        self.done.append((certificate, key))

    async def renew(self) -> None:
        """Note it."""
        self.done.append("renew")

    async def restore(self) -> None:
        """Note it."""
        self.done.append("restore")


@dataclass(frozen=True)
class MemoryStore:
    """A store of certificates."""

    store: str = "Firefox"
    state: str = "trusted"
    needs_browser_restart: bool = True
    problem: str | None = None


@dataclass
class MemoryTrust:
    """Counts how often somebody looks."""

    listed: list[MemoryStore] = field(default_factory=lambda: [MemoryStore()])
    looks: int = 0

    def reports(self) -> list[MemoryStore]:
        """Return the stores."""
        self.looks += 1
        return self.listed


@dataclass
class MemoryListing:
    """Finds what the test wants found."""

    devices: list[DeviceId] = field(
        default_factory=lambda: [DeviceId(DeviceType.SANE, "m:0", "Glass")]
    )
    looks: int = 0

    async def list_devices(self, types: DeviceType) -> list[DeviceId]:
        """List those of the mask."""
        self.looks += 1
        return [device for device in self.devices if device.type & types]


@dataclass
class World:
    """Everything that a manager draws from."""

    home: Home
    clock: Clock
    consents: Consents
    status: MemoryStatus = field(default_factory=MemoryStatus)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    configuration: MemoryConfiguration = field(default_factory=MemoryConfiguration)
    identity: MemoryIdentity = field(default_factory=MemoryIdentity)
    trust: MemoryTrust = field(default_factory=MemoryTrust)
    scanners: MemoryListing = field(default_factory=MemoryListing)

    @property
    def token(self) -> str:
        """The administrator's token."""
        return (self.home.folder / "admin_token").read_text().strip()

    def visit(self, **facts: Any) -> None:
        """Let one more page use the service."""
        self.sessions.listed.append(MemorySession(**facts))

    def set(self, **settings: Any) -> None:
        """Change the configuration."""
        self.configuration.now = replace(self.configuration.now, **settings)

    def manager(self) -> Manager:
        """Return a manager of all this."""
        return Manager(
            self.home,
            ADDRESSES,
            ca=self.home.cert / "ca.pem",
            scanners=self.scanners,
            status=self.status,
            sessions=self.sessions,
            configuration=self.configuration,
            identity=self.identity,
            trust=self.trust,
            consents=self.consents,
            clock=self.clock,
        )

    @asynccontextmanager
    async def client(self, **headers: str) -> AsyncIterator[Client]:
        """Serve the manager; give a client with these headers on every request."""
        application = build_application(self.manager().endpoints(), OriginPolicy())
        async with TestClient(TestServer(application), headers=headers) as client:
            yield client


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A service whose pages may change it, and whom nobody has asked for anything."""
    home = Home(tmp_path)
    home.create()
    (home.cert / "ca.pem").write_bytes(b"PEM")
    clock = Clock()
    return World(home, clock, Consents(home.folder / "consents.json", clock=clock))


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    """A program on this machine that has no token."""
    async with world.client() as client:
        yield client


@pytest.fixture
async def admin(world: World) -> AsyncIterator[Client]:
    """A program that has the token."""
    world.manager()
    async with world.client(Authorization=f"Bearer {world.token}") as client:
        yield client
