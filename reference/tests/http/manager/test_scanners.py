"""The listing of scanners: looked up on demand, once for all who wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from scanwright.errors import DeviceError
from scanwright.http.manager.scanners import Board
from scanwright.protocol.scanning import DeviceId, DeviceType

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Slow:
    """Scanners that are found when the test allows it."""

    def __init__(self, fault: DeviceError | None = None) -> None:
        self.may_answer = asyncio.Event()
        self.looks = 0
        self.fault = fault

    async def list_devices(self, types: DeviceType) -> list[DeviceId]:
        """Wait, then answer."""
        assert DeviceType.ESCL in types
        self.looks += 1
        await self.may_answer.wait()
        if self.fault:
            raise self.fault
        return [DeviceId(DeviceType.ESCL, "http://x", "Office")]


async def test_nobody_has_looked_at_first() -> None:
    """An empty listing that was never made is not one without scanners."""
    assert Board(Slow()).listing.at is None


async def test_who_asks_meanwhile_gets_the_same_answer() -> None:
    """Ten impatient clicks are one look."""
    scanners = Slow()
    board = Board(scanners, clock=lambda: NOW)
    async with asyncio.TaskGroup() as tasks:
        looks = [tasks.create_task(board.look()) for _ in range(10)]
        await asyncio.sleep(0)
        scanners.may_answer.set()
    assert {look.result() for look in looks} == {board.listing}
    assert scanners.looks == 1
    assert board.listing.at == NOW


async def test_a_failure_is_told() -> None:
    """In the words of whoever failed."""
    scanners = Slow(DeviceError("libsane is missing."))
    scanners.may_answer.set()
    listing = await Board(scanners).look()
    assert (listing.devices, listing.problem) == ((), "libsane is missing.")
