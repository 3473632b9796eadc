"""Announcements on the loopback interface."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from zeroconf import ServiceStateChange, Zeroconf
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from scanwright_simulators.device import Input, Mode, Model
from scanwright_simulators.faces.escl.mdns import (
    Announcement,
    announcing,
    host_name,
    records,
)

Seen = asyncio.Queue[tuple[str, str]]
SERVICES = ("_uscan._tcp.local.", "_uscans._tcp.local.")


def test_records_tell_what_hosts_choose_by(model: Model) -> None:
    """The TXT record names formats, colours, inputs, the path and the pages."""
    found = records(Announcement(model, ("image/jpeg", "image/png"), 4711))
    assert found["rs"] == "eSCL"
    assert found["pdl"] == "image/jpeg,image/png"
    assert found["cs"] == "binary,grayscale,color"
    assert (found["is"], found["duplex"]) == ("platen,adf", "T")
    assert found["adminurl"] == "http://127.0.0.1:4711/"
    assert found["representation"] == "http://127.0.0.1:4711/icon.png"
    assert (found["ty"], found["note"]) == (model.make_and_model, model.name)


def test_a_gray_flatbed_claims_no_more(model: Model) -> None:
    """What a device lacks is not announced."""
    flatbed = replace(model, inputs=(Input.PLATEN,), modes=(Mode.GRAY,))
    found = records(Announcement(flatbed, (), 1))
    assert (found["cs"], found["is"], found["duplex"]) == ("grayscale", "platen", "F")


def test_a_host_name_is_one_label(model: Model) -> None:
    """Whatever a device is called, its name can be one of DNS."""
    assert host_name(replace(model, name="A b_c.d")) == "a-b-c-d.local"


def test_each_port_has_its_service(model: Model) -> None:
    """TLS is announced beside HTTP where it is spoken."""
    plain = Announcement(model, (), 1).services()
    both = Announcement(model, (), 1, 2).services()
    assert [info.type for info in plain] == [SERVICES[0]]
    assert [(info.type, info.port) for info in both] == list(
        zip(SERVICES, (1, 2), strict=True),
    )


@asynccontextmanager
async def browsing() -> AsyncIterator[tuple[Zeroconf, Seen]]:
    """Browse the loopback interface for both services."""
    seen: Seen = asyncio.Queue()

    def notice(
        zeroconf: Zeroconf,
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        """Note the name."""
        del zeroconf, service_type
        seen.put_nowait((state_change.name, name))

    async with AsyncZeroconf(interfaces=["127.0.0.1"]) as zeroconf:
        browser = AsyncServiceBrowser(
            zeroconf.zeroconf,
            list(SERVICES),
            handlers=[notice],
        )
        yield zeroconf.zeroconf, seen
        await browser.async_cancel()


@pytest.mark.slow
async def test_a_device_is_found_and_lost(model: Model) -> None:
    """A browser finds both ports of the device, and loses them at its goodbye."""
    name = "Announced in a test"
    device = Announcement(replace(model, name=name), ("image/png",), 4711, 4712)
    ports = dict(zip(SERVICES, (4711, 4712), strict=True))
    async with (
        announcing(is_wanted=True) as announcer,
        browsing() as (zeroconf, seen),
        asyncio.timeout(30),
    ):
        await announcer.announce(device)
        await announcer.announce(device)
        wanted = {f"{name}.{service}" for service in SERVICES}
        while wanted:
            change, found = await seen.get()
            if change != "Added" or found not in wanted:
                continue
            wanted.remove(found)
            service = found.removeprefix(f"{name}.")
            info = AsyncServiceInfo(service, found)
            assert await info.async_request(zeroconf, 10_000)
            assert info.port == ports[service]
            assert info.parsed_addresses() == ["127.0.0.1"]
        await announcer.withdraw(device)
        while (await seen.get())[0] != "Removed":
            continue


async def test_nothing_to_announce_costs_nothing(model: Model) -> None:
    """Without devices no socket is opened, and all calls do nothing."""
    async with announcing(is_wanted=False) as announcer:
        await announcer.announce(Announcement(model, (), 1))
        await announcer.withdraw(Announcement(model, (), 1))
