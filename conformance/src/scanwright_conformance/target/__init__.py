"""The service under test: where it answers, what it claims, how it is controlled."""

from scanwright_conformance.target._devices import Device
from scanwright_conformance.target._model import (
    Addresses,
    Control,
    Origins,
    Port,
    Target,
    Unsupported,
)

__all__ = [
    "Addresses",
    "Control",
    "Device",
    "Origins",
    "Port",
    "Target",
    "Unsupported",
]
