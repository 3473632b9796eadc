"""A host for tests of the eSCL face: it talks to one device over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from scanwright_simulators.device import Entry, Fault, Input, Model, VirtualScanner
from scanwright_simulators.faces.escl import EsclFace
from scanwright_simulators.faces.face import Installed, Presence, Site
from scanwright_simulators.faces.in_process import ManualClock
from scanwright_simulators.formats import FORMATS
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

ScannerMaker = Callable[..., VirtualScanner]

SPACES = (
    'xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" '
    'xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm"'
)
RESOLUTION = "<scan:XResolution>75</scan:XResolution>"
GRAY = "<scan:ColorMode>Grayscale8</scan:ColorMode>"
PNG = "<pwg:DocumentFormat>image/png</pwg:DocumentFormat>"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of the device."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


@dataclass(frozen=True, slots=True)
class Host:
    """A host that talks eSCL to one device."""

    session: aiohttp.ClientSession
    scanner: VirtualScanner
    clock: ManualClock
    presence: Presence

    FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"

    @property
    def port(self) -> int:
        """The port of the device."""
        return urlsplit(self.presence.devices[0].address).port or 0

    @staticmethod
    def settings(*inside: str) -> str:
        """Return a ScanSettings document."""
        return f"<scan:ScanSettings {SPACES}>{''.join(inside)}</scan:ScanSettings>"

    async def ask(
        self,
        method: str,
        path: str,
        body: str | bytes = b"",
        **headers: str,
    ) -> Reply:
        """Return the answer to a request."""
        async with self.session.request(
            method,
            path,
            data=body,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            return Reply(answer.status, dict(answer.headers), await answer.read())

    async def post(self, *inside: str) -> Reply:
        """Return the answer to POST ScanJobs with a small gray PNG in mind."""
        document = self.settings(RESOLUTION, GRAY, PNG, *inside)
        return await self.ask("POST", "/eSCL/ScanJobs", document)

    async def start(self, *inside: str) -> str:
        """Start a job; return its path."""
        reply = await self.post(*inside)
        assert reply.status == 201, reply.text
        return "/eSCL/" + reply.headers["Location"].split("/eSCL/")[1].rstrip("/")

    async def page(self, job: str) -> Reply:
        """Return the answer to NextDocument."""
        return await self.ask("GET", f"{job}/NextDocument")

    async def delete(self, job: str) -> Reply:
        """Return the answer to DELETE."""
        return await self.ask("DELETE", job)

    async def status(self, name: str) -> str:
        """Return what the ScannerStatus says under `name`, e.g. `AdfState`."""
        reply = await self.ask("GET", "/eSCL/ScannerStatus")
        return reply.text.partition(f":{name}>")[2].partition("<")[0]

    def told(self, what: str = "request") -> list[Entry]:
        """Return what the face told the journal under `what`."""
        return [
            entry
            for entry in self.scanner.journal.after()
            if entry.source == "escl" and entry.what == what
        ]


HostMaker = Callable[..., AbstractAsyncContextManager[Host]]


@pytest.fixture
def plan() -> EsclPlan:
    """Return how devices of these tests show themselves."""
    return EsclPlan(formats=FORMATS)


@pytest.fixture
def host(
    make_scanner: ScannerMaker,
    model: Model,
    clock: ManualClock,
    plan: EsclPlan,
    tmp_path: Path,
) -> HostMaker:
    """Return a maker of a device together with a host that talks to it."""

    @asynccontextmanager
    async def make(
        *,
        sheets: int = 3,
        faults: tuple[Fault, ...] = (),
        refill: bool = True,
        inputs: tuple[Input, ...] = tuple(Input),
        time: Callable[[], float] | None = None,
        scanner: VirtualScanner | None = None,
        **plan_options: object,
    ) -> AsyncIterator[Host]:
        """Serve a device and yield a host."""
        device = scanner or make_scanner(
            sheets=sheets,
            faults=faults,
            refill=refill,
            of=replace(model, inputs=inputs),
            clock=time,
        )
        mine = replace(plan, **plan_options)  # type: ignore[arg-type]  # by name
        scan = ScannerPlan(device.model, ("escl",), (), PilePlan(), mine)
        with ThreadPoolExecutor(2) as threads:
            site = Site((Installed(device, scan),), device.journal, threads, tmp_path)
            async with EsclFace().serving(site) as presence:
                base = presence.devices[0].address.removesuffix("/eSCL")
                async with aiohttp.ClientSession(base) as session:
                    yield Host(session, device, clock, presence)

    return make
