"""What can be seen of a target of which only the address is known.

Conservative: a capability that cannot be seen for certain is not claimed, so its
clauses do not apply. A description says more, and allows more to be measured.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from scanwright_conformance.target._devices import cast_roles, list_devices
from scanwright_conformance.target._model import Addresses, Origins, Port, Target

__all__ = ["Looking", "Seen", "has_feeder", "probe", "scanner_features"]

TIMEOUT_S: Final = 10.0
# The published ports are 18622, 18623, 18625 and 18626.
OFFSETS: Final = {Port.API_TLS: 1, Port.MANAGER: 3, Port.MANAGER_TLS: 4}
JOBS: Final = "/api/device/scanners/jobs"
LICENCE: Final = "DWT-PRODUCT-KEY"
ANY_ORIGIN: Final = "https://any.example.test"

PIXEL_TYPE: Final = 257
FEEDER_ENABLED: Final = 4098
BIT_DEPTH: Final = 4395
PIXEL_TYPES: Final = {"bw": 0, "gray": 1, "colour": 2}
DEPTHS_OF_16: Final = (16, 48)
"""Bits of a pixel with 16 a sample, in gray and in colour."""


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer; `body` is None where it is no JSON."""

    status: int
    headers: Any
    body: Any


async def probe(url: str) -> Target:
    """Return the target at `url` with the capabilities that can be seen."""
    base = url.rstrip("/").removesuffix("/api")
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        looking = Looking(client, base)
        addresses = Addresses(await looking.ports())
        listed = await list_devices(base)
        capabilities = await looking.capabilities(has_scanner=bool(listed))
    ports = {Port.API_TLS: "tls", Port.MANAGER: "manager"}
    capabilities |= {name for port, name in ports.items() if port in addresses.urls}
    # which pages may call a service with a list is for its description to say
    origins = Origins() if "open-origins" in capabilities else Origins(allowed=())
    return Target(
        name=urlsplit(base).netloc,
        origins=origins,
        addresses=addresses,
        capabilities=frozenset(capabilities),
        devices=cast_roles(listed, {"flatbed-only": listed[0].name} if listed else {}),
    )


class Looking:
    """One look around; whatever does not answer is not there."""

    def __init__(self, client: aiohttp.ClientSession, base: str) -> None:
        self._client = client
        self._base = base

    async def ports(self) -> dict[Port, str]:
        """Return the base URLs that answer, the one that was given in any case."""
        parts = urlsplit(self._base)
        found = {Port.API: self._base}
        for port, offset in OFFSETS.items():
            scheme = "https" if port.is_tls else "http"
            url = f"{scheme}://{parts.hostname}:{(parts.port or 80) + offset}"
            path = "/api/server/version" if port is Port.API_TLS else "/"
            seen = await self.ask("GET", url + path)
            if seen and seen.status == 200:
                found[port] = url
        # TLS is one capability for all the pairs that there are.
        if Port.MANAGER not in found or Port.API_TLS not in found:
            found.pop(Port.MANAGER_TLS, None)
        elif Port.MANAGER_TLS not in found:
            found.pop(Port.MANAGER)
        return found

    async def capabilities(self, *, has_scanner: bool) -> set[str]:
        """Return what the core port shows."""
        found = set()
        listing = await self.get("/DWTAPI/Scanners")
        if listing and listing.status == 200 and isinstance(listing.body, list):
            found.add("generation-1")
        if await self.permits(ANY_ORIGIN):
            found.add("open-origins")
        if await self.code("POST", "/api/storage/documents/0/pages") == -1126:
            found.add("no-documents")
        if has_scanner:
            found |= {"scanner", *await self._of_scanner()}
        return found

    async def get(self, path: str) -> Seen | None:
        """Return the answer of the core port to a GET."""
        return await self.ask("GET", self._base + path)

    async def permits(self, origin: str) -> bool:
        """Tell whether pages of `origin` may read the settings."""
        url = f"{self._base}/api/server"
        seen = await self.ask("GET", url, headers={"Origin": origin})
        allowed = seen.headers.get("Access-Control-Allow-Origin") if seen else None
        return allowed in {"*", origin}

    async def details(self, device: str, key: str = "") -> tuple[Seen | None, Any]:
        """Return the answer to a pending job on a scanner, and its capabilities.

        The job is deleted again.
        """
        body = {"device": device, "autoRun": False}
        headers = {LICENCE: key} if key else None
        made = await self.ask("POST", self._base + JOBS, headers=headers, body=body)
        if made is None or made.status != 201 or not isinstance(made.body, dict):
            return made, None
        job = f"{self._base}{JOBS}/{made.body.get('jobuid')}"
        try:
            seen = await self.ask("GET", f"{job}/scanner/capabilities")
        finally:
            await self.ask("DELETE", job)
        return made, seen.body if seen else None

    async def _of_scanner(self) -> set[str]:
        """Return what a pending job on the first scanner tells about it."""
        devices = await list_devices(self._base)
        made, details = await self.details(devices[0].device)
        if made is None or made.status != 201 or not isinstance(made.body, dict):
            return set()
        return {"no-licence", *scanner_features(details)}

    async def code(self, method: str, path: str) -> int:
        """Return the code of the error object that answers an empty object, else 0."""
        seen = await self.ask(method, self._base + path, body={})
        body = seen.body if seen else None
        code = body.get("code") if isinstance(body, dict) else 0
        return code if isinstance(code, int) else 0

    async def ask(
        self,
        method: str,
        url: str,
        *,
        headers: dict[str, str] | None = None,
        body: Any = None,
    ) -> Seen | None:
        """Return what is answered to a request, None when nothing is."""
        try:
            async with self._client.request(
                method,
                url,
                headers=headers,
                json=body,
                ssl=False,
            ) as answer:
                data = await answer.read()
                return Seen(answer.status, answer.headers, _parsed(data))
        except (aiohttp.ClientError, OSError, TimeoutError):
            return None


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def scanner_features(details: Any) -> set[str]:
    """Return the capabilities that a CapabilityDetails array proves.

    A feeder can be seen, whether two sheets are in it cannot: it is not claimed. There
    is none where the feeder is off and cannot be turned on.
    """
    offered = _offered(details)
    pixel_types = _values(offered.get(PIXEL_TYPE))
    found = {name for name, number in PIXEL_TYPES.items() if number in pixel_types}
    if any(depth in _values(offered.get(BIT_DEPTH)) for depth in DEPTHS_OF_16):
        found.add("depth-16")
    feeder = offered.get(FEEDER_ENABLED)
    if _values(feeder) == [False] and "set" not in _listed(feeder, "query"):
        found.add("flatbed-only")
    return found


def has_feeder(details: Any) -> bool:
    """Whether a CapabilityDetails array proves that there is a feeder."""
    return True in _values(_offered(details).get(FEEDER_ENABLED))


def _offered(details: Any) -> dict[int, dict[str, Any]]:
    """Return the entries of a CapabilityDetails array by their numbers."""
    return {
        entry["capability"]["value"]: entry
        for entry in (details if isinstance(details, list) else [])
        if isinstance(entry, dict)
        and isinstance(entry.get("capability"), dict)
        and isinstance(entry["capability"].get("value"), int)
    }


def _values(entry: dict[str, Any] | None) -> list[Any]:
    """Return every value that a capability can take."""
    if entry is None:
        return []
    return _listed(entry, "enums") or [entry.get("curValue")]


def _listed(entry: dict[str, Any] | None, name: str) -> list[Any]:
    value = (entry or {}).get(name)
    return value if isinstance(value, list) else []
