"""The runner: starts a scenario, and hands out the environment to use it in.

The eSCL devices live in the runner's own process, each at a port of its own on
127.0.0.1. The SANE devices live in whatever process loads libsane; the runner owns
their configuration, in a private folder. The environment names these devices and hides
the machine's own. When the block ends, in whatever way, the lifeline ends what is left
of the commands that ran in this environment.
"""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright_simulators.device import Sheet, Side, VirtualScanner
from scanwright_simulators.device.content import BlankSide, Content, load
from scanwright_simulators.device.generated import GeneratedSide
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import mdns, sane_test
from scanwright_simulators.faces.escl import EsclFace, Pace, served
from scanwright_simulators.formats import PageEncoder
from scanwright_simulators.lifeline import MARK, Lifeline
from scanwright_simulators.scenario import EsclDevice, Scenario

__all__ = ["RunningDevice", "Simulation", "running"]

LOOPBACK: Final = "127.0.0.1"
THREADS: Final = 2
"""Two draw and encode while the event loop sends; more would only wait for the GIL."""


@dataclass(frozen=True, slots=True)
class RunningDevice:
    """A device as its users see it; `type` is `escl` or `sane`."""

    name: str
    type: str
    address: str


@dataclass(frozen=True, slots=True)
class Simulation:
    """A running scenario. `folder` is private to it and goes with it."""

    scenario: Scenario
    devices: tuple[RunningDevice, ...]
    variables: Mapping[str, str]
    notes: tuple[str, ...]
    folder: Path

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return `base` with these devices in it and no others."""
        kept = {
            name: value
            for name, value in base.items()
            if not name.startswith(("SANE_", "SCANWRIGHT_ESCL"))
        }
        return {**kept, **self.variables}


@asynccontextmanager
async def running(scenario: Scenario) -> AsyncIterator[Simulation]:
    """Run `scenario` for as long as the block lasts; it is ready when it begins."""
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="scanwright-"))
        stack.enter_context(Lifeline(folder))
        escl = await stack.enter_async_context(_escl_devices(scenario))
        has_sane = sane_test.is_available()
        is_announced = any(device.mdns for device in scenario.escl)
        variables = {
            MARK: os.fspath(folder),
            "SCANWRIGHT_ESCL": "\n".join(f"{d.name}={d.address}" for d in escl),
            # Looking around would find the scanners of the office next door, too.
            "SCANWRIGHT_MDNS": "on" if is_announced else "off",
        }
        if has_sane:
            configuration = folder / "sane.d"
            configuration.mkdir()
            addresses = {device.name: device.address for device in escl}
            sane_test.write_configuration(configuration, scenario.sane, addresses)
            variables["SANE_CONFIG_DIR"] = os.fspath(configuration)
        names = sane_test.device_names(scenario.sane) if has_sane else ()
        is_short = bool(scenario.sane.devices) and not has_sane
        yield Simulation(
            scenario=scenario,
            devices=(*escl, *(RunningDevice(name, "sane", name) for name in names)),
            variables=variables,
            notes=(sane_test.MISSING,) if is_short else (),
            folder=folder,
        )


def build_scanner(device: EsclDevice, *, seed: int) -> VirtualScanner:
    """Return the scanner that `device` describes, with its paper in place."""
    bed = device.model.bed
    front = GeneratedSide(bed, seed, Side.FRONT)
    platen = load(device.platen_content, bed) or (front,)
    if device.feeder_content:
        sheets = _stack(load(device.feeder_content, bed), two_sided=device.two_sided)
    else:
        sheets = [Sheet(front, GeneratedSide(bed, seed, Side.BACK))] * device.sheets
    return VirtualScanner(
        device.model,
        glass=platen[0],
        sheets=sheets,
        refill=device.refill,
        faults=device.faults,
        seed=seed,
    )


def _stack(sides: tuple[Content, ...], *, two_sided: bool) -> list[Sheet]:
    """Return sheets that carry `sides` in order, with blank backs where none is."""
    if not two_sided:
        return [Sheet(side, BlankSide()) for side in sides]
    return [
        Sheet(sides[at], sides[at + 1] if at + 1 < len(sides) else BlankSide())
        for at in range(0, len(sides), 2)
    ]


@asynccontextmanager
async def _escl_devices(scenario: Scenario) -> AsyncIterator[list[RunningDevice]]:
    """Serve the eSCL devices of `scenario`."""
    async with AsyncExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(THREADS))
        encoder = PageEncoder()
        started, announcements = [], []
        for device in scenario.escl:
            listener = stack.enter_context(_bound(device))
            port: int = listener.getsockname()[1]
            if not device.offline:
                face = EsclFace(
                    build_scanner(device, seed=scenario.seed),
                    formats=device.formats,
                    encoder=encoder,
                    threads=threads,
                    clock=asyncio.get_running_loop().time,
                    pace=Pace(
                        page_time_s=device.page_time_s,
                        stall_at_page=device.stall_at_page,
                        job_timeout_s=device.job_timeout_s,
                    ),
                )
                await stack.enter_async_context(served(face, listener))
            address = f"http://{LOOPBACK}:{port}/eSCL"
            started.append(RunningDevice(device.model.name, "escl", address))
            if device.mdns:
                announcements.append((device.model, device.formats, port))
        await stack.enter_async_context(mdns.announced(announcements))
        yield started


def _bound(device: EsclDevice) -> socket.socket:
    """Return a socket at the device's port; one that never listens refuses all."""
    with ExitStack() as undo:
        listener = undo.enter_context(socket.socket())
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, device.port))
        except OSError as error:
            message = (
                f"port {device.port} for {device.model.name} cannot be had: "
                f"{error.strerror}; choose another, or 0 for any"
            )
            raise StartError(message) from error
        undo.pop_all()
    return listener
