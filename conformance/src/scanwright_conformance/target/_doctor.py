"""The doctor: lives through a target's life once, before any verdict depends on it.

It starts and ends the target in every manner that its capabilities need, and looks it
over while it runs. What it finds are facts about the target's description and control;
it tries no clause, so that a service with faults can be in perfect health here.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.target._adapter import AdapterControl
from scanwright_conformance.target._checkup import look_over
from scanwright_conformance.target._description import Description
from scanwright_conformance.target._examination import Examination, Finding
from scanwright_conformance.target._model import (
    ControlFailed,
    Manner,
    Port,
    StartFailed,
    Target,
    Unsupported,
)
from scanwright_conformance.target._opening import control_for, described_target
from scanwright_conformance.target._process import CommandControl

__all__ = ["examine"]

STOP_LIMIT_S: Final = 10.0
"""An orderly end that takes longer is ended by force, or fails checks."""
CLOSED_WITHIN_S: Final = 2.0
CONNECT_TIMEOUT_S: Final = 1.0
ABILITIES: Final = frozenset({"start", "stop", "kill", "reset", "start-second"})
MANNERS: Final = frozenset({"start:bare", "start:caching", "start:full"})
NEEDED_BY: Final = {
    "managed": ("stop", "kill", "start-second"),
    "configurable": ("start:bare",),
    "page-cache": ("start:caching",),
    "full-disk": ("start:full",),
}
"""What an adapter must be able to do for a capability."""

AnyControl = AdapterControl | CommandControl


async def examine(
    subject: Description | Target,
    *,
    environment: Mapping[str, str] | None = None,
) -> tuple[Examination, ...]:
    """Return what the doctor finds about a description, or a target that was probed.

    A managed target is started and ended, several times; nothing of it is left.
    """
    if isinstance(subject, Target):
        return tuple([each async for each in look_over(subject)])
    target = described_target(subject)
    found = [_description(subject)]
    control = control_for(subject, environment)
    if control is None:
        await target.discover()
        return (*found, *[each async for each in look_over(target)])
    async with control:
        target.control = control
        found += [each async for each in _life(target, control)]
        urls = target.addresses.urls
    found += [await _closed("left behind", urls, "all its ports are closed")]
    return tuple(found)


def _description(description: Description) -> Examination:
    names = ", ".join(description.profiles) or "none named"
    count = len(description.capabilities)
    seen = f"{description.name}: {count} capabilities, profiles: {names}"
    if description.capabilities:
        return Examination("description", Finding.OK, seen)
    advice = "Declare what it can do in [capabilities]; nothing else is measured."
    return Examination("description", Finding.WARNING, seen, advice)


async def _life(target: Target, control: AnyControl) -> AsyncIterator[Examination]:
    """Yield what is found from the first start to the last."""
    abilities = ABILITIES
    if isinstance(control, AdapterControl):
        try:
            hello = await control.greet()
        except (ControlFailed, Unsupported) as failure:
            advice = "Mend the adapter; ADAPTERS.md has a whole conversation."
            yield Examination("adapter", Finding.PROBLEM, str(failure), advice)
            return
        target.version = target.version or hello.version
        able = _abilities(target, hello.name, hello.can)
        yield able
        if able.finding is Finding.PROBLEM:
            return
        abilities = hello.can
    started = await _start(target, Manner.USUAL, "start")
    yield started
    if started.finding is Finding.PROBLEM:
        return
    async for each in look_over(target):
        yield each
    for word in sorted(abilities):
        if word.startswith("hook:"):
            yield await _hook(control, word.removeprefix("hook:"))
    if isinstance(control, AdapterControl) and "reset" in abilities:
        yield await _reset(target, control)
    async for each in _ends(target, control, abilities):
        yield each


async def _ends(
    target: Target,
    control: AnyControl,
    abilities: frozenset[str],
) -> AsyncIterator[Examination]:
    """Yield how it ends, in either way, and how it starts in other manners."""
    if "stop" in abilities:
        yield await _stop(target, control)
        for manner, capability in (
            (Manner.BARE, "configurable"),
            (Manner.CACHING, "page-cache"),
            (Manner.FULL, "full-disk"),
        ):
            if capability in target.capabilities:
                yield await _other_manner(target, control, manner)
        again = await _start(target, Manner.USUAL, "start again")
        if again.finding is Finding.PROBLEM:
            yield again
            return
    if "kill" in abilities:
        yield await _kill(target, control)
        yield await _start(target, Manner.USUAL, "start after kill")


def _abilities(target: Target, name: str, can: frozenset[str]) -> Examination:
    seen = f"{name} {target.version} can {', '.join(sorted(can)) or 'nothing yet'}"
    needed = {"start"}.union(
        *(words for name, words in NEEDED_BY.items() if name in target.capabilities)
    )
    if missing := sorted(needed - can):
        advice = f"Implement {', '.join(missing)}, and name it in 'can' of hello."
        if "start" in can:
            advice += " Clauses that need it are UNSUPPORTED until then."
        finding = Finding.WARNING if "start" in can else Finding.PROBLEM
        return Examination("adapter", finding, seen, advice)
    known = ABILITIES | MANNERS
    odd = sorted(word for word in can if word not in known and word[:5] != "hook:")
    if odd:
        advice = f"Nobody asks for {', '.join(odd)}: see the list in ADAPTERS.md."
        return Examination("adapter", Finding.WARNING, seen, advice)
    return Examination("adapter", Finding.OK, seen)


async def _start(target: Target, manner: Manner, name: str) -> Examination:
    began = time.monotonic()
    try:
        await target.start(manner)
    except (StartFailed, Unsupported) as failure:
        advice = "Try the command by itself; it must print its addresses when ready."
        return Examination(name, Finding.PROBLEM, str(failure), advice)
    seconds = time.monotonic() - began
    return Examination(name, Finding.OK, f"ready after {seconds:.1f} s")


async def _stop(target: Target, control: AnyControl) -> Examination:
    advice = "End all of the service on SIGINT, or when the adapter is asked to."
    try:
        ended = await control.stop()
    except (ControlFailed, Unsupported) as failure:
        return Examination("stop", Finding.PROBLEM, str(failure), advice)
    seen = f"ended after {ended.seconds:.1f} s"
    if not ended.is_by_itself:
        return Examination("stop", Finding.PROBLEM, f"{seen}, by force", advice)
    if ended.left:
        left = ", ".join(f"{each.pid} {each.command[:1]}" for each in ended.left)
        return Examination("stop", Finding.PROBLEM, f"{seen}, left: {left}", advice)
    if ended.seconds > STOP_LIMIT_S:
        return Examination("stop", Finding.WARNING, seen, advice)
    return await _closed("stop", target.addresses.urls, seen)


async def _kill(target: Target, control: AnyControl) -> Examination:
    urls = target.addresses.urls
    try:
        await control.kill()
    except (ControlFailed, Unsupported) as failure:
        advice = "Kill every process of the service when the adapter is asked to."
        return Examination("kill", Finding.PROBLEM, str(failure), advice)
    return await _closed("kill", urls, "all its processes ended")


async def _other_manner(
    target: Target,
    control: AnyControl,
    manner: Manner,
) -> Examination:
    """Start it in another manner, and end it again."""
    name = f"start {manner.value}"
    with ExitStack() as stack:
        if manner is Manner.BARE and control.home is not None:
            await asyncio.to_thread(_configure, control.home, stack)
        found = await _start(target, manner, name)
        if found.finding is Finding.OK:
            ended = await _stop(target, control)
            if ended.finding is Finding.PROBLEM:
                return replace(ended, name=name)
    return found


async def _hook(control: AnyControl, name: str) -> Examination:
    try:
        value = await control.hook(name, {})
    except (ControlFailed, Unsupported) as failure:
        advice = "That is fine if it needs arguments."
        return Examination(f"hook {name}", Finding.WARNING, str(failure), advice)
    return Examination(f"hook {name}", Finding.OK, f"answers {value!r}")


async def _reset(target: Target, control: AnyControl) -> Examination:
    began = time.monotonic()
    try:
        await control.reset()
    except (ControlFailed, Unsupported) as failure:
        advice = "Mend it, or leave 'reset' out of what hello says."
        return Examination("reset", Finding.PROBLEM, str(failure), advice)
    seconds = time.monotonic() - began
    if not await target.is_reachable():
        advice = "A reset does not end the service: its addresses stay."
        return Examination("reset", Finding.PROBLEM, "nobody answers then", advice)
    return Examination("reset", Finding.OK, f"done after {seconds:.1f} s")


async def _closed(name: str, urls: Mapping[Port, str], seen: str) -> Examination:
    """Return OK with what was `seen` once no port accepts a connection any more."""
    still_open: list[str] = []

    async def attempt() -> bool | None:
        still_open[:] = [url for url in urls.values() if await _accepts(url)]
        return None if still_open else True

    with contextlib.suppress(Expired):
        await until(attempt, within_s=CLOSED_WITHIN_S)
    if still_open:
        advice = "See what listens there: another service, or a process that stayed."
        problem = f"{seen}, but {', '.join(still_open)} accepts connections"
        return Examination(name, Finding.PROBLEM, problem, advice)
    return Examination(name, Finding.OK, seen)


async def _accepts(url: str) -> bool:
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT_S):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port)
    except OSError:
        return False
    writer.transport.abort()
    return True


def _configure(home: Path, stack: ExitStack) -> None:
    """Write a configuration with free ports; `stack` puts back what was there."""
    # Here, for sessions are built upon targets.
    from scanwright_conformance.session._service import (
        CONFIGURATION,
        configuration_text,
    )

    file = home / CONFIGURATION
    former = file.read_bytes() if file.exists() else None

    def put_back() -> None:
        if former is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(former)

    stack.callback(put_back)
    home.mkdir(parents=True, exist_ok=True)
    with ExitStack() as sockets:
        ports = {port: _free_port(sockets) for port in Port}
    file.write_text(configuration_text(ports, {}), encoding="utf-8")


def _free_port(stack: ExitStack) -> int:
    reserved = stack.enter_context(socket.socket())
    reserved.bind(("127.0.0.1", 0))
    return int(reserved.getsockname()[1])
