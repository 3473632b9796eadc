"""Scanners on the network by eSCL (AirScan), through an own client."""

from __future__ import annotations

from scanwright.devices.escl.address import (
    EsclAddress,
    from_environment,
    parse_addresses,
)

__all__ = ["EsclAddress", "from_environment", "parse_addresses"]
