"""The target's scanners: listed by its own interface, then cast in their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "MAIN_ROLE",
    "ROLES",
    "Device",
    "capability_of",
    "cast_roles",
    "is_answering",
    "list_devices",
]

LISTING_TIMEOUT_S: Final = 15.0
SIGN_OF_LIFE_TIMEOUT_S: Final = 3.0
# Every published bit of the mask: a listing without `type` leaves eSCL out.
ALL_TYPES: Final = 0xFF0
MAIN_ROLE: Final = "scanner"
ROLES: Final = {
    "scanner": "scanner",
    "two-scanners": "second",
    "slow-scanner": "slow",
    "stalling-scanner": "stalling",
    "jamming-scanner": "jamming",
    "dead-scanner": "dead",
    "flatbed-only": "flatbed-only",
    "empty-glass": "empty-glass",
    "feeder": "feeder",
    "duplex": "duplex",
    "gray": "gray",
    "colour": "colour",
    "bw": "bw",
    "depth-16": "depth-16",
    "identity": "identity",
}
"""The role whose scanner is used for clauses that need a capability."""
_CAPABILITIES: Final = {role: name for name, role in ROLES.items()}


def capability_of(role: str) -> str:
    """Return the capability that a role stands for."""
    return _CAPABILITIES.get(role, role)


@dataclass(frozen=True, slots=True)
class Device:
    """One scanner of the listing; `device` is the string that a job names it by."""

    name: str
    type: int
    device: str


async def list_devices(base_url: str) -> tuple[Device, ...]:
    """Return what the listing at `base_url` has that can be understood; never raises.

    A target that lists nothing, or nonsense, has no scanner for the checks that need
    one; the clauses about the listing say what is wrong with it.
    """
    import aiohttp

    url = f"{base_url}/api/device/scanners?type={ALL_TYPES}"
    timeout = aiohttp.ClientTimeout(total=LISTING_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(url, ssl=False) as answer,
        ):
            entries: Any = await answer.json(content_type=None)
    except (aiohttp.ClientError, OSError, ValueError, TimeoutError):
        return ()
    if not isinstance(entries, list):
        return ()
    return tuple(device for entry in entries if (device := _device(entry)))


async def is_answering(base_url: str) -> bool:
    """Tell whether anything at all comes back from `base_url`."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=SIGN_OF_LIFE_TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(f"{base_url}/api/server", ssl=False),
        ):
            return True
    except (aiohttp.ClientError, OSError, ValueError):
        return False


def cast_roles(
    listed: Sequence[Device],
    roles: Mapping[str, str],
) -> dict[str, Device]:
    """Return devices by role. Without a word about it the first one is `scanner`."""
    by_name = {device.name: device for device in listed}
    cast = {role: by_name[name] for role, name in roles.items() if name in by_name}
    if MAIN_ROLE not in roles and listed:
        cast[MAIN_ROLE] = listed[0]
    return cast


def _device(entry: Any) -> Device | None:
    match entry:
        case {"name": str(name), "type": int(type_), "device": str(device)}:
            return Device(name, type_, device)
    return None
