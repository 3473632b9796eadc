"""The engine behind every face: scanners, sheets, pages, faults and the journal."""

from scanwright_simulators.device.engine import DeviceState, VirtualScanner
from scanwright_simulators.device.faults import (
    CONDITIONS,
    Clears,
    Due,
    Fault,
    FaultKind,
)
from scanwright_simulators.device.feeder import Sheet
from scanwright_simulators.device.identity import Identity, read_identity
from scanwright_simulators.device.job import Capture, Job, JobState, Page
from scanwright_simulators.device.journal import Entry, Journal
from scanwright_simulators.device.model import Mechanics, Model
from scanwright_simulators.device.settings import (
    Input,
    Levels,
    Mode,
    Region,
    ScanSettings,
    Side,
    Size,
    View,
)

__all__ = [
    "CONDITIONS",
    "Capture",
    "Clears",
    "DeviceState",
    "Due",
    "Entry",
    "Fault",
    "FaultKind",
    "Identity",
    "Input",
    "Job",
    "JobState",
    "Journal",
    "Levels",
    "Mechanics",
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
