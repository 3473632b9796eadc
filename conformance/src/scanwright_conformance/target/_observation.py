"""Looking at a target from outside, to hold its description against it.

Nothing is left behind: jobs that were made for it are deleted.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

import aiohttp

from scanwright_conformance.target._description import SPECIAL_ROLES
from scanwright_conformance.target._devices import MAIN_ROLE, ROLES, Device
from scanwright_conformance.target._discrepancies import Observation
from scanwright_conformance.target._machine import Role
from scanwright_conformance.target._model import Port, Target, Unsupported
from scanwright_conformance.target._probe import Looking, has_feeder, scanner_features

__all__ = ["observe"]

TIMEOUT_S: Final = 10.0
MODULE_MISSING: Final = -1126
LICENCE_REFUSED: Final = -2800
DOCUMENT_PAGES: Final = "/api/storage/documents/0/pages"
PROCESSING: Final = ("/api/process/read-barcode", "/api/process/check-blank")
PIXELS: Final = ("gray", "colour", "bw", "depth-16")


async def observe(target: Target) -> Observation:
    """Return what can be seen of a target that runs, and what is certainly not there.

    It has been asked for its scanners already.
    """
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        looking = Looking(client, target.addresses.url(Port.API))
        notes = _Notes()
        if not await target.is_reachable():
            return Observation()
        await _look_at_ports(target, looking, notes)
        await _look_at_origins(target, looking, notes)
        await _look_at_modules(looking, notes)
        await _look_at_channel(looking, notes)
        await _look_at_scanners(target, looking, notes)
        await _look_at_machine(target, notes)
    return Observation(notes.seen, notes.absent)


class _Notes:
    """What was seen so far."""

    def __init__(self) -> None:
        self.seen: dict[str, str] = {}
        self.absent: dict[str, str] = {}

    def take(self, name: str, *, is_there: bool, if_so: str, if_not: str) -> None:
        """Note that a capability is there or not, each with its sentence."""
        if is_there:
            self.seen[name] = if_so
        else:
            self.absent[name] = if_not


async def _look_at_ports(target: Target, looking: Looking, notes: _Notes) -> None:
    for name, port, path in (
        ("tls", Port.API_TLS, "/api/server/version"),
        ("manager", Port.MANAGER, "/"),
    ):
        url = target.addresses.urls.get(port)
        answer = await looking.ask("GET", url + path) if url else None
        notes.take(
            name,
            is_there=answer is not None and answer.status == 200,
            if_so=f"{port.value} answers at {url}.",
            if_not=f"{port.value} does not answer 200 at {url}."
            if url
            else f"No address of {port.value} is known.",
        )
    ca = target.addresses.ca
    notes.take(
        "ca",
        is_there=ca is not None and await asyncio.to_thread(_is_certificate, ca),
        if_so=f"{ca} is a certificate.",
        if_not=f"{ca} is no certificate that can be read."
        if ca
        else "No file of the local CA is known.",
    )


async def _look_at_origins(target: Target, looking: Looking, notes: _Notes) -> None:
    foreign = target.origins.foreign
    is_open = await looking.permits(foreign)
    permitted = {
        origin for origin in target.origins.allowed if await looking.permits(origin)
    }
    notes.take(
        "open-origins",
        is_there=is_open,
        if_so=f"Pages of {foreign} may call.",
        if_not=f"Pages of {foreign} may not call.",
    )
    notes.take(
        "origin-list",
        is_there=bool(permitted) and not is_open,
        if_so=f"Pages of {', '.join(sorted(permitted))} may call, and of others not.",
        if_not=f"Pages of {foreign} may call."
        if is_open
        else "None of the allowed origins may call.",
    )
    if len(permitted) < 2:
        notes.absent["two-origins"] = "Fewer than two of the allowed origins may call."


async def _look_at_modules(looking: Looking, notes: _Notes) -> None:
    listing = await looking.get("/DWTAPI/Scanners")
    notes.take(
        "generation-1",
        is_there=listing is not None
        and listing.status == 200
        and isinstance(listing.body, list),
        if_so="/DWTAPI/Scanners answers with an array.",
        if_not="/DWTAPI/Scanners does not answer with an array.",
    )
    code = await looking.code("POST", DOCUMENT_PAGES)
    if code < 0:
        missing = f"{DOCUMENT_PAGES} answers that the module is missing."
        present = f"{DOCUMENT_PAGES} answers with code {code}."
        is_gone = code == MODULE_MISSING
        notes.take("no-documents", is_there=is_gone, if_so=missing, if_not=present)
        notes.take("documents", is_there=not is_gone, if_so=present, if_not=missing)
    codes = [await looking.code("POST", path) for path in PROCESSING]
    notes.take(
        "processing",
        is_there=0 not in codes and MODULE_MISSING not in codes,
        if_so=f"{' and '.join(PROCESSING)} have their modules.",
        if_not="A module of /api/process is missing.",
    )


async def _look_at_channel(looking: Looking, notes: _Notes) -> None:
    hello = await looking.get("/hello")
    said = hello.body if hello is not None and hello.status == 200 else None
    notes.take(
        "page-channel",
        is_there=isinstance(said, dict) and isinstance(said.get("protocols"), list),
        if_so="/hello names protocols of the page channel.",
        if_not="/hello names no protocols of a page channel.",
    )


async def _look_at_scanners(target: Target, looking: Looking, notes: _Notes) -> None:
    main = target.devices.get(MAIN_ROLE)
    notes.take(
        "scanner",
        is_there=main is not None,
        if_so=f"{main.name if main else ''} is listed.",
        if_not="The listing has no scanner for the role 'scanner'.",
    )
    for name in SPECIAL_ROLES:
        role = ROLES[name]
        if role not in target.devices:
            listed = target.roles.get(role, "")
            notes.absent[name] = f"The listing has no {listed!r} for the role {role!r}."
    if main is None:
        return
    await _look_at_licence(target, looking, main, notes)
    told: dict[str, Any] = {}
    for name in (*PIXELS, "flatbed-only"):
        device = target.devices.get(name, main)
        if device.device not in told:
            _, details = await looking.details(device.device, target.licence_key)
            told[device.device] = details
        _look_at_details(name, device.name, told[device.device], notes)


def _look_at_details(name: str, scanner: str, details: Any, notes: _Notes) -> None:
    """Note whether a scanner's capabilities show `name`, as far as they tell."""
    if name in scanner_features(details):
        notes.seen[name] = f"The capabilities of {scanner} show it."
    elif name in PIXELS and isinstance(details, list):
        notes.absent[name] = f"The capabilities of {scanner} do not have it."
    elif name == "flatbed-only" and has_feeder(details):
        notes.absent[name] = f"The capabilities of {scanner} show a feeder."


