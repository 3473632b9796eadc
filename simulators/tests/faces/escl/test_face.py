"""The face serves what a scenario wants, and says where it is."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from scanwright_simulators.device import Journal, Model, VirtualScanner
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.escl import EsclFace
from scanwright_simulators.faces.escl.tls import CERTIFICATE
from scanwright_simulators.faces.face import Face, Installed, Site
from scanwright_simulators.scenario import EsclPlan, PilePlan, ScannerPlan

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]
ScannerMaker = Callable[..., VirtualScanner]
SiteMaker = Callable[..., Site]


@pytest.fixture
def make_site(make_scanner: ScannerMaker, model: Model, tmp_path: Path) -> SiteMaker:
    """Return a maker of sites with a device for each name."""

    def make(
        *names: str,
        faces: tuple[str, ...] = ("escl",),
        **plan_options: object,
    ) -> Site:
        """Return the site."""
        escl = EsclPlan(("image/png",), **plan_options)  # type: ignore[arg-type]  # by name
        devices = []
        for name in names:
            scanner = make_scanner(of=replace(model, name=name))
            plan = ScannerPlan(scanner.model, faces, (), PilePlan(), escl)
            devices.append(Installed(scanner, plan))
        journal = devices[0].scanner.journal if devices else Journal(float)
        return Site(tuple(devices), journal, ThreadPoolExecutor(1), tmp_path)

    return make


def test_it_is_a_face() -> None:
    """It has the name that scenarios use."""
    face: Face = EsclFace()
    assert face.name == "escl"


async def test_several_devices_have_a_port_each(make_site: SiteMaker) -> None:
    """Each device is at its own address, under its own name."""
    async with EsclFace().serving(make_site("A", "B", "C")) as presence:
        assert [device.name for device in presence.devices] == ["A", "B", "C"]
        assert len({device.address for device in presence.devices}) == 3
        lines = presence.variables["SCANWRIGHT_ESCL"].splitlines()
        assert lines == [f"{d.name}={d.address}" for d in presence.devices]
        assert presence.variables["SCANWRIGHT_MDNS"] == "off"
        assert "SCANWRIGHT_ESCL_TLS" not in presence.variables
        async with aiohttp.ClientSession() as session:
            for device in presence.devices:
                url = f"{device.address}/ScannerCapabilities"
                async with session.get(url) as answer:
                    assert device.name.lower() in await answer.text()


async def test_devices_of_other_faces_are_left_alone(make_site: SiteMaker) -> None:
    """Who does not want this face is not served by it."""
    async with EsclFace().serving(make_site("A", faces=("sane",))) as presence:
        assert presence.devices == []
        assert presence.variables["SCANWRIGHT_ESCL"] == ""


async def test_a_port_that_is_taken_ends_the_start(make_site: SiteMaker) -> None:
    """Nothing is served where one device cannot be."""
    async with EsclFace().serving(make_site("A")) as presence:
        port = int(presence.devices[0].address.split(":")[2].split("/")[0])
        with pytest.raises(StartError, match="cannot be had"):
            async with EsclFace().serving(make_site("B", port=port)):
                pass
    async with EsclFace().serving(make_site("B", port=port)) as presence:
        assert f":{port}/" in presence.devices[0].address


async def test_unknown_quirks_end_the_start(make_site: SiteMaker) -> None:
    """A quirk that is none is told with those that there are."""
    with pytest.raises(StartError, match="loading-503"):
        async with EsclFace().serving(make_site("A", quirks=("slow-503",))):
            pass


async def test_errors_of_the_block_stay_as_they_are(make_site: SiteMaker) -> None:
    """What goes wrong inside is not wrapped."""
    with pytest.raises(KeyError):
        async with EsclFace().serving(make_site("A")):
            raise KeyError


@pytest.mark.slow
async def test_tls_is_spoken_where_wanted(make_site: SiteMaker, tmp_path: Path) -> None:
    """The TLS port serves the same device, under a certificate that can be verified."""
    async with EsclFace().serving(make_site("A", https=True)) as presence:
        name, _, address = presence.variables["SCANWRIGHT_ESCL_TLS"].partition("=")
        assert name == "A"
        trust = ssl.create_default_context(cafile=tmp_path / CERTIFICATE)
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{address}/ScanJobs",
                data=b'<scan:ScanSettings xmlns:scan="http://schemas.hp.com/imaging'
                b'/escl/2011/05/03"/>',
                ssl=trust,
            ) as answer,
        ):
            assert answer.status == 201
            assert answer.headers["Location"].startswith(f"{address}/ScanJobs/")


@pytest.mark.slow
async def test_announced_devices_turn_discovery_on(make_site: SiteMaker) -> None:
    """Where one device is announced, programs are told to look around."""
    async with EsclFace().serving(make_site("Announced", mdns=True)) as presence:
        assert presence.variables["SCANWRIGHT_MDNS"] == "on"
