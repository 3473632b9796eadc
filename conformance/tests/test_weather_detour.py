"""The way to a target through the weather."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scanwright_conformance.target import Addresses, Port
from scanwright_conformance.weather import Direction, Fault, Mishap, Weather
from scanwright_conformance.weather_detour import WeatherDetour
from scanwright_conformance.weather_proxy import WeatherProxy

DIRECT = Addresses(
    {Port.API: "http://127.0.0.1:9", Port.API_TLS: "https://localhost:10"},
    ca=Path("ca.pem"),
    control="http://127.0.0.1:11",
)


@pytest.fixture
async def proxy() -> AsyncIterator[WeatherProxy]:
    """Give an open proxy."""
    async with WeatherProxy(Weather(), 1) as proxy:
        yield proxy


async def test_only_the_ports_differ(proxy: WeatherProxy) -> None:
    """Scheme and host stay, and so does all that is no address of the service."""
    seen = await WeatherDetour(proxy).addresses(DIRECT)
    assert seen.url(Port.API).startswith("http://127.0.0.1:")
    assert seen.url(Port.API_TLS).startswith("https://localhost:")
    assert not set(seen.urls.values()) & set(DIRECT.urls.values())
    assert (seen.ca, seen.control) == (DIRECT.ca, DIRECT.control)


async def test_a_service_that_moves_is_followed(proxy: WeatherProxy) -> None:
    """After a start on other ports there are other addresses; on the same, the same."""
    detour = WeatherDetour(proxy)
    first = await detour.addresses(DIRECT)
    moved = await detour.addresses(Addresses({Port.API: "http://127.0.0.1:12"}))
    assert moved.url(Port.API) != first.url(Port.API)
    assert await detour.addresses(DIRECT) == first


async def test_the_way_past_is_known(proxy: WeatherProxy) -> None:
    """The port that is asked about is the target's, at whatever address."""
    detour = WeatherDetour(proxy)
    await detour.addresses(DIRECT)
    front = detour.front(10)
    assert detour.past("localhost", front) == ("localhost", 10)
    assert detour.past("192.0.2.1", front) == ("192.0.2.1", 10)


async def test_what_has_no_detour_is_itself(proxy: WeatherProxy) -> None:
    """Ports that nobody announced are reached as they are."""
    detour = WeatherDetour(proxy)
    assert detour.front(77) == 77
    assert detour.past("127.0.0.1", 77) == ("127.0.0.1", 77)


async def test_a_far_target_is_found_again(proxy: WeatherProxy) -> None:
    """Its place is taken by the loopback, on the way there alone."""
    detour = WeatherDetour(proxy)
    seen = await detour.addresses(Addresses({Port.API: "http://192.0.2.1"}))
    port = int(seen.url(Port.API).removeprefix("http://127.0.0.1:"))
    assert detour.past("127.0.0.1", port) == ("192.0.2.1", 80)


async def test_mishaps_are_sentences(proxy: WeatherProxy) -> None:
    """They name the connection, and how far it got."""
    mishap = Mishap(Fault.HALF_CLOSE, Direction.ANSWER, 12)
    proxy.log.mishaps.append((3, mishap))
    (told,) = WeatherDetour(proxy).mishaps
    assert (
        told == "the weather: half-close of connection 3 after 12 bytes of the answer"
    )
