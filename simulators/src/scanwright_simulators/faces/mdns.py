"""Announces eSCL devices by mDNS on the loopback interface, as `_uscan._tcp`."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device import Input, Mode, Model

if TYPE_CHECKING:
    from zeroconf import ServiceInfo

__all__ = ["announced"]

SERVICE: Final = "_uscan._tcp.local."
LOOPBACK: Final = "127.0.0.1"
COLOR_SPACES: Final = {Mode.BW: "binary", Mode.GRAY: "grayscale", Mode.COLOR: "color"}


@asynccontextmanager
async def announced(
    devices: Sequence[tuple[Model, Sequence[str], int]],
) -> AsyncIterator[None]:
    """Announce each model with its formats at its port until the block ends."""
    if not devices:
        yield
        return
    from zeroconf.asyncio import AsyncZeroconf

    zeroconf = AsyncZeroconf(interfaces=[LOOPBACK])
    try:
        for model, formats, port in devices:
            await zeroconf.async_register_service(
                service_info(model, formats, port),
                allow_name_change=True,
            )
        yield
    finally:
        await zeroconf.async_unregister_all_services()
        await zeroconf.async_close()


def service_info(model: Model, formats: Sequence[str], port: int) -> ServiceInfo:
    """Return the records of one device."""
    from zeroconf import ServiceInfo

    return ServiceInfo(
        SERVICE,
        f"{model.name}.{SERVICE}",
        addresses=[socket.inet_aton(LOOPBACK)],
        port=port,
        server=f"{model.slug.replace('.', '-').replace('_', '-')}.local.",
        properties=records(model, formats),
    )


def records(model: Model, formats: Sequence[str]) -> dict[str, str]:
    """Return the TXT record that hosts choose a device by."""
    sources = ["platen"] * (Input.PLATEN in model.inputs) + ["adf"] * model.has_feeder
    return {
        "txtvers": "1",
        "vers": "2.63",
        "rs": "eSCL",
        "ty": model.make_and_model,
        "note": model.name,
        "pdl": ",".join(formats),
        "cs": ",".join(COLOR_SPACES[mode] for mode in model.modes),
        "is": ",".join(sources),
        "duplex": "T" if Input.DUPLEX in model.inputs else "F",
        "UUID": model.uuid,
    }
