"""SANE's own test backend, managed: a private configuration that hides all else.

The folder becomes SANE_CONFIG_DIR of a command. libsane then finds the test devices of
the scenario and, where the package sane-airscan is installed, the scenario's eSCL
devices through it; where it is not, libsane passes over the name without a word.
"""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from scanwright_simulators.scenario import SaneTest

__all__ = ["MISSING", "device_names", "is_available", "write_configuration"]

LIBRARY: Final = "libsane.so.1"
MISSING: Final = (
    "libsane is not installed, so the SANE test devices are left out. "
    "To have them: apt-get install libsane1"
)


def is_available() -> bool:
    """Say whether libsane can be loaded here."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


def device_names(sane: SaneTest) -> tuple[str, ...]:
    """Return what libsane calls the test devices."""
    return tuple(f"test:{number}" for number in range(sane.devices))


def write_configuration(
    folder: Path,
    sane: SaneTest,
    escl: Mapping[str, str],
) -> None:
    """Write into `folder` all that libsane shall know; `escl` is name to address."""
    backends = ["test"] * bool(sane.devices) + ["airscan"] * bool(escl)
    _write(folder / "dll.conf", backends)
    _write(
        folder / "test.conf",
        [
            f"number_of_devices {sane.devices}",
            *(f"{name} {value}" for name, value in sane.options),
        ],
    )
    _write(
        folder / "airscan.conf",
        [
            "[devices]",
            *(f'"{name}" = {address}, eSCL' for name, address in escl.items()),
            "[options]",
            # Without avahi, discovery would make the whole backend fail.
            "discovery = disable",
        ],
    )


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join((*lines, "")), "utf-8")
