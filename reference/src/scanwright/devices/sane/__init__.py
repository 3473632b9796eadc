"""Scanners by SANE, through an own ctypes layer."""

from __future__ import annotations

from scanwright.devices.sane.device import SaneDevice
from scanwright.devices.sane.library import Sane, SaneMissing

__all__ = ["Sane", "SaneDevice", "SaneMissing"]
