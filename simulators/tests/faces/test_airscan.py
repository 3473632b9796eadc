"""Debian's `scanimage` scans the virtual eSCL scanner through sane-airscan."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from PIL import Image

from scanwright_simulators.device import read_identity
from scanwright_simulators.runner import Simulation, running
from scanwright_simulators.scenario import read

SCENARIO = """
[[escl]]
name = "Office"
sheets = 4

[[escl]]
name = "Jammer"
sheets = 4
faults = [{ kind = "jam", page = 3 }]

[[escl]]
name = "Empty"
sheets = 0
"""
NEEDS = "install them first: apt-get install libsane1 sane-utils sane-airscan"

pytestmark = pytest.mark.slow


async def scanimage(it: Simulation, folder: Path, *arguments: str) -> str:
    """Run `scanimage` among the virtual scanners; return all that it says."""
    assert shutil.which("scanimage"), NEEDS
    process = await asyncio.create_subprocess_exec(
        "scanimage",
        *arguments,
        cwd=folder,
        env=it.environment(os.environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    return output.decode(errors="replace")


async def batch(it: Simulation, folder: Path, device: str, *options: str) -> str:
    """Scan until the feeder is empty, into numbered files of `folder`."""
    name = await device_called(it, folder, device)
    return await scanimage(
        it,
        folder,
        *("-d", name, "--format=png", "--resolution=75", "--batch=%d.png"),
        *options,
    )


async def device_called(it: Simulation, folder: Path, name: str) -> str:
    """Return what sane-airscan calls the device, which must be listed."""
    listing = (await scanimage(it, folder, "-f", "%d%n")).splitlines()
    found = [line for line in listing if line.endswith(f":{name}")]
    assert found, f"{NEEDS}; scanimage lists only: {listing}"
    return found[0]


def identities(folder: Path) -> list[str]:
    """Return who the scanned pages are, by the numbers of their files."""
    found = []
    for path in sorted(folder.glob("*.png"), key=lambda path: int(path.stem)):
        with Image.open(path) as page:
            found.append(str(read_identity(page)))
    return found


def scenario_running() -> AbstractAsyncContextManager[Simulation]:
    """Start the scenario of these tests."""
    return running(read(SCENARIO, name="test", file="test.toml", folder=Path()))


@pytest.mark.parametrize("mode", ["Color", "Gray"])
async def test_the_flatbed(tmp_path: Path, mode: str) -> None:
    """One page comes from the glass, in the size of the bed."""
    async with scenario_running() as it:
        name = await device_called(it, tmp_path, "Office")
        options = (f"--mode={mode}", "--format=png", "--resolution=100")
        target = ("--source=Flatbed", "-o", "1.png")
        output = await scanimage(it, tmp_path, "-d", name, *options, *target)
    assert identities(tmp_path) == ["SW1:office:0:A:1"], output
    with Image.open(tmp_path / "1.png") as page:
        assert page.mode == ("RGB" if mode == "Color" else "L")
        assert page.size == (827, 1169)


async def test_the_feeder(tmp_path: Path) -> None:
    """All sheets arrive in order, and then the feeder is empty."""
    async with scenario_running() as it:
        output = await batch(it, tmp_path, "Office", "--source=ADF")
    assert identities(tmp_path) == [f"SW1:office:{n}:A:{n}" for n in range(1, 5)]
    assert "out of documents" in output


async def test_the_duplex_feeder(tmp_path: Path) -> None:
    """Backs follow their fronts."""
    async with scenario_running() as it:
        await batch(it, tmp_path, "Office", "--source=ADF Duplex")
    sides = [(sheet, side) for sheet in range(1, 5) for side in "AB"]
    expected = [f"SW1:office:{s}:{x}:{n}" for n, (s, x) in enumerate(sides, start=1)]
    assert identities(tmp_path) == expected


async def test_a_jam_keeps_the_pages_before_it(tmp_path: Path) -> None:
    """A jam at page 3 leaves two pages and is told as a jam."""
    async with scenario_running() as it:
        output = await batch(it, tmp_path, "Jammer", "--source=ADF")
    assert identities(tmp_path) == ["SW1:jammer:1:A:1", "SW1:jammer:2:A:2"]
    assert "jam" in output.lower()


async def test_an_empty_feeder_is_told(tmp_path: Path) -> None:
    """Without paper there is no page and a plain reason."""
    async with scenario_running() as it:
        output = await batch(it, tmp_path, "Empty", "--source=ADF")
    assert identities(tmp_path) == []
    assert "out of documents" in output
