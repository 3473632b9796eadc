"""Scenarios: which virtual scanners there are, as values. `reading.py` makes them.

Everything here is frozen and plain: the runner builds devices from it, the control
shows it. What a key means is told in simulators/README.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scanwright_simulators.device.faults import Fault
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.model import Model
from scanwright_simulators.device.paper import Wear
from scanwright_simulators.device.settings import Size
from scanwright_simulators.faces.sane_options import SaneOptions

__all__ = ["EsclPlan", "PilePlan", "SaneTest", "ScannerPlan", "Scenario"]


@dataclass(frozen=True, slots=True)
class PilePlan:
    """Some sheets of a kind: `files`, or `sheets` times the generated page `kind`.

    With `two_sided`, files fill fronts and backs in turn and generated sheets have
    printed backs; else backs are blank. `size` None is the bed, or what a file says.
    """

    kind: Kind = Kind.IDENTITY
    files: tuple[Path, ...] = ()
    sheets: int = 1
    size: Size | None = None
    two_sided: bool = False
    wear: Wear | None = None


@dataclass(frozen=True, slots=True)
class EsclPlan:
    """How a device shows itself as an eSCL scanner; port 0 is a free one."""

    formats: tuple[str, ...]
    port: int = 0
    https: bool = False
    mdns: bool = False
    job_timeout_s: float = 60.0
    quirks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScannerPlan:
    """One virtual scanner: what it is, what lies in it, how it fails, who finds it."""

    model: Model
    faces: tuple[str, ...]
    tray: tuple[PilePlan, ...]
    glass: PilePlan
    escl: EsclPlan
    faults: tuple[Fault, ...] = ()
    refill: bool = True
    offline: bool = False
    background: tuple[int, int, int] = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class SaneTest:
    """Devices of SANE's own test backend."""

    devices: int = 0
    options: SaneOptions = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """All hardware that a command will find."""

    name: str
    description: str
    seed: int
    scanners: tuple[ScannerPlan, ...]
    sane_test: SaneTest = field(default_factory=SaneTest)
    control_port: int = 0
