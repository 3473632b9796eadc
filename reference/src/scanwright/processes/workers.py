"""The scan workers of a service: started ahead of need, kept warm, none left over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from scanwright.buffer.slots import SlotPool
from scanwright.devices.escl.address import EsclAddress
from scanwright.processes.channel import ListDevices
from scanwright.processes.child import scan_program
from scanwright.processes.loan import RELEASE_S
from scanwright.processes.pool import WorkerPool
from scanwright.processes.worker import ScanWorker
from scanwright.protocol.scanning import DeviceId, DeviceType
from scanwright.supervision.dumps import Dumps

__all__ = ["ScanWorker", "ScanWorkers"]

COOL_S: Final = RELEASE_S + 0.5
"""By then whoever is being let go of has come back, or is dead."""

log = logging.getLogger(__name__)


class ScanWorkers(WorkerPool):
    """Owner of all scan workers; leaving its context kills and reaps every one."""

    most_idle = 2

    def __init__(
        self,
        *,
        slots: SlotPool,
        escl: Sequence[EsclAddress] = (),
        mdns: bool = False,
        clock: Callable[[], float] = time.monotonic,
        idle_s: float = 30.0,
        log_path: Path | None = None,
        dumps: Dumps | None = None,
    ) -> None:
        super().__init__(
            slots=slots, clock=clock, idle_s=idle_s, log_path=log_path, dumps=dumps
        )
        self._escl = tuple(escl)
        self._mdns = mdns
        self._debts: dict[DeviceId, str] = {}

    async def list_devices(
        self, types: DeviceType, *, timeout_s: float
    ) -> list[DeviceId]:
        """List the scanners of these types afresh; leaves a warm worker behind."""
        worker = await self.acquire()
        try:
            request = ListDevices(types, self._escl, self._mdns)
            found = await worker.list_devices(request, timeout_s=timeout_s)
        finally:
            await worker.release()
        for note in found.notes:
            log.warning("%s", note)
        return list(found.devices)

    async def acquire(self) -> ScanWorker:
        """Return a worker that nobody else has: a warm one, if there is one."""
        child = self._lend(scan_program())
        return ScanWorker(
            child,
            slots=self._slots,
            give_back=self._take_back,
            debts=self._debts,
        )

    def warm(self) -> None:
        """See that a worker is ready."""
        self._start(scan_program())

    def cool(self) -> None:
        """End idle workers soon, also those that are being given back now."""
        self._end_idle()
        asyncio.get_running_loop().call_later(COOL_S, self._end_idle)
