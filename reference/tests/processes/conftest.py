"""Workers in processes of their own: on SANE's test devices, and bad add-ons."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from scanwright.buffer.pages import PageView
from scanwright.buffer.slots import SlotPool
from scanwright.processes.addons import Addons
from scanwright.processes.channel import Message
from scanwright.processes.child import Program
from scanwright.processes.workers import ScanWorkers
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source
from scanwright.supervision.program import ADDON_WORKER

STAND_IN = Path(__file__).with_name("addon_stand_in.py")
MEMORY_BYTES = 512 << 20
MakeView = Callable[[int], PageView]


@pytest.fixture
def sane_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two test devices, and nothing of this machine's; workers inherit it."""
    folder = tmp_path / "sane"
    folder.mkdir()
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text(
        "number_of_devices 2\nmode Color\ndepth 8\nresolution 75\n"
        "geometry_min 0.0\ngeometry_max 300.0\ngeometry_quant 1.0\n"
    )
    monkeypatch.setenv("SANE_CONFIG_DIR", str(folder))
    return folder


@pytest.fixture
async def workers(
    sane_config: Path, slots: SlotPool, tmp_path: Path
) -> AsyncIterator[ScanWorkers]:
    """Workers that log into a file."""
    del sane_config
    async with ScanWorkers(slots=slots, log_path=tmp_path / "drivers.log") as owner:
        yield owner


@pytest.fixture
def stand_in() -> Callable[[str], Program]:
    """Return the program of add-on workers with bad tools."""
    command = (sys.executable, "-P", str(STAND_IN))
    program = Program(ADDON_WORKER, command, (str(MEMORY_BYTES),))
    return lambda _: program


@pytest.fixture
async def addons(
    slots: SlotPool, tmp_path: Path, stand_in: Callable[[str], Program]
) -> AsyncIterator[Addons]:
    """Add-ons whose tools go wrong on demand; what they print is in a file."""
    async with Addons(
        slots=slots, program=stand_in, log_path=tmp_path / "addons.log"
    ) as owner:
        yield owner


@pytest.fixture
def make_view(slots: SlotPool) -> MakeView:
    """Make the back of a gray page of 60 x 40 pixels, all of one shade."""

    def make(shade: int) -> PageView:
        gray = Depth(PixelType.GRAY, 8)
        form = PageFormat(60, 40, gray, (150, 150), Source.DUPLEX, side=1)
        slot = slots.acquire(form.size_bytes)
        slot.view[: form.size_bytes] = bytes([shade]) * form.size_bytes
        return PageView(slot, form)

    return make


class SilentChild:
    """A child that is no process: keeps what it is told, and can be killed."""

    pid = 1
    death = "SIGKILL"

    def __init__(self) -> None:
        self.on_message: Callable[[Message, bytes | None], None] = lambda *_: None
        self.on_death: Callable[[], None] = lambda: None
        self.told: list[Message] = []
        self.is_alive = True
        self._dead = asyncio.Event()

    def send(self, message: Message, *descriptors: int) -> None:
        """Keep it."""
        del descriptors
        self.told.append(message)

    def say(self, *messages: Message) -> None:
        """Let main hear these."""
        for message in messages:
            self.on_message(message, None)

    def kill(self) -> None:
        """Die at once."""
        if self.is_alive:
            self.is_alive = False
            self._dead.set()
            self.on_death()

    async def died(self) -> None:
        """Wait for its end."""
        await self._dead.wait()


@pytest.fixture
async def silent() -> SilentChild:
    """A worker whose every word a test decides."""
    return SilentChild()
