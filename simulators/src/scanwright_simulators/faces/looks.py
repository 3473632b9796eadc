"""Looks at paper before it is fed, for a file takes longer than an event loop may.

A device that leaves blank pages out asks each side whether it is blank while it feeds,
which is in the thread of the event loop. Sides remember what was seen of them: so they
are looked at in another thread first.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from typing import Any

from scanwright_simulators.device import Input, ScanSettings, VirtualScanner
from scanwright_simulators.device.content import Content

__all__ = ["forgiven", "look_before_feeding"]


async def look_before_feeding(
    scanner: VirtualScanner,
    settings: ScanSettings,
    threads: Executor,
) -> None:
    """Look in a thread at what the next pages would be, if blank ones are left out.

    Those are as many as the device scans ahead, and one, with all blank ones between.
    """
    if not settings.skip_blank:
        return
    loop = asyncio.get_running_loop()
    sheets = tuple(_sheets(scanner, settings.input))
    wanted = scanner.model.mechanics.scan_ahead + 1
    look = loop.run_in_executor(threads, _look, sheets, wanted)
    look.add_done_callback(forgiven)
    await asyncio.wait([look])


def forgiven(guess: asyncio.Future[Any]) -> None:
    """Forget the error of a guess: if the page comes, it will come again."""
    if not guess.cancelled():
        guess.exception()


def _sheets(scanner: VirtualScanner, source: Input) -> Iterator[tuple[Content, ...]]:
    """Yield the sides of each sheet that is still to pass the lamp."""
    if not source.is_fed:
        yield (scanner.glass,)
        return
    for placed in scanner.feeder.tray:
        sheet = placed.sheet
        is_duplex = source is Input.DUPLEX
        yield (sheet.front, sheet.back) if is_duplex else (sheet.front,)


def _look(sheets: Sequence[Sequence[Content]], wanted: int) -> None:
    """Look at sheets until so many pages were found that are not blank."""
    for sides in sheets:
        wanted -= sum(not side.is_blank() for side in sides)
        if wanted <= 0:
            return
