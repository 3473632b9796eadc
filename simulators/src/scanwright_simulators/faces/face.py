"""The port of all faces: how a virtual scanner comes to be found where real ones are.

A face translates one interface of the operating system into calls of the engine, and
nothing more: what a device does, and when, is decided by `VirtualScanner`. A face is
given a site, serves those devices whose scenario wants it, and says under which names
and by which environment variables programs find them.

What a face owes to the engine, which has one thread and belongs to the event loop:

    a host wants a scan         start, then next_page until it gives None
    a page has gone out whole   delivered
    a fault was due in it       broken, after the bytes before it; its answer is told
    the host wants no more      cancel; when it is gone without a word: abort
    while a host waits          subscribe: look again after every change
    everything asked            an entry in the journal, with the answer
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from scanwright_simulators.device import Journal, VirtualScanner
from scanwright_simulators.scenario import ScannerPlan

__all__ = ["Face", "Installed", "Presence", "RunningDevice", "Site"]


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual scanner, and what its scenario says of it."""

    scanner: VirtualScanner
    plan: ScannerPlan

    def wants(self, face: str) -> bool:
        """Say whether the device is to be reached through that face."""
        return face in self.plan.faces


@dataclass(frozen=True, slots=True)
class Site:
    """All devices of a simulation, and what faces may use: threads and a folder.

    `folder` is private to the simulation and goes with it. `threads` are for drawing
    and encoding, which no event loop should wait for.
    """

    devices: tuple[Installed, ...]
    journal: Journal
    threads: Executor
    folder: Path

    def of(self, face: str) -> tuple[Installed, ...]:
        """Return the devices that are to be reached through that face."""
        return tuple(device for device in self.devices if device.wants(face))


@dataclass(frozen=True, slots=True)
class RunningDevice:
    """A device as its users see it; `type` names the face: `escl` or `sane`."""

    name: str
    type: str
    address: str


@dataclass(frozen=True, slots=True)
class Presence:
    """What a serving face adds to a simulation.

    `notes` are for people: what is missing here, with the command that installs it.
    """

    devices: Sequence[RunningDevice] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()


class Face(Protocol):
    """One way to reach devices."""

    @property
    def name(self) -> str:
        """The word for it in a scenario's `faces`."""

    def serving(self, site: Site) -> AbstractAsyncContextManager[Presence]:
        """Serve the devices that want this face for as long as the block lasts."""
