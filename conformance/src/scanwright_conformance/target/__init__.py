"""The service under test: where it answers, what it claims, how it is controlled."""

from scanwright_conformance.target._adapter import AdapterControl
from scanwright_conformance.target._description import (
    Description,
    DescriptionError,
    read_description,
)
from scanwright_conformance.target._devices import Device, capability_of
from scanwright_conformance.target._discrepancies import (
    Discrepancy,
    DiscrepancyKind,
    Observation,
    discrepancies,
)
from scanwright_conformance.target._doctor import examine
from scanwright_conformance.target._examination import (
    Examination,
    Finding,
    as_json,
    as_lines,
    has_problem,
)
from scanwright_conformance.target._machine import (
    Limit,
    Process,
    Role,
    cast,
    read_limits,
    read_processes,
    send_signal,
)
from scanwright_conformance.target._model import (
    Addresses,
    Control,
    ControlFailed,
    Detour,
    Manner,
    Origins,
    Port,
    StartFailed,
    Stopping,
    Target,
    Unsupported,
)
from scanwright_conformance.target._observation import observe
from scanwright_conformance.target._opening import control_for, described_target
from scanwright_conformance.target._probe import probe
from scanwright_conformance.target._process import CommandControl
from scanwright_conformance.target._report import processes_in, read_report

__all__ = [
    "AdapterControl",
    "Addresses",
    "CommandControl",
    "Control",
    "ControlFailed",
    "Description",
    "DescriptionError",
    "Detour",
    "Device",
    "Discrepancy",
    "DiscrepancyKind",
    "Examination",
    "Finding",
    "Limit",
    "Manner",
    "Observation",
    "Origins",
    "Port",
    "Process",
    "Role",
    "StartFailed",
    "Stopping",
    "Target",
    "Unsupported",
    "as_json",
    "as_lines",
    "capability_of",
    "cast",
    "control_for",
    "described_target",
    "discrepancies",
    "examine",
    "has_problem",
    "observe",
    "probe",
    "processes_in",
    "read_description",
    "read_limits",
    "read_processes",
    "read_report",
    "send_signal",
]
