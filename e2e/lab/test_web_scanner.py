"""The package as a page offers it: downloaded, installed, and then the page goes on.

Website and browser run in the network of the machine on which the package goes in. They
are the user's; the machine has nothing but what a minimal Debian has.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import pytest
from engines import EngineName, Settings, running
from lab.machine import Machine
from lab.network import run_in_network
from lab.packages import Packages
from lab.service import Service
from PIL import Image
from web_scanner import SESSION, WebScanner, running_demo

pytestmark = pytest.mark.slow

PORT: Final = 18622
PDF_OF_ALL: Final = """
const ids = session.buffer.images.map((each) => each.id);
const options = { type: "application/pdf", pdf: { standard: "pdf/a-2b" } };
const file = await session.files.save(ids, options, { name: "scan.pdf" });
return (await session.files.load(await file.blob())).length;"""


@pytest.mark.parametrize("name", ["chromium", "firefox"])
def test_the_package_of_the_prompt_brings_the_service(
    name: EngineName, machine: Machine, packages: Packages, tmp_path: Path
) -> None:
    """What is offered is what was built; its command installs it; the page goes on."""
    run_in_network(machine, _story(name, machine, packages, tmp_path))
    assert Service(machine).is_active()


async def _story(
    name: EngineName, machine: Machine, packages: Packages, folder: Path
) -> None:
    home = folder / "home"
    home.mkdir()
    installers = ["--installers", str(packages.folder)]
    with running_demo(PORT, folder / "demo", *installers) as demo:
        async with running(name, Settings(home)) as engine:
            scanner = WebScanner(await engine.open(demo.page))
            await scanner.mark()
            [command] = await scanner.prompt_with("not-installed")
            await scanner.page.click("section button.main")
            downloaded = await scanner.page.download(timeout_s=60)
            built = packages.deb(packages.version)
            assert downloaded.name == built.name
            assert _digest(downloaded) == _digest(built)
            await scanner.prompt_says("its checksum is right")
            machine.copy_in(downloaded, f"/root/{downloaded.name}")
            _type(machine, command)
            await scanner.connected()
            await _works(scanner, folder)
            assert await scanner.was_kept()


def _type(machine: Machine, command: str) -> None:
    """Type a command as root, who has no sudo and is not asked."""
    apt, install, package = command.removeprefix("sudo ").split()
    assert (apt, install) == ("apt", "install")
    machine.run(f"cd /root; apt install --yes {package}", timeout_s=120)


async def _works(scanner: WebScanner, folder: Path) -> None:
    """It scans, reads pictures, and writes and reads PDF, under its unit's limits."""
    await scanner.page.click("#scan-start")
    count = f"{SESSION}.buffer.images.length"
    await scanner.page.wait_for(f"{count} > 0", timeout_s=60)
    picture = folder / "picture.png"
    Image.new("L", (200, 300), 128).save(picture)
    before = len(await scanner.ids())
    await scanner.open_tools()
    await scanner.page.choose_files("#files", picture)
    await scanner.page.wait_for(f"{count} === {before + 1}")
    assert await scanner.call(PDF_OF_ALL) == before + 1


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()
