"""What anybody on this machine may know of the service, gathered at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from scanwright.http.manager.ports import Addresses, Process, SessionState
from scanwright.http.manager.scanners import Listing
from scanwright.log import LogLevel
from scanwright.modules import Module
from scanwright.protocol.scanning import DeviceType

__all__ = ["Facts", "interface_name", "listing_json", "session_json", "spelled"]

MAIN: Final = "main"

_INTERFACES: Final = {
    DeviceType.ESCL: "eSCL",
    DeviceType.WIFI_DIRECT: "Wi-Fi Direct",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """The state of the service, with nothing in it that is anybody's secret."""

    now: datetime
    addresses: Addresses
    processes: Sequence[Process]
    crashes: int
    modules: Sequence[Module]
    listing: Listing
    sessions: Sequence[SessionState]
    """Web pages that use the service; an entry opens none of them."""
    log_level: LogLevel
    is_web_setup_enabled: bool
    waiting: int
    """How many pages wait for the user's consent."""
    restart_needed: Sequence[str]
    """Keys of the configuration whose change waits for a restart."""

    @property
    def version(self) -> str:
        """The version of the core that runs."""
        return next(m.versions[0] for m in self.modules if m.name == "core")

    @property
    def started(self) -> datetime:
        """Since when main runs."""
        started = (p.started for p in self.processes if p.role == MAIN)
        return next(started, self.now)

    def as_json(self) -> dict[str, object]:
        """Spell the facts for programs."""
        return {
            "state": "running",
            "version": self.version,
            "started": spelled(self.started),
            "crashes": self.crashes,
            "addresses": dict(self.addresses),
            "processes": [
                {
                    "role": process.role,
                    "pid": process.pid,
                    "started": spelled(process.started),
                    "restarts": process.restarts,
                }
                for process in self.processes
            ],
            "modules": {m.name: list(m.versions) for m in self.modules},
            "scanners": listing_json(self.listing),
            "pageSessions": [session_json(each) for each in self.sessions],
            "logLevel": int(self.log_level),
            "webSetup": self.is_web_setup_enabled,
            "waiting": self.waiting,
            "restartNeeded": list(self.restart_needed),
        }


def listing_json(listing: Listing) -> dict[str, object]:
    """Spell a listing of scanners for programs."""
    return {
        "at": None if listing.at is None else spelled(listing.at),
        "problem": listing.problem,
        "devices": [
            {"name": device.name, "type": int(device.type)}
            for device in listing.devices
        ],
    }


def session_json(session: SessionState) -> dict[str, object]:
    """Spell what one web page has for programs, without saying whose it is."""
    return {
        "started": spelled(session.started),
        "images": session.images,
        "memoryBytes": session.memory_bytes,
        "diskBytes": session.disk_bytes,
    }


def interface_name(kind: DeviceType) -> str:
    """Return what people call an interface to scanners."""
    return _INTERFACES.get(kind, kind.name or "")


def spelled(at: datetime) -> str:
    """Return a time as JSON has it."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
