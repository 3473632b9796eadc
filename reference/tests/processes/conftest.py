"""Scan workers on SANE's test devices, in processes of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scanwright.buffer.slots import SlotPool
from scanwright.processes.workers import ScanWorkers


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
