"""All scanners that this machine can reach, of whatever type: listed and opened.

A scanner that SANE's network backends (airscan, escl) show as well as our own client
is listed once when both were asked for, as eSCL: one layer less, and its own JPEG. It
takes the place of what it replaces: the scanner that is the default comes first in
every listing.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from scanwright.devices.escl.address import EsclAddress
from scanwright.devices.port import Device
from scanwright.devices.sane.library import FoundDevice, Sane, SaneMissing
from scanwright.errors import Code, DeviceError
from scanwright.protocol.scanning import DeviceId, DeviceType

__all__ = ["Catalog", "Listing"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found, and notes on what could not be reached."""

    devices: tuple[DeviceId, ...]
    notes: tuple[str, ...] = ()


class Catalog:
    """Lists and opens devices; holds libsane once that was needed."""

    def __init__(self) -> None:
        self._sane: Sane | None = None

    def list(
        self, types: DeviceType, escl: Sequence[EsclAddress], *, mdns: bool
    ) -> Listing:
        """List afresh; what does not answer is left out with a note.

        A listing says what a scan can be made with now, and a scanner that is off
        comes back with the next listing.
        """
        notes: list[str] = []
        network: list[DeviceId] = []
        if DeviceType.ESCL in types:
            from scanwright.devices.escl.discovery import discover

            network, notes = discover(escl, mdns=mdns)
        local: list[DeviceId] = []
        if DeviceType.SANE in types:
            try:
                local = _local(self.sane().devices(), network)
            except DeviceError as error:
                notes.append(error.message)
        return Listing(tuple(dict.fromkeys((*local, *network))), tuple(notes))

    def open(self, device: DeviceId, debt: str = "") -> Device:
        """Open a device; a `DeviceError` says why not.

        `debt` is what a process that died owed it (`PageSink.owes`).
        """
        if device.type is DeviceType.SANE:
            from scanwright.devices.sane.device import SaneDevice

            return SaneDevice(self.sane(), device.address)
        if device.type is DeviceType.ESCL:
            from scanwright.devices.escl.device import EsclDevice

            return EsclDevice(EsclAddress(device.name, device.address), debt)
        raise DeviceError(
            f"{device.name} is of type {device.type.name}, which is not for Linux.",
            code=Code.SOURCE_NOT_FOUND,
        )

    def sane(self) -> Sane:
        """Return libsane, loaded; `SaneMissing` when there is none."""
        if self._sane is None:
            self._sane = Sane()
        return self._sane

    def prepare(self) -> None:
        """Load now what the first device will need."""
        try:
            self.sane()
        except SaneMissing as error:
            log.info(error.message)


def _local(found: Sequence[FoundDevice], network: Sequence[DeviceId]) -> list[DeviceId]:
    """Return what SANE has found, each by the type that it is listed as."""
    return [
        _twin(device, network)
        or DeviceId(DeviceType.SANE, device.name, _name(device, found))
        for device in found
    ]


def _name(device: FoundDevice, others: Sequence[FoundDevice]) -> str:
    """Return a name for people; those that would be equal carry their address."""
    name = f"{device.vendor} {device.model}".strip() or device.name
    twins = [d for d in others if (d.vendor, d.model) == (device.vendor, device.model)]
    return f"{name} ({device.name})" if len(twins) > 1 else name


def _twin(device: FoundDevice, network: Sequence[DeviceId]) -> DeviceId | None:
    """Return the scanner behind a SANE device, if our own client has found it.

    airscan says its host as `ip=...` in the type and its name as the model; escl has
    the URL in the device name.
    """
    backend, _, rest = device.name.partition(":")
    if backend == "escl":
        place = urlsplit(rest).netloc
        there = (d for d in network if urlsplit(d.address).netloc == place)
        return next(there, None)
    if backend != "airscan":
        return None
    host = device.type.partition("ip=")[2].strip("[]")
    there = (d for d in network if urlsplit(d.address).hostname == host)
    return next((d for d in there if d.name == device.model), None)