async def _look_at_licence(
    target: Target,
    looking: Looking,
    main: Device,
    notes: _Notes,
) -> None:
    made, _ = await looking.details(main.device)
    status = made.status if made else 0
    body = made.body if made else None
    code = body.get("code") if isinstance(body, dict) else None
    if status == 201:
        notes.seen["no-licence"] = "A job was created without a key."
        notes.absent["licence"] = "A job was created without a key."
    elif code == LICENCE_REFUSED:
        notes.seen["licence"] = "A job without a key is refused."
        notes.absent["no-licence"] = "A job without a key is refused."
    if target.licence_key and "licence" in notes.seen:
        made, _ = await looking.details(main.device, target.licence_key)
        if made is None or made.status != 201:
            notes.absent["licence"] = "A job with the key of [licence] is refused, too."
            del notes.seen["licence"]


async def _look_at_machine(target: Target, notes: _Notes) -> None:
    try:
        if not await asyncio.to_thread(target.home.is_dir):
            notes.absent["home"] = f"There is no folder {target.home}."
    except Unsupported as reason:
        notes.absent["home"] = f"{str(reason).capitalize()}."
    control = target.control
    if target.report or control is None:
        return
    processes = await asyncio.to_thread(control.processes)
    if not any(process.role is Role.MAIN for process in processes):
        notes.absent["processes"] = "No process of it can be told to be main."


def _is_certificate(path: Path) -> bool:
    try:
        return "BEGIN CERTIFICATE" in path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
