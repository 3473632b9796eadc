"""The way to a target through the weather: its addresses, replaced by the proxy's.

Scheme and host stay, the port is another one. What is no conversation with the service
goes past the weather, such as whether a port of it is open at all.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from scanwright_conformance.target import Addresses
    from scanwright_conformance.weather_proxy import WeatherProxy

__all__ = ["WeatherDetour"]

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


class WeatherDetour:
    """A detour (see `target`) through a proxy that is open."""

    def __init__(self, proxy: WeatherProxy) -> None:
        self._proxy = proxy

    @property
    def mishaps(self) -> tuple[str, ...]:
        """What the weather did to connections so far, each as a sentence."""
        return tuple(
            f"the weather: {mishap.fault.value} of connection {number} "
            f"after {mishap.at} bytes of the {mishap.direction.value}"
            for number, mishap in self._proxy.log.mishaps
        )

    async def addresses(self, direct: Addresses) -> Addresses:
        """Return the addresses by which those of `direct` are reached."""
        urls = {port: await self._before(url) for port, url in direct.urls.items()}
        return replace(direct, urls=urls)

    def front(self, port: int) -> int:
        """Return the port by which `port` of the target is reached."""
        found = self._proxy.front(port)
        return found.port if found else port

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Return where a connection leads to in the end.

        Another host than the proxy's stays: its port is what is asked about.
        """
        behind = self._proxy.behind(port)
        if behind is None:
            return host, port
        front = self._proxy.front(behind.port)
        is_proxy = front is not None and front.host == host
        return behind.host if is_proxy else host, behind.port

    async def _before(self, url: str) -> str:
        parts = urlsplit(url)
        number = parts.port or DEFAULT_PORTS[parts.scheme]
        front = await self._proxy.before(parts.hostname or "", number)
        return parts._replace(netloc=str(front)).geturl()
