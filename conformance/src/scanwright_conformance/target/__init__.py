"""The service under test: where it answers, what it claims, how it is controlled."""

from scanwright_conformance.target._description import (
    Description,
    DescriptionError,
    read_description,
)
from scanwright_conformance.target._devices import Device
from scanwright_conformance.target._machine import (
    Process,
    Role,
    cast,
    read_processes,
)
from scanwright_conformance.target._model import (
    Addresses,
    Control,
    Manner,
    Origins,
    Port,
    StartFailed,
    Stopping,
    Target,
    Unsupported,
)
from scanwright_conformance.target._probe import probe
from scanwright_conformance.target._process import CommandControl
from scanwright_conformance.target._report import processes_in, read_report

__all__ = [
    "Addresses",
    "CommandControl",
    "Control",
    "Description",
    "DescriptionError",
    "Device",
    "Manner",
    "Origins",
    "Port",
    "Process",
    "Role",
    "StartFailed",
    "Stopping",
    "Target",
    "Unsupported",
    "cast",
    "probe",
    "processes_in",
    "read_description",
    "read_processes",
    "read_report",
]
