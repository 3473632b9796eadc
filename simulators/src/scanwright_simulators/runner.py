"""The runner: starts a scenario, and hands out the environment to use it in.

All virtual scanners live in the runner's own process, and every face that a scenario
wants serves them from there. SANE's own test devices live in whatever process loads
libsane; the runner owns their configuration, in a private folder. The environment names
these devices and hides the machine's own. When the block ends, in whatever way, the
lifeline ends what is left of the commands that ran in this environment. A shell that
asks the control for the environment is none of them: it goes on.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from scanwright_simulators.building import build_scanner
from scanwright_simulators.control import api, registry
from scanwright_simulators.device import Journal
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.escl import EsclFace
from scanwright_simulators.faces.face import (
    Face,
    Installed,
    Presence,
    RunningDevice,
    Site,
)
from scanwright_simulators.faces.sane import SaneFace, socket_in
from scanwright_simulators.lifeline import MARK, Lifeline
from scanwright_simulators.scenario import Scenario

__all__ = ["Simulation", "running"]

FACES: Final[tuple[Face, ...]] = (EsclFace(), SaneFace())
PARTS: Final = ("zxingcpp", "pypdfium2", "zeroconf")
THREADS: Final = 2
"""Two draw and encode while the event loop sends; more would only wait for the GIL."""
LAST_STROKE_S: Final = 2.0
"""How long the end waits for what is being drawn; a decoder in C may hang for ever."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """A running scenario. `folder` is private to it and goes with it."""

    scenario: Scenario
    devices: tuple[RunningDevice, ...]
    variables: Mapping[str, str]
    notes: tuple[str, ...]
    folder: Path
    control: str

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Return `base` with these devices in it and no others."""
        kept = {
            name: value
            for name, value in base.items()
            if not name.startswith(("SANE_", "SCANWRIGHT_ESCL"))
        }
        merged = {**kept, **self.variables}
        if "LD_LIBRARY_PATH" in self.variables and base.get("LD_LIBRARY_PATH"):
            ours = self.variables["LD_LIBRARY_PATH"]
            merged["LD_LIBRARY_PATH"] = f"{ours}:{base['LD_LIBRARY_PATH']}"
        return merged


def _require_parts() -> None:
    """Raise where the service was installed without what draws and reads pages."""
    missing = [name for name in PARTS if find_spec(name) is None]
    if missing:
        raise StartError(
            f"virtual scanners need {', '.join(missing)}, too: "
            "pip install 'scanwright[simulators]'",
        )


@asynccontextmanager
async def running(scenario: Scenario) -> AsyncIterator[Simulation]:
    """Run `scenario` for as long as the block lasts; it is ready when it begins."""
    _require_parts()
    async with AsyncExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="scanwright-"))
        stack.enter_context(Lifeline(folder))
        threads = ThreadPoolExecutor(THREADS)
        stack.callback(_retire, threads)
        site = build_site(scenario, threads=threads, folder=folder)
        presences = [
            await stack.enter_async_context(face.serving(site)) for face in FACES
        ]
        presences.append(_sane(scenario, presences, folder))
        devices = [device for each in presences for device in each.devices]
        variables: dict[str, str] = {}
        for presence in presences:
            variables |= presence.variables
        address = await stack.enter_async_context(
            api.serving(
                site,
                scenario.control_port,
                scenario.name,
                devices,
                variables,
            ),
        )
        unlisted = stack.enter_context(
            registry.listed(
                address,
                scenario=scenario.name,
                devices=[each.scanner.model.name for each in site.devices],
            ),
        )
        yield Simulation(
            scenario=scenario,
            devices=tuple(devices),
            variables={
                **variables,
                MARK: os.fspath(folder),
                registry.ENV_CONTROL: address,
            },
            notes=tuple(
                note
                for note in (unlisted, *(n for each in presences for n in each.notes))
                if note
            ),
            folder=folder,
            control=address,
        )


def build_site(
    scenario: Scenario,
    *,
    threads: ThreadPoolExecutor,
    folder: Path,
) -> Site:
    """Return all devices of `scenario` with their paper, not served yet."""
    clock = asyncio.get_running_loop().time
    journal = Journal(clock)
    devices = tuple(
        Installed(
            build_scanner(plan, seed=scenario.seed, clock=clock, journal=journal),
            plan,
        )
        for plan in scenario.scanners
    )
    return Site(devices, journal, threads, folder)


def _retire(threads: ThreadPoolExecutor) -> None:
    """Let `threads` finish what they do, and nothing more, but not wait for ever."""
    shutdown = partial(threads.shutdown, cancel_futures=True)
    waiting = threading.Thread(target=shutdown, daemon=True)
    waiting.start()
    waiting.join(LAST_STROKE_S)


def _sane(
    scenario: Scenario,
    presences: Sequence[Presence],
    folder: Path,
) -> Presence:
    """Configure libsane for all devices, those of its test backend included."""
    if not sane_test.is_available():
        is_wanted = bool(scenario.sane_test.devices)
        return Presence(notes=(sane_test.MISSING,) if is_wanted else ())
    configuration = folder / "sane.d"
    configuration.mkdir()
    found = [device for each in presences for device in each.devices]
    own = socket_in(folder)
    sane_test.write_configuration(
        configuration,
        scenario.sane_test,
        {device.name: device.address for device in found if device.type == "escl"},
        own=own if own.exists() else None,
    )
    names = sane_test.device_names(scenario.sane_test)
    return Presence(
        devices=[RunningDevice(name, "sane", name) for name in names],
        variables={"SANE_CONFIG_DIR": os.fspath(configuration)},
    )
