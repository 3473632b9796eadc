"""News: what has happened, told to whoever waits for it.

Two ways: a long poll of the journal, which any program can do, and a stream of
server-sent events, which the front panel reads. The stream has two kinds of events:

    entry    an entry of the journal; its number is the event's id, so that a browser
             that has lost the connection goes on where it was
    state    the summary of a device that has changed
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from aiohttp import web

from scanwright_simulators.control.bodies import number, seconds
from scanwright_simulators.control.places import Places
from scanwright_simulators.control.views import summary
from scanwright_simulators.device import Entry

__all__ = ["News"]

LONGEST_WAIT_S: Final = 60.0
ENTRIES: Final = 1000
NEWEST: Final = 200
"""Entries that a new stream begins with."""
TICK_S: Final = 0.5
"""States also change by time alone, as when a lamp has become warm."""
QUIET_S: Final = 15.0
"""After that a stream says that it is still there, or finds that nobody listens."""
GATHER_S: Final = 0.03
"""News that come in a rush go out together."""


class News:
    """The handlers of everything that waits; `close` ends all waiting."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._journal = places.site.journal
        self._waiting: set[asyncio.Event] = set()
        self._is_closed = False

    def close(self) -> None:
        """Send all home who wait."""
        self._is_closed = True
        for waker in self._waiting:
            waker.set()

    async def journal(self, request: web.Request) -> web.StreamResponse:
        """Give entries that are newer than `after`; wait for the first if asked to."""
        after = number(request, "after", default=0)
        limit = number(request, "limit", default=ENTRIES, low=1, high=20 * ENTRIES)
        wait_s = seconds(request, "wait_s", high=LONGEST_WAIT_S)
        device = request.query.get("device")
        if device is not None:
            self._places.device(device)
        with suppress(TimeoutError), self._waker() as waker:
            async with asyncio.timeout(wait_s):
                while not self._journal.after(after, device=device):
                    after = max(after, self._journal.last)  # all of these are seen
                    waker.clear()
                    if self._is_closed:
                        break
                    await waker.wait()
        found = self._journal.after(after, device=device)
        # Whoever asks again need not look at other devices' entries once more.
        last = self._journal.last if len(found) <= limit else found[limit - 1].seq
        entries = [entry.as_json() for entry in found[:limit]]
        return web.json_response({"entries": entries, "last": last})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream entries and states until the browser goes, or the simulation ends."""
        after = self._beginning(request)
        stream = web.StreamResponse()
        stream.content_type = "text/event-stream"
        stream.headers["X-Accel-Buffering"] = "no"
        await stream.prepare(request)
        with suppress(ConnectionError), self._waker() as waker:
            await self._tell(stream, waker, after)
        return stream

    async def _tell(
        self,
        stream: web.StreamResponse,
        waker: asyncio.Event,
        after: int,
    ) -> None:
        loop = asyncio.get_running_loop()
        known: dict[str, Any] = {}
        said_s = loop.time()
        while not self._is_closed:
            waker.clear()
            entries = self._journal.after(after)
            after = entries[-1].seq if entries else after
            told = "".join((*self._changes(known), *map(_entry_event, entries)))
            if not told and loop.time() - said_s > QUIET_S:
                told = ": still here\n\n"
            if told:
                await stream.write(told.encode())
                said_s = loop.time()
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await waker.wait()
                await asyncio.sleep(GATHER_S)

    def _changes(self, known: dict[str, Any]) -> Iterator[str]:
        """Yield an event for each device that is not as it was `known`."""
        for installed in self._places.site.devices:
            state = summary(installed)
            if known.get(state["slug"]) != state:
                known[state["slug"]] = state
                yield f"event: state\ndata: {json.dumps(state)}\n\n"

    def _beginning(self, request: web.Request) -> int:
        """Return the number of the entry after which the stream begins."""
        newest = max(0, self._journal.last - NEWEST)
        text = request.headers.get("Last-Event-ID", "")
        if text.isascii() and text.isdigit() and len(text) < len(str(2**63)):
            # A greater number is of a simulation that was here before.
            return int(text) if int(text) <= self._journal.last else newest
        if "after" in request.query:
            return number(request, "after", default=0)
        return newest

    @contextmanager
    def _waker(self) -> Iterator[asyncio.Event]:
        """Yield what is set whenever there may be news."""
        waker = asyncio.Event()

        def wake(_entry: Entry | None = None) -> None:
            waker.set()

        ends = [self._journal.listen(wake)]
        ends += [each.scanner.subscribe(wake) for each in self._places.site.devices]
        self._waiting.add(waker)
        try:
            yield waker
        finally:
            self._waiting.discard(waker)
            for end in ends:
                end()


def _entry_event(entry: Entry) -> str:
    told = json.dumps(entry.as_json())
    return f"event: entry\nid: {entry.seq}\ndata: {told}\n\n"
