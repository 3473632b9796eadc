"""SANE's own test backend, managed: a private configuration that hides all else.

The folder becomes SANE_CONFIG_DIR of a command. libsane then finds the test devices of
the scenario and, where the package sane-airscan is installed, the scenario's eSCL
devices through it; where it is not, libsane passes over the name without a word.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from scanwright_simulators.scenario import SaneTest

__all__ = [
    "HOST_FOLDER",
    "MISSING",
    "device_names",
    "is_available",
    "write_configuration",
]

HOST_FOLDER: Final = Path("/etc/sane.d")
"""sane-airscan reads the machine's own configuration there after a private one."""

LIBRARY: Final = "libsane.so.1"
MISSING: Final = (
    "libsane is not installed, so the SANE test devices are left out. "
    "To have them: apt-get install libsane1"
)

NAMED_DEVICE: Final = re.compile(
    r'^\s*(?:"([^"]+)"|([^\s"#;\[=][^"=]*?))\s*=', re.MULTILINE
)
SECTION: Final = re.compile(r"^\s*\[devices\]([^\[]*)", re.MULTILINE)


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
    *,
    own: Path | None = None,
    host_folder: Path = HOST_FOLDER,
) -> None:
    """Write into `folder` all that libsane shall know; `escl` is name to address.

    `own` is the socket of our own backend, where that is served.
    """
    backends = [
        *(["scanwright"] * bool(own)),
        *(["test"] * bool(sane.devices)),
        *(["airscan"] * bool(escl)),
    ]
    _write(folder / "dll.conf", backends)
    _write(folder / "scanwright.conf", [f"socket {own}"] if own else [])
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
            *(f'"{n}" = disable' for n in _host_devices(host_folder) if n not in escl),
            "[options]",
            # Without avahi, discovery would make the whole backend fail.
            "discovery = disable",
        ],
    )


def _host_devices(folder: Path) -> Iterator[str]:
    """Yield the names of the network scanners that the machine itself knows."""
    files = (folder / "airscan.conf", *sorted(folder.glob("airscan.d/*.conf")))
    for file in files:
        if file.is_file():
            for section in SECTION.findall(file.read_text("utf-8", "replace")):
                yield from (a or b for a, b in NAMED_DEVICE.findall(section))


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join((*lines, "")), "utf-8")
