"""The engine behind every face: scanners, sheets, pages and their identity."""

from scanwright_simulators.device.engine import (
    Job,
    JobState,
    Page,
    Sheet,
    VirtualScanner,
)
from scanwright_simulators.device.identity import Identity, read_identity
from scanwright_simulators.device.model import Fault, FaultKind, Model
from scanwright_simulators.device.settings import (
    Input,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
)

__all__ = [
    "Fault",
    "FaultKind",
    "Identity",
    "Input",
    "Job",
    "JobState",
    "Mode",
    "Model",
    "Page",
    "Region",
    "ScanSettings",
    "Sheet",
    "Side",
    "Size",
    "View",
    "VirtualScanner",
    "read_identity",
]
