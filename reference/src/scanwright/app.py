"""The composition root: makes the parts, wires them, and takes them down in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from scanwright.administration import AdministeredConfiguration, AdministeredIdentity
from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.identity import ServerIdentity
from scanwright.certificates.trust import Trust
from scanwright.configuration.values import Configuration, Reading
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home
from scanwright.http.access import access_gate
from scanwright.http.api import Api
from scanwright.http.consents import FILE_NAME, Consents
from scanwright.http.gate import Gate
from scanwright.http.generation1 import Generation1
from scanwright.http.limits import Limits, connection_limit, raise_descriptor_limit
from scanwright.http.manager import Manager
from scanwright.http.ports import Ports
from scanwright.http.routes import Door, build_application
from scanwright.jobs.registry import Jobs
from scanwright.log import set_level
from scanwright.options import ServeOptions
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.origins import HostPolicy, host_policy
from scanwright.supervision.watch import Supervision

__all__ = ["Service", "running_service"]


@dataclass(frozen=True, slots=True)
class Service:
    """A service that answers."""

    jobs: Jobs
    workers: ScanWorkers
    ports: Ports
    ca: Path
    """The certificate that browsers have to trust."""
    identity: ServerIdentity
    watch: ConfigurationWatch
    home: Home

    @property
    def addresses(self) -> dict[str, str]:
        """Base URLs of the four ports, by their role."""
        numbers = self.ports.numbers()
        return {
            "api": f"http://127.0.0.1:{numbers.core}",
            "api_tls": f"https://127.0.0.1:{numbers.core_tls}",
            "manager": f"http://127.0.0.1:{numbers.manager}",
            "manager_tls": f"https://127.0.0.1:{numbers.manager_tls}",
        }

    async def keep_up(self) -> None:
        """Take up what changes in the home, until cancelled."""
        self.watch.subscribe(self._take_up)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.watch.run())
            tasks.create_task(self.identity.run())

    def _take_up(self, old: Configuration, reading: Reading) -> None:
        """Do what a change means; origins and prompts are asked for at each request."""
        new = reading.configuration
        if new.log_level != old.log_level:
            set_level(new.log_level)
        if new.domains != old.domains:
            self.identity.set_domains(new.domains)


@contextlib.asynccontextmanager
async def running_service(
    options: ServeOptions,
    home: Home,
    watch: ConfigurationWatch,
    ports: Ports,
    supervision: Supervision,
) -> AsyncIterator[Service]:
    """Start a service; it answers when this yields, and is gone after it."""
    async with contextlib.AsyncExitStack() as stack:
        slots = stack.enter_context(contextlib.closing(SlotPool()))
        store = stack.enter_context(
            contextlib.closing(
                PageStore(
                    home.cache,
                    slots=slots,
                    hot_bytes=options.page_memory_bytes,
                ),
            ),
        )
        workers = await stack.enter_async_context(
            ScanWorkers(
                slots=slots,
                escl=options.escl,
                mdns=options.uses_mdns,
                log_path=home.log / "drivers.log",
                dumps=supervision.dumps,
            ),
        )
        supervision.include(workers.processes)
        jobs = await stack.enter_async_context(Jobs(workers, store))
        identity = ServerIdentity(home.cert, watch.configuration.domains)
        ca = CertificateFolder(home.cert).authority.chain
        service = Service(jobs, workers, ports, ca, identity, watch, home)
        core, manager = _applications(options, service, store, supervision)
        tls = identity.context
        limits = Limits(connections=connection_limit(raise_descriptor_limit()))
        gate = await stack.enter_async_context(Gate(limits))
        await gate.serve(core, [(ports.api, None), (ports.api_tls, tls)])
        await gate.serve(manager, [(ports.manager, None), (ports.manager_tls, tls)])
        stack.callback(workers.hurry)
        yield service


def _applications(
    options: ServeOptions,
    service: Service,
    store: PageStore,
    supervision: Supervision,
) -> tuple[web.Application, web.Application]:
    """Return what is served on the core ports, and what on those of the manager."""
    home, watch = service.home, service.watch
    consents = Consents(home.folder / FILE_NAME)
    api = Api(service.jobs, store, options.licence_key)
    manager = Manager(
        home,
        service.addresses,
        ca=service.ca,
        scanners=service.jobs,
        status=supervision,
        configuration=AdministeredConfiguration(home, watch, options.overridden),
        identity=AdministeredIdentity(
            home.cert, service.identity, on_change=supervision.check_certificates
        ),
        trust=Trust(home.cert, os.environ),
        consents=consents,
    )

    def hosts() -> HostPolicy:
        configuration = watch.configuration
        return host_policy(configuration.server, configuration.domains)

    core = Door(
        origins=lambda: watch.configuration.policy,
        hosts=hosts,
        access=access_gate(consents, lambda: watch.configuration),
    )
    return (
        build_application({**api.endpoints(), **Generation1(api).endpoints()}, core),
        build_application(manager.endpoints(), Door(manager.origins, hosts)),
    )
