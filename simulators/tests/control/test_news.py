"""News: waiting ends when something happens, and not before."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

import aiohttp

from scanwright_simulators.control.api import serving
from scanwright_simulators.device import Entry, Fault, FaultKind, Journal
from scanwright_simulators.faces.face import Installed, Site


async def journal(http: aiohttp.ClientSession, query: str) -> dict[str, Any]:
    """Return what the journal answers."""
    async with http.get(f"/api/journal?{query}") as answer:
        assert answer.status == HTTPStatus.OK
        told: dict[str, Any] = await answer.json()
        return told


async def events(
    answer: aiohttp.ClientResponse,
) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield the events of a stream."""
    kind = ""
    async for line in answer.content:
        name, _, value = line.decode().strip().partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


async def test_the_journal_goes_on_where_one_was(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """The number in the answer is the next question."""
    office.scanner.press("scan")
    first = await journal(http, "after=0")
    office.scanner.press("copy")
    then = await journal(http, f"after={first['last']}")
    assert [entry["text"] for entry in then["entries"]] == ["somebody pressed copy"]


async def test_entries_can_be_of_one_device(
    http: aiohttp.ClientSession, site: Site
) -> None:
    """Those of the others are passed by, once and for all."""
    for each in site.devices:
        each.scanner.sleep()
    told = await journal(http, "device=flat")
    assert {entry["device"] for entry in told["entries"]} == {"flat"}
    assert told["last"] == site.journal.last


async def test_many_entries_come_in_parts(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """The oldest first, and none is left out."""
    for _ in range(5):
        office.scanner.press("scan")
    whole = (await journal(http, "after=0"))["entries"]
    parts, after = [], 0
    while (part := await journal(http, f"after={after}&limit=2"))["entries"]:
        parts += part["entries"]
        after = part["last"]
    assert parts == whole


async def test_a_poll_waits_for_the_first_entry(
    http: aiohttp.ClientSession, site: Site, office: Installed
) -> None:
    """One of another device does not end it."""
    after = site.journal.last
    query = f"after={after}&device=virtual-office&wait_s=60"
    async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(journal(http, query))
        await journal(http, "after=0")  # served after the poll has begun
        site.devices[1].scanner.sleep()
        await journal(http, "after=0")
        assert not waiting.done()
        office.scanner.press("pdf")
        told = await waiting
    assert [entry["what"] for entry in told["entries"]] == ["button pressed"]


class Watched(Journal):
    """A journal that knows from where it was read."""

    def __init__(self) -> None:
        super().__init__(lambda: 0.0)
        self.reads: list[int] = []

    def after(self, seq: int = 0, *, device: str | None = None) -> list[Entry]:
        """Return entries, and note the question."""
        self.reads.append(seq)
        return super().after(seq, device=device)


async def test_a_poll_reads_no_entry_twice(site: Site) -> None:
    """However long the journal of other devices is, a wake costs what is new."""
    watched = Watched()
    for _ in range(100):
        watched.add("test", "said", "something", device="virtual-office")
    async with (
        asyncio.timeout(5),
        serving(replace(site, journal=watched)) as address,
        aiohttp.ClientSession(address) as http,
        asyncio.TaskGroup() as tasks,
    ):
        waiting = tasks.create_task(journal(http, "device=flat&wait_s=60"))
        while not watched.reads:
            await journal(http, "device=flat&after=100")
        watched.add("test", "said", "something", device="virtual-office")
        await journal(http, "device=flat&after=101")
        watched.add("test", "said", "at last", device="flat")
        told = await waiting
    assert [entry["seq"] for entry in told["entries"]] == [102]
    assert watched.reads.count(0) == 1


async def test_a_poll_ends_when_its_time_is_over(
    http: aiohttp.ClientSession, site: Site
) -> None:
    """With nothing in it."""
    told = await journal(http, f"after={site.journal.last}&wait_s=0.01")
    assert told["entries"] == []


async def test_a_device_that_is_not_there_has_no_journal(
    http: aiohttp.ClientSession,
) -> None:
    """Waiting for it would never end."""
    async with http.get("/api/journal?device=ofice") as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_a_stream_begins_with_what_there_is(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """All states, then what has happened, then what happens."""
    async with asyncio.timeout(5), http.get("/api/events") as answer:
        assert answer.content_type == "text/event-stream"
        stream = events(answer)
        states = [await anext(stream) for _ in range(2)]
        assert [told["slug"] for _, told in states] == ["virtual-office", "flat"]
        while (await anext(stream))[0] != "entry":
            pass
        office.scanner.strike(Fault(FaultKind.JAM))
        kinds = {}
        while "state" not in kinds:
            kind, told = await anext(stream)
            kinds[kind] = told
    assert kinds["state"]["state"] == "jam"


async def test_a_stream_goes_on_where_it_was_broken(
    http: aiohttp.ClientSession, site: Site, office: Installed
) -> None:
    """Both ways of saying so; a number of another simulation counts for nothing."""
    office.scanner.press("scan")
    office.scanner.press("copy")
    last = str(site.journal.last - 1)
    for query, headers, text in (
        ("", {"Last-Event-ID": last}, "somebody pressed copy"),
        (f"?after={last}", {}, "somebody pressed copy"),
        ("", {"Last-Event-ID": "999999"}, "sheets 1 to 10: laid into the tray"),
    ):
        async with (
            asyncio.timeout(5),
            http.get(f"/api/events{query}", headers=headers) as answer,
        ):
            async for kind, told in events(answer):
                if kind == "entry":
                    assert told["text"] == text
                    break


async def test_a_state_changes_by_time_alone(
    http: aiohttp.ClientSession, office: Installed
) -> None:
    """Nobody says that a lamp has become warm; a stream looks."""
    async with asyncio.timeout(5), http.get("/api/events") as answer:
        stream = events(answer)
        while (await anext(stream))[0] != "entry":
            pass
        office.scanner.locked_by = "somebody"  # as silent as the clock
        async for kind, told in stream:
            if kind == "state" and told["locked_by"]:
                break
