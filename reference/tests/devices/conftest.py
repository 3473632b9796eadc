"""A place for pages, and SANE's own test devices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scanwright.devices.port import Cancelled
from scanwright.protocol.scanning import PageFormat


@dataclass
class MemorySink:
    """Keeps what a device delivers; `on_alive` is told of every sign of life."""

    pages: list[tuple[PageFormat, bytes, bytes | None]] = field(default_factory=list)
    room: bytearray = field(default_factory=bytearray)
    on_alive: Callable[[], None] = lambda: None
    is_full: bool = False
    debts: list[str] = field(default_factory=list)

    def space(self, size: int) -> memoryview:
        """Give fresh room with a byte more than was asked for."""
        if self.is_full:
            raise Cancelled
        self.room = bytearray(b"\xa5" * (size + 1))
        return memoryview(self.room)

    def owes(self, debt: str) -> None:
        """Remember what the device keeps."""
        self.debts.append(debt)

    def alive(self) -> None:
        """Take note."""
        self.on_alive()

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """Keep a page."""
        self.pages.append((form, bytes(self.room[: form.size_bytes]), original))


@pytest.fixture
def sink() -> MemorySink:
    """Room for pages."""
    return MemorySink()


@pytest.fixture(scope="session")
def sane_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Configuration of two test devices; libsane looks for its place once a process."""
    folder = tmp_path_factory.mktemp("sane")
    (folder / "dll.conf").write_text("test\n")
    (folder / "test.conf").write_text(
        "number_of_devices 2\nmode Color\ndepth 8\nresolution 75\n"
        "geometry_min 0.0\ngeometry_max 300.0\ngeometry_quant 1.0\n"
        "br_x 210\nbr_y 297\n"
    )
    return folder


@pytest.fixture
def sane_config(sane_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test devices, and nothing of this machine's."""
    monkeypatch.setenv("SANE_CONFIG_DIR", str(sane_folder))
    return sane_folder
