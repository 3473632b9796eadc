"""The service under test: where it answers, what it claims, how it is controlled."""

from scanwright_conformance.target._description import (
    Description,
    DescriptionError,
    read_description,
)
from scanwright_conformance.target._devices import Device
from scanwright_conformance.target._model import (
    Addresses,
    Control,
    Origins,
    Port,
    StartFailed,
    Target,
    Unsupported,
)
from scanwright_conformance.target._probe import probe
from scanwright_conformance.target._process import CommandControl

__all__ = [
    "Addresses",
    "CommandControl",
    "Control",
    "Description",
    "DescriptionError",
    "Device",
    "Origins",
    "Port",
    "StartFailed",
    "Target",
    "Unsupported",
    "probe",
    "read_description",
]
