"""Serves the eSCL devices of a simulation, each at ports of its own on 127.0.0.1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from ssl import SSLContext
from typing import Final

from scanwright_simulators.faces.escl.answers import ROOT
from scanwright_simulators.faces.escl.device import EsclDevice
from scanwright_simulators.faces.escl.mdns import (
    Announcement,
    Announcer,
    announcing,
    host_name,
)
from scanwright_simulators.faces.escl.outlet import LOOPBACK, Outlet, Port
from scanwright_simulators.faces.escl.tls import server_context
from scanwright_simulators.faces.face import Installed, Presence, RunningDevice, Site
from scanwright_simulators.faces.tasks import tasks_around
from scanwright_simulators.formats import PageEncoder

__all__ = ["EsclFace"]

NAME: Final = "escl"


class EsclFace:
    """Network scanners that speak eSCL."""

    @property
    def name(self) -> str:
        """The word for it in a scenario's `faces`."""
        return NAME

    def serving(self, site: Site) -> AbstractAsyncContextManager[Presence]:
        """Serve the devices that want this face for as long as the block lasts."""
        return _serving(site)


@asynccontextmanager
async def _serving(site: Site) -> AsyncIterator[Presence]:
    wanted = site.of(NAME)
    encoder = PageEncoder()
    async with AsyncExitStack() as stack:
        is_announced = any(each.plan.escl.mdns for each in wanted)
        announcer = await stack.enter_async_context(announcing(is_wanted=is_announced))
        tls = _tls(site, wanted)
        outlets, addresses, secure = [], {}, {}
        for each in wanted:
            ports = _ports(each, tls, stack)
            name = each.scanner.model.name
            addresses[name] = f"http://{LOOPBACK}:{ports[0].number}{ROOT}"
            if len(ports) > 1:
                secure[name] = f"https://{LOOPBACK}:{ports[1].number}{ROOT}"
            outlet = _outlet(each, ports, site, encoder, announcer)
            await stack.enter_async_context(outlet.powered())
            outlets.append(outlet)
        await stack.enter_async_context(_followed(outlets))
        yield Presence(
            devices=[RunningDevice(*item) for item in _listed(addresses)],
            variables=_variables(addresses, secure, is_announced=is_announced),
        )


def _listed(addresses: dict[str, str]) -> Iterable[tuple[str, str, str]]:
    return ((name, NAME, address) for name, address in addresses.items())


def _variables(
    addresses: dict[str, str],
    secure: dict[str, str],
    *,
    is_announced: bool,
) -> dict[str, str]:
    variables = {
        "SCANWRIGHT_ESCL": _lines(addresses),
        # Looking around would find the scanners of the office next door, too.
        "SCANWRIGHT_MDNS": "on" if is_announced else "off",
    }
    return variables | ({"SCANWRIGHT_ESCL_TLS": _lines(secure)} if secure else {})


def _lines(addresses: dict[str, str]) -> str:
    return "\n".join(f"{name}={address}" for name, address in addresses.items())


def _tls(site: Site, wanted: Iterable[Installed]) -> SSLContext | None:
    names = [host_name(it.scanner.model) for it in wanted if it.plan.escl.https]
    return server_context(site.folder, names) if names else None


def _ports(
    each: Installed,
    tls: SSLContext | None,
    stack: AsyncExitStack,
) -> tuple[Port, ...]:
    """Return the ports of a device, which the end of `stack` gives up."""
    plan, name = each.plan.escl, each.scanner.model.name
    ports = []
    for number, context in ((plan.port, None), (0, tls))[: 1 + plan.https]:
        port = Port(name, number, context)
        stack.callback(port.release)
        ports.append(port)
    return tuple(ports)


def _outlet(
    each: Installed,
    ports: tuple[Port, ...],
    site: Site,
    encoder: PageEncoder,
    announcer: Announcer,
) -> Outlet:
    plan = each.plan.escl
    device = EsclDevice(
        each.scanner,
        plan,
        encoder=encoder,
        threads=site.threads,
        admin_url=f"http://{LOOPBACK}:{ports[0].number}",
    )
    announcement = Announcement(
        each.scanner.model,
        plan.formats,
        *(port.number for port in ports),
    )
    return Outlet(
        device,
        ports,
        announcer=announcer,
        announcement=announcement if plan.mdns else None,
    )


@asynccontextmanager
async def _followed(outlets: Iterable[Outlet]) -> AsyncIterator[None]:
    """Let every outlet follow its device for as long as the block lasts."""
    async with tasks_around() as tasks:
        following = [tasks.create_task(outlet.follow()) for outlet in outlets]
        try:
            yield
        finally:
            for task in following:
                task.cancel()
