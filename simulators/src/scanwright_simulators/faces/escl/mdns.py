"""Announces eSCL devices by mDNS on the loopback interface, as real ones do.

`_uscan._tcp` leads to the HTTP port, `_uscans._tcp` to the TLS port. A device that is
unplugged says goodbye, as one does that is switched off.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device import Input, Mode, Model
from scanwright_simulators.faces.escl.documents import VERSION

if TYPE_CHECKING:
    from zeroconf import ServiceInfo
    from zeroconf.asyncio import AsyncZeroconf

__all__ = ["Announcement", "Announcer", "announcing", "host_name"]

LOOPBACK: Final = "127.0.0.1"
COLOR_SPACES: Final = {Mode.BW: "binary", Mode.GRAY: "grayscale", Mode.COLOR: "color"}


@dataclass(frozen=True, slots=True)
class Announcement:
    """A device to be found: what it is, and at which ports; TLS port 0 is none."""

    model: Model
    formats: tuple[str, ...]
    port: int
    tls_port: int = 0

    def services(self) -> Iterator[ServiceInfo]:
        """Yield the records of each port."""
        yield service_info(self, "_uscan._tcp.local.", self.port)
        if self.tls_port:
            yield service_info(self, "_uscans._tcp.local.", self.tls_port)


class Announcer:
    """Says hello and goodbye for devices."""

    def __init__(self, zeroconf: AsyncZeroconf | None) -> None:
        self._zeroconf = zeroconf
        self._announced: dict[Announcement, list[ServiceInfo]] = {}

    async def announce(self, device: Announcement) -> None:
        """Let `device` be found from now on."""
        if self._zeroconf is None or device in self._announced:
            return
        services = self._announced[device] = list(device.services())
        for service in services:
            await self._zeroconf.async_register_service(service, allow_name_change=True)

    async def withdraw(self, device: Announcement) -> None:
        """Say goodbye for `device`."""
        services = self._announced.pop(device, ())
        if self._zeroconf is None:
            return
        for service in services:
            await self._zeroconf.async_unregister_service(service)


@asynccontextmanager
async def announcing(*, is_wanted: bool) -> AsyncIterator[Announcer]:
    """Provide an announcer, which has no socket unless it `is_wanted`."""
    if not is_wanted:
        yield Announcer(None)
        return
    from zeroconf.asyncio import AsyncZeroconf

    zeroconf = AsyncZeroconf(interfaces=[LOOPBACK])
    try:
        yield Announcer(zeroconf)
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


def host_name(model: Model) -> str:
    """Return the name of a device in the domain `local`."""
    return f"{model.slug.replace('.', '-').replace('_', '-')}.local"


def service_info(device: Announcement, service: str, port: int) -> ServiceInfo:
    """Return the records of one port of a device."""
    from zeroconf import ServiceInfo

    return ServiceInfo(
        service,
        f"{device.model.name}.{service}",
        addresses=[socket.inet_aton(LOOPBACK)],
        port=port,
        server=f"{host_name(device.model)}.",
        properties=records(device),
    )


def records(device: Announcement) -> dict[str, str]:
    """Return the TXT record that hosts choose a device by."""
    model = device.model
    sources = ["platen"] * (Input.PLATEN in model.inputs) + ["adf"] * model.has_feeder
    site = f"http://{LOOPBACK}:{device.port}"
    return {
        "txtvers": "1",
        "vers": VERSION,
        "rs": "eSCL",
        "ty": model.make_and_model,
        "note": model.name,
        "pdl": ",".join(device.formats),
        "cs": ",".join(COLOR_SPACES[mode] for mode in model.modes),
        "is": ",".join(sources),
        "duplex": "T" if Input.DUPLEX in model.inputs else "F",
        "UUID": model.uuid,
        "adminurl": f"{site}/",
        "representation": f"{site}/icon.png",
    }
