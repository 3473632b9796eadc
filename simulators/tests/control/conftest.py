"""A site with a few virtual scanners, and its control over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from scanwright_simulators.building import build_scanner
from scanwright_simulators.control.api import serving
from scanwright_simulators.device import Input, Journal, Mode, Model, Size
from scanwright_simulators.faces.face import Installed, Site
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

Ask = Callable[..., Any]


def plan(name: str, inputs: tuple[Input, ...] = tuple(Input)) -> ScannerPlan:
    """Return the plan of a scanner with ten sheets, if it has a feeder."""
    model = Model(
        name=name,
        make_and_model="Scanwright Office A4",
        bed=Size.of_mm(210, 297),
        inputs=inputs,
        resolutions_dpi=(75, 150, 300),
        modes=tuple(Mode),
    )
    tray = (PilePlan(sheets=10, two_sided=True),) if model.has_feeder else ()
    return ScannerPlan(
        model=model,
        faces=("escl",),
        tray=tray,
        glass=PilePlan(),
        escl=EsclPlan(("image/jpeg",)),
    )


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """Return two scanners; one has a feeder and one has none."""
    clock = asyncio.get_running_loop().time
    journal = Journal(clock)
    plans = plan("Virtual Office"), plan("Flat", (Input.PLATEN,))
    with ThreadPoolExecutor(1) as threads:
        yield Site(
            devices=tuple(
                Installed(
                    build_scanner(each, seed=1, clock=clock, journal=journal), each
                )
                for each in plans
            ),
            journal=journal,
            threads=threads,
            folder=tmp_path,
        )


@pytest.fixture
def office(site: Site) -> Installed:
    """Return the device with a feeder."""
    return site.devices[0]


@pytest.fixture
async def address(site: Site) -> AsyncIterator[str]:
    """Return where the control of the site answers."""
    variables = {"SCANWRIGHT_ESCL": "Virtual Office=http://x/eSCL"}
    async with serving(site, scenario_name="office", variables=variables) as at:
        yield at


@pytest.fixture
async def http(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    """Return a session whose addresses begin at the control's."""
    async with aiohttp.ClientSession(address) as session:
        yield session


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """Return an image file of one page."""
    path = tmp_path / "invoice.png"
    Image.new("RGB", (100, 140), "navy").save(path, dpi=(72, 72))
    return path


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Return a PDF of three pages."""
    path = tmp_path / "letter.pdf"
    pages = [Image.new("RGB", (100, 140), c) for c in ("navy", "teal", "olive")]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path
