"""Which network scanners answer now: the named ones and the announced ones."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.escl.capabilities import parse_capabilities
from scanwright.devices.escl.client import EsclClient
from scanwright.devices.escl.mdns import MdnsMissing, browse
from scanwright.errors import DeviceError
from scanwright.protocol.scanning import DeviceId, DeviceType

__all__ = ["discover"]

PROBE_S: Final = 1.5
BROWSE_S: Final = 1.2
"""mDNS answers come within a second, by RFC 6762 section 6."""
PROBES_AT_ONCE: Final = 16


def discover(
    named: Sequence[EsclAddress], *, mdns: bool
) -> tuple[list[DeviceId], list[str]]:
    """Return the scanners that answer, named ones first, and notes on the others."""
    notes: list[str] = []
    addresses = {address.url: address for address in named}
    if mdns:
        try:
            for address in browse(BROWSE_S, threading.Event()):
                addresses.setdefault(address.url, address)
        except (MdnsMissing, OSError) as error:
            notes.append(str(error))
    if not addresses:
        return [], notes
    with ThreadPoolExecutor(min(len(addresses), PROBES_AT_ONCE)) as threads:
        results = list(threads.map(_probe, addresses.values()))
    devices = [result for result in results if isinstance(result, DeviceId)]
    notes += [result for result in results if isinstance(result, str)]
    return devices, notes


def _probe(address: EsclAddress) -> DeviceId | str:
    try:
        client = EsclClient(address, timeout_s=PROBE_S)
        parse_capabilities(client.get("ScannerCapabilities").body)
    except DeviceError as error:
        return f"{address.name} is not listed: {error.message}"
    return DeviceId(DeviceType.ESCL, address.url, address.name)
