"""Ports stay with their device, and listen while it is plugged in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import aiohttp
import pytest
from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncZeroconf

from scanwright_simulators.device import (
    Fault,
    FaultKind,
    JobState,
    Model,
    VirtualScanner,
)
from scanwright_simulators.device.content import BlankSide
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces.escl.outlet import Port, bound

HostMaker = Callable[..., AbstractAsyncContextManager[Any]]

FEEDER = "<pwg:InputSource>Feeder</pwg:InputSource>"
OFFLINE = Fault(FaultKind.OFFLINE)
GONE = (aiohttp.ClientPayloadError, aiohttp.ClientConnectionError)


def test_a_port_that_is_taken_is_told() -> None:
    """The message names port and device, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"port {port} for Desk cannot be had"):
            bound("Desk", port)


async def test_an_open_port_lets_hosts_queue() -> None:
    """Who comes before the server does is served later, not refused."""
    port = Port("Desk")
    try:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port.number)).close()
        port.open()
        port.open()
        with socket.create_connection(("127.0.0.1", port.number)):
            port.close()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port.number)).close()
    finally:
        port.release()


async def test_an_unplugged_device_refuses_and_comes_back(host: HostMaker) -> None:
    """Nobody reaches it until it is plugged in, and then at the same port."""
    async with host() as it:
        before = it.port
        for _ in range(3):
            it.scanner.strike(OFFLINE)
            with pytest.raises(aiohttp.ClientConnectorError):
                await it.status("State")
            it.scanner.clear(FaultKind.OFFLINE)
            assert await it.status("State") == "Idle"
        assert it.port == before


async def test_a_quick_replug_is_survived(host: HostMaker) -> None:
    """Power that is gone and back before anybody looked leaves a device that works."""
    async with host() as it:
        for _ in range(5):
            it.scanner.strike(OFFLINE)
            it.scanner.clear(FaultKind.OFFLINE)
        assert await it.status("State") == "Idle"


@pytest.mark.parametrize("off", [0, 1, 3])
@pytest.mark.parametrize("on", range(6))
async def test_unplugging_just_after_plugging_in(
    host: HostMaker,
    on: int,
    off: int,
) -> None:
    """Power may come and go while ports are being opened: the device lives on."""
    async with host() as it, asyncio.timeout(10):
        it.scanner.strike(OFFLINE)
        await turns(20)
        it.scanner.clear(FaultKind.OFFLINE)
        await turns(on)
        it.scanner.strike(OFFLINE)
        await turns(off)
        it.scanner.clear(FaultKind.OFFLINE)
        assert await it.status("State") == "Idle"


async def turns(count: int) -> None:
    """Let the event loop go round so many times."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_device_can_be_unplugged_from_the_start(
    host: HostMaker,
    model: Model,
) -> None:
    """It has an address, and refuses; plugged in, it answers there."""
    scanner = VirtualScanner(
        model,
        glass=BlankSide(),
        sheets=(),
        clock=float,
        is_offline=True,
    )
    async with host(scanner=scanner) as it:
        with pytest.raises(aiohttp.ClientConnectorError):
            await it.status("State")
        scanner.clear(FaultKind.OFFLINE)
        assert await it.status("State") == "Idle"


async def test_unplugging_cuts_what_is_on_its_way(host: HostMaker) -> None:
    """A page that stalls ends at once with the connection, and so does its job."""
    async with (
        host(faults=(Fault(FaultKind.STALL, 1),)) as it,
        asyncio.TaskGroup() as tasks,
    ):
        job = await it.start(FEEDER)
        waiting = tasks.create_task(gone(it, job))
        async with asyncio.timeout(5):
            while not it.told("stall"):
                await it.status("State")
            it.scanner.strike(OFFLINE)
            assert await waiting
        assert it.scanner.jobs[0].state is JobState.ABORTED


async def gone(it: Any, job: str) -> bool:
    """Say whether asking for a page ends with the connection."""
    try:
        await it.page(job)
    except GONE:
        return True
    return False


async def test_a_fault_can_unplug_the_device(host: HostMaker) -> None:
    """Offline at a byte: the page breaks off, and nobody reaches the device."""
    async with host(faults=(Fault(FaultKind.OFFLINE, 1, byte=300_000),)) as it:
        assert await gone(it, await it.start(FEEDER))
        with pytest.raises(aiohttp.ClientConnectorError):
            await it.status("State")


@pytest.mark.slow
async def test_an_unplugged_device_says_goodbye(host: HostMaker) -> None:
    """Its announcement ends with its power, and comes back with it."""
    async with host(mdns=True) as it, AsyncZeroconf(interfaces=["127.0.0.1"]) as look:
        service = "_uscan._tcp.local."
        seen: asyncio.Queue[str] = asyncio.Queue()

        def notice(
            zeroconf: Zeroconf,
            service_type: str,
            name: str,
            state_change: ServiceStateChange,
        ) -> None:
            """Note what became of this device."""
            del zeroconf, service_type
            if name.startswith(it.scanner.model.name):
                seen.put_nowait(state_change.name)

        browser = AsyncServiceBrowser(look.zeroconf, service, handlers=[notice])
        async with asyncio.timeout(60):
            assert await seen.get() == "Added"
            it.scanner.strike(OFFLINE)
            while await seen.get() != "Removed":
                continue
            it.scanner.clear(FaultKind.OFFLINE)
            while await seen.get() != "Added":
                continue
        await browser.async_cancel()
