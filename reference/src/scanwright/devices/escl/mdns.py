"""Network scanners that announce themselves: mDNS, when zeroconf is installed."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from scanwright.devices.escl.address import EsclAddress

if TYPE_CHECKING:
    from zeroconf import ServiceInfo, Zeroconf

__all__ = ["MdnsMissing", "address_of", "browse"]

SERVICES: Final = {"_uscan._tcp.local.": "http", "_uscans._tcp.local.": "https"}
RESOLVE_MS: Final = 1000


class MdnsMissing(Exception):
    """zeroconf is not installed: scanners must be named to be found."""


class _Listener:
    """Collects the services that zeroconf's thread hears of."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], ServiceInfo] = {}

    def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Ask for the particulars of a new one."""
        info = zc.get_service_info(type_, name, RESOLVE_MS)
        if info:
            self.found[type_, name] = info

    def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Ask again: an address may have changed."""
        self.add_service(zc, type_, name)

    def remove_service(self, zc: Zeroconf, type_: str, name: str) -> None:
        """Forget one that said good-bye."""
        del zc
        self.found.pop((type_, name), None)


def browse(seconds: float, stop: threading.Event) -> list[EsclAddress]:
    """Listen for a while; return who announced itself, by name."""
    try:
        from zeroconf import ServiceBrowser, Zeroconf
    except ImportError as error:
        raise MdnsMissing(
            "Network scanners are not searched for: zeroconf is not installed. "
            "pip install scanwright[mdns]"
        ) from error
    listener = _Listener()
    with Zeroconf() as zeroconf:
        browser = ServiceBrowser(zeroconf, list(SERVICES), listener)  # type: ignore[arg-type]  # a listener by its methods
        stop.wait(seconds)
        browser.cancel()
        infos = list(listener.found.items())
    found: dict[str, EsclAddress] = {}
    # Plain HTTP sorts first and wins: the same scanner's TLS proves nothing more.
    for (kind, _), info in sorted(infos, key=lambda item: item[0]):
        address = address_of(info, SERVICES[kind])
        if address:
            found.setdefault(address.name, address)
    return sorted(found.values(), key=lambda address: address.name)


def address_of(info: ServiceInfo, scheme: str) -> EsclAddress | None:
    """Return where an announced scanner is; its root is in the TXT record `rs`."""
    hosts = sorted(info.parsed_addresses(), key=lambda host: ":" in host)
    if not hosts or not info.port:
        return None
    host = f"[{hosts[0]}]" if ":" in hosts[0] else hosts[0]
    root = (info.decoded_properties.get("rs") or "eSCL").strip("/")
    name = info.name.removesuffix(f".{info.type}")
    return EsclAddress(name, f"{scheme}://{host}:{info.port}/{root}".rstrip("/"))
