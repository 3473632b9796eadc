"""Everything that can go wrong with virtual hardware, sorted by who must act.

SimulatorError
├── ScenarioError      the scenario file is wrong: names file, line and key
├── ContentError       a file for the tray or the glass cannot be used
├── StartError         something that a scenario needs is missing on this machine
├── MessageError       a host sent what is no message of its protocol
└── Refusal            the device says no to a host, as real ones do
    ├── SettingsRefused    it has no such input, mode, resolution or region
    ├── DeviceBusy         another job holds it
    ├── TrayEmpty          there is no paper to feed
    ├── UnknownJob         no job of this name
    ├── PageLost           what should have been scanned is gone
    └── DeviceFault        it failed: jam, double feed, open cover, unplugged, ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scanwright_simulators.device.faults import Fault

__all__ = [
    "ContentError",
    "DeviceBusy",
    "DeviceFault",
    "MessageError",
    "PageLost",
    "Refusal",
    "ScenarioError",
    "SettingsRefused",
    "SimulatorError",
    "StartError",
    "TrayEmpty",
    "UnknownJob",
]


class SimulatorError(Exception):
    """Root of the tree; the message says what to do next."""


class ScenarioError(SimulatorError):
    """A scenario file is wrong; the message leads to the line."""

    def __init__(self, message: str, *, file: str, line: int, key: str) -> None:
        where = f"{file}:{line}" if line else file
        super().__init__(f"{where}: {key}: {message}" if key else f"{where}: {message}")
        self.file = file
        self.line = line
        self.key = key


class ContentError(SimulatorError):
    """A file that should lie in the tray or on the glass cannot be used."""


class StartError(SimulatorError):
    """Something that the scenario needs is missing on this machine."""


class MessageError(SimulatorError):
    """A host sent what is no message of its protocol."""


class Refusal(SimulatorError):
    """The device says no; `fault` is the rule that made it, if there was one.

    `near` says what would have been taken.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: Fault | None = None,
        near: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.near = near


class SettingsRefused(Refusal):
    """The device has no such input, mode, resolution, format or region."""


class DeviceBusy(Refusal):
    """Another job holds the device."""


class TrayEmpty(Refusal):
    """The feeder has no paper."""


class UnknownJob(Refusal):
    """The device knows no job of this name."""


class PageLost(Refusal):
    """The file of a sheet was there when it was loaded, and cannot be read any more."""


class DeviceFault(Refusal):
    """The device failed, at the start of a job or in it."""

    def __init__(self, message: str, *, fault: Fault) -> None:
        super().__init__(message, fault=fault)
        self.fault: Fault = fault
