"""Announcements on the loopback interface."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from scanwright_simulators.device import Input, Mode, Model
from scanwright_simulators.faces.mdns import announced, records


def test_records_tell_what_hosts_choose_by(model: Model) -> None:
    """The TXT record names formats, colours, inputs and the path."""
    found = records(model, ("image/jpeg", "image/png"))
    assert found["rs"] == "eSCL"
    assert found["pdl"] == "image/jpeg,image/png"
    assert found["cs"] == "binary,grayscale,color"
    assert (found["is"], found["duplex"]) == ("platen,adf", "T")


def test_a_gray_flatbed_claims_no_more(model: Model) -> None:
    """What a device lacks is not announced."""
    found = records(replace(model, inputs=(Input.PLATEN,), modes=(Mode.GRAY,)), ())
    assert (found["cs"], found["is"], found["duplex"]) == ("grayscale", "platen", "F")


@pytest.mark.slow
async def test_an_announced_device_is_found(model: Model) -> None:
    """A browser on the loopback interface finds the device with its port."""
    name = "Announced in a test"
    seen: asyncio.Queue[str] = asyncio.Queue()

    def notice(
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """Note the name."""
        del zeroconf, service_type, state_change
        seen.put_nowait(name)

    device = (replace(model, name=name), ("image/png",), 4711)
    async with (
        announced([device]),
        AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf,
        asyncio.timeout(20),
    ):
        browser = AsyncServiceBrowser(
            zeroconf.zeroconf,
            "_uscan._tcp.local.",
            handlers=[notice],
        )
        while not (found := await seen.get()).startswith(name):
            continue
        info = AsyncServiceInfo("_uscan._tcp.local.", found)
        assert await info.async_request(zeroconf.zeroconf, 10_000)
        assert info.port == 4711
        assert info.parsed_addresses() == ["127.0.0.1"]
        await browser.async_cancel()


async def test_nothing_to_announce_costs_nothing() -> None:
    """Without devices no socket is opened."""
    async with announced([]):
        pass
