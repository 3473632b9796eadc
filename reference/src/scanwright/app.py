"""The composition root: makes the parts, wires them, and takes them down in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from aiohttp import web

from scanwright import __version__
from scanwright.administration import AdministeredConfiguration, AdministeredIdentity
from scanwright.buffer.disk import Disk
from scanwright.buffer.pages import PageStore
from scanwright.buffer.slots import SlotPool
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.identity import ServerIdentity
from scanwright.certificates.trust import Trust
from scanwright.configuration.values import Configuration, Reading
from scanwright.configuration.watch import ConfigurationWatch
from scanwright.home import Home
from scanwright.http.access import access_gate, consent_gate
from scanwright.http.api import Api
from scanwright.http.channel import ChannelEndpoint, ServiceIdentity
from scanwright.http.consents import FILE_NAME, Consents
from scanwright.http.documents import Documents
from scanwright.http.gate import Gate
from scanwright.http.generation1 import Generation1
from scanwright.http.hello import HELLO, hello
from scanwright.http.limits import Limits, connection_limit, raise_descriptor_limit
from scanwright.http.manager import Manager
from scanwright.http.page_files import PageFiles
from scanwright.http.page_sources import PageSources
from scanwright.http.ports import Ports
from scanwright.http.processing import Processing
from scanwright.http.routes import Door, Endpoints, build_application
from scanwright.http.static import StaticFiles
from scanwright.jobs.registry import Jobs
from scanwright.log import set_level
from scanwright.options import ServeOptions
from scanwright.processes.addons import Addons
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.origins import HostPolicy, OriginPolicy, host_policy
from scanwright.protocol.page_urls import OwnAddresses
from scanwright.sessions.services import Services
from scanwright.sessions.sessions import Sessions
from scanwright.storage.storage import Storage
from scanwright.supervision.watch import Supervision
from scanwright.web.policy import page_policy

__all__ = ["Service", "running_service"]

WEB: Final = Path(__file__).parent / "web"
DISK_WATCH_S: Final = 10.0
OPEN: Final = (HELLO, "/sdk/")
"""Who answers here, and code that is everybody's: not a secret of any origin."""


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
    storage: Storage
    disk: Disk

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
            tasks.create_task(self.storage.sweep())
            tasks.create_task(self._watch_disk())

    async def _watch_disk(self) -> None:
        """Look at the disk, that pages be told before they need it."""
        while True:
            self.disk.is_low()
            await asyncio.sleep(DISK_WATCH_S)

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
        memory = options.page_memory_bytes
        slots = stack.enter_context(
            contextlib.closing(SlotPool(free_bytes=memory // 8))
        )
        store = stack.enter_context(
            contextlib.closing(
                PageStore(
                    home.cache,
                    slots=slots,
                    # The rest is for pages that are on their way.
                    hot_bytes=memory * 3 // 4,
                    disk=Disk(home.cache, least_bytes=options.free_disk_bytes),
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
        addons = await stack.enter_async_context(
            Addons(
                slots=slots,
                log_path=home.log / "drivers.log",
                dumps=supervision.dumps,
            ),
        )
        supervision.include(addons.processes)
        guard = Disk(home.storage, least_bytes=options.free_disk_bytes)
        storage = stack.enter_context(
            contextlib.closing(Storage(home.storage, guard=guard))
        )
        sessions = await stack.enter_async_context(
            Sessions(
                Services(jobs, store, slots, addons, storage, home.cache),
                on_first=workers.warm,
                on_last=workers.cool,
            ),
        )
        store.disk.on_low = sessions.warn_of_disk
        identity = ServerIdentity(home.cert, watch.configuration.domains)
        ca = CertificateFolder(home.cert).authority.chain
        service = Service(
            jobs, workers, ports, ca, identity, watch, home, storage, store.disk
        )
        parts = _Parts(store, slots, addons, sessions)
        core, manager = _applications(options, service, parts, supervision)
        tls = identity.context
        limits = Limits(connections=connection_limit(raise_descriptor_limit()))
        gate = await stack.enter_async_context(Gate(limits))
        # In this order: the core is what ends first, with a farewell to its pages.
        await gate.serve(manager, [(ports.manager, None), (ports.manager_tls, tls)])
        await gate.serve(core, [(ports.api, None), (ports.api_tls, tls)])
        stack.callback(workers.hurry)
        stack.callback(addons.hurry)
        stack.callback(jobs.stop)
        yield service


@dataclass(frozen=True, slots=True)
class _Parts:
    """What pages reach and the command line does not."""

    store: PageStore
    slots: SlotPool
    addons: Addons
    sessions: Sessions


def _applications(
    options: ServeOptions,
    service: Service,
    parts: _Parts,
    supervision: Supervision,
) -> tuple[web.Application, web.Application]:
    """Return what is served on the core ports, and what on those of the manager."""
    home, watch = service.home, service.watch
    consents = Consents(home.folder / FILE_NAME)
    api = Api(service.jobs, parts.store, options.licence_key, options.without)
    manager = Manager(
        home,
        service.addresses,
        ca=service.ca,
        scanners=service.jobs,
        status=supervision,
        sessions=parts.sessions,
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

    def origins() -> OriginPolicy:
        return watch.configuration.policy

    def configuration() -> Configuration:
        return watch.configuration

    def addresses() -> OwnAddresses:
        numbers = service.ports.numbers()
        return OwnAddresses(hosts(), frozenset({numbers.core, numbers.core_tls}))

    storage = None if "storage" in options.without else service.storage
    sources = PageSources(service.jobs, parts.store, parts.slots, addresses, storage)
    documents: Endpoints = {}
    if storage is not None:
        documents = Documents(storage, sources, parts.slots, parts.addons).endpoints()
    identity = ServiceIdentity(__version__, secrets.token_hex(8))
    channel = ChannelEndpoint(
        parts.sessions, identity, consent_gate(consents, configuration)
    )
    # The same on all ports: a page that finds only one of them learns why.
    everywhere: Endpoints = {
        HELLO: {"GET": hello(identity, origins)},
        **_web(service.ports),
    }
    core = Door(
        origins,
        hosts,
        access=access_gate(consents, configuration),
        open_paths=OPEN,
    )
    administration = Door(manager.origins, hosts, open_paths=OPEN)
    served = build_application(
        {
            **everywhere,
            **api.endpoints(),
            **documents,
            **Processing(sources, parts.addons).endpoints(),
            **Generation1(api).endpoints(),
            "/channel": {"GET": channel.connect},
            **PageFiles(parts.sessions).endpoints(),
        },
        core,
    )
    served.on_shutdown.append(channel.say_farewell)
    return (
        served,
        build_application({**everywhere, **manager.endpoints()}, administration),
    )


def _web(ports: Ports) -> Endpoints:
    """Return what browsers load: the SDK, and demos that may use this service alone."""

    def policy() -> str:
        numbers = ports.numbers()
        core, manager = numbers.core, numbers.manager
        return page_policy((core, numbers.core_tls, manager, numbers.manager_tls))

    return {
        **StaticFiles("/sdk", WEB / "sdk").endpoints(),
        **StaticFiles("/demos", WEB / "demos", policy).endpoints(),
        # The demos look for their icon at the root, wherever they are served.
        **StaticFiles("", WEB, names=r"icon\.svg").endpoints(),
    }
