"""The SANE face: what libsane's own backend needs, and what programs must know of it.

libsane finds the backend by LD_LIBRARY_PATH and its socket by scanwright.conf, which is
written with the rest of libsane's configuration (`faces/sane_test.py`).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.face import Installed, Presence, RunningDevice, Site
from scanwright_simulators.faces.sane.library import locate
from scanwright_simulators.faces.sane.opened import address_of
from scanwright_simulators.faces.sane.server import SaneServer

__all__ = ["NO_LIBSANE", "SaneFace", "socket_in"]

SOCKET: Final = "sane.sock"
NO_LIBSANE: Final = (
    "libsane is not installed, so the virtual scanners are not found as SANE devices. "
    "To have them: apt-get install libsane1"
)


def socket_in(folder: Path) -> Path:
    """Return where the server listens when `folder` is the site's."""
    return folder / SOCKET


class SaneFace:
    """Virtual scanners as `scanwright:NAME`, for all that speaks SANE."""

    @property
    def name(self) -> str:
        """The word for this face in scenarios."""
        return "sane"

    @asynccontextmanager
    async def serving(self, site: Site) -> AsyncIterator[Presence]:
        """Serve the devices that want to be found by libsane."""
        devices = site.of(self.name)
        if not devices:
            yield Presence()
            return
        if not sane_test.is_available():
            yield Presence(notes=(NO_LIBSANE,))
            return
        try:
            loop = asyncio.get_running_loop()
            library = await loop.run_in_executor(site.threads, locate)
        except StartError as error:
            yield Presence(notes=(str(error),))
            return
        server = SaneServer(
            (device.scanner for device in devices),
            threads=site.threads,
            journal=site.journal,
        )
        async with server.serving(socket_in(site.folder)):
            running = [_running(device) for device in devices]
            yield Presence(
                devices=running,
                variables={
                    "LD_LIBRARY_PATH": os.fspath(library.parent),
                    "SANE_DEFAULT_DEVICE": running[0].address,
                },
            )


def _running(device: Installed) -> RunningDevice:
    name = device.scanner.model.name
    return RunningDevice(name, "sane", f"scanwright:{address_of(device.scanner)}")
