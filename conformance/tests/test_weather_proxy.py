"""The proxy: where it stands, what it passes on, and that nothing of it stays."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from functools import partial

import pytest
from aiohttp import ClientSession, web

from scanwright_conformance.session._wire import accepts
from scanwright_conformance.weather import Weather, mishap_of, read_weather
from scanwright_conformance.weather_proxy import Place, WeatherProxy
from scanwright_conformance.weather_road import Side

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

CALM = Weather()


async def echo(request: web.Request) -> web.Response:
    """Answer with what was sent."""
    return web.Response(body=await request.read())


def port_of(url: str) -> int:
    """Return the port of a base URL."""
    return int(url.rpartition(":")[2])


@pytest.mark.parametrize("text", ["calm", "latency=1ms,jitter=1ms,slice=1-7"])
async def test_harmless_weather_changes_nothing(serve: Serve, text: str) -> None:
    """Large bodies arrive whole in both directions."""
    port = port_of(await serve(echo))
    body = bytes(range(256)) * 1000
    async with WeatherProxy(read_weather(text), 1) as proxy, ClientSession() as client:
        place = await proxy.before("127.0.0.1", port)
        async with client.post(f"http://{place}/", data=body) as answer:
            assert await answer.read() == body
    assert proxy.log.counts["connections"] == 1
    assert proxy.log.counts["bytes of request"] > len(body)
    assert proxy.log.mishaps == []


async def test_one_target_has_one_place(serve: Serve) -> None:
    """Asked again the proxy tells the same, and it knows the way back."""
    ports = [port_of(await serve(echo)) for _ in range(2)]
    async with WeatherProxy(CALM, 1) as proxy:
        one, other = [await proxy.before("127.0.0.1", port) for port in ports]
        assert await proxy.before("127.0.0.1", ports[0]) == one != other
        assert proxy.behind(one.port) == Place("127.0.0.1", ports[0])
        assert proxy.front(ports[1]) == other
        assert proxy.behind(ports[0]) is proxy.front(one.port) is None


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("localhost", "localhost"),
        ("127.0.0.2", "127.0.0.2"),
        ("192.0.2.1", "127.0.0.1"),
        ("far.example.test", "127.0.0.1"),
    ],
)
async def test_the_proxy_is_on_the_loopback(host: str, shown: str) -> None:
    """Names of this machine stay, others are replaced."""
    async with WeatherProxy(CALM, 1) as proxy:
        assert (await proxy.before(host, 9)).host == shown


def test_an_address_of_six_has_brackets() -> None:
    """As it stands in a URL."""
    assert str(Place("::1", 9)) == "[::1]:9"


async def test_nobody_behind_is_a_reset() -> None:
    """Who was let in cannot be refused any more."""
    async with WeatherProxy(CALM, 1) as proxy:
        reader, writer = await asyncio.open_connection(
            *await proxy.before("127.0.0.1", 9)
        )
        with pytest.raises(ConnectionResetError):
            await reader.read()
        writer.transport.abort()
    assert proxy.log.counts["unreachable"] == 1


async def test_at_the_end_everything_is_closed(serve: Serve) -> None:
    """Listeners, and connections that were silent."""
    port = port_of(await serve(echo))
    async with WeatherProxy(read_weather("stall=100%"), 1) as proxy:
        place = await proxy.before("127.0.0.1", port)
        reader, writer = await asyncio.open_connection(*place)
        writer.write(b"GET / HTTP/1.1\r\n")
        async with ClientSession() as client:
            asking = client.get(f"http://{place}/")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(asking, 0.05)
    assert await reader.read() == b""
    writer.transport.abort()
    assert not await accepts(*place)


async def test_who_comes_too_late_is_hung_up_on(serve: Serve) -> None:
    """A connection that arrives while the proxy ends is not carried any more."""
    place = Place("127.0.0.1", port_of(await serve(echo)))
    proxy = WeatherProxy(CALM, 1)
    async with proxy:
        pass
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_connection(
        lambda: Side(partial(proxy._take, place)), *place
    )
    assert transport.is_closing()
    assert proxy.log.counts["connections"] == 0


async def test_each_connection_has_the_fate_of_its_number(serve: Serve) -> None:
    """The log tells what was planned, in the order of the connections."""
    port = port_of(await serve(echo))
    weather = read_weather("reset=40%,half-close=40%")
    async with WeatherProxy(weather, 7) as proxy:
        place = await proxy.before("127.0.0.1", port)
        for _ in range(8):
            reader, writer = await asyncio.open_connection(*place)
            head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n"
            writer.write(head + bytes(5000))
            try:
                await reader.read(1)
                await reader.readexactly(5000)
            except (ConnectionError, EOFError):
                pass
            writer.transport.abort()
    planned = [(number, mishap_of(weather, 7, number)) for number in range(1, 9)]
    assert proxy.log.mishaps == [(n, each) for n, each in planned if each]
    assert len(proxy.log.mishaps) > 3


async def test_tls_passes_as_bytes(serve: Serve) -> None:
    """The proxy has no key: what is no TLS is refused by the client, not by it."""
    port = port_of(await serve(echo))
    async with WeatherProxy(CALM, 1) as proxy:
        place = await proxy.before("127.0.0.1", port)
        with pytest.raises(ssl.SSLError):
            await asyncio.open_connection(*place, ssl=ssl.create_default_context())
