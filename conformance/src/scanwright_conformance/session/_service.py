"""A managed service in the hands of a stimulus: ended, started, configured anew.

Whatever a stimulus did to it is undone by `restore`: the files of its home are what
they were, and it was started in the usual manner.
"""

from __future__ import annotations

import asyncio
import random
import socket
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Final

from scanwright_conformance.session._means import require
from scanwright_conformance.session._recorder import Stopped
from scanwright_conformance.target import Manner, Port, StartFailed, Unsupported
from scanwright_conformance.transcript import Fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanwright_conformance.session._home import HomeFolder
    from scanwright_conformance.session._recorder import Recorder
    from scanwright_conformance.target import Control, Target

__all__ = ["CONFIGURATION", "Service", "configuration_text"]

CONFIGURATION: Final = "DSConfiguration.ini"
QUIET_PORTS: Final = range(20_000, 32_000)
SECOND_START_S: Final = 15.0

ENTRIES: Final = {
    Port.MANAGER: ("Port", "dcp"),
    Port.API: ("Port", "dwt"),
    Port.API_TLS: ("SSLPort", "dwt"),
    Port.MANAGER_TLS: ("SSLPort", "dcp"),
}
"""The published list and name of each port; the name tells it, not its place."""


class Service:
    """The life of a managed target."""

    def __init__(self, recorder: Recorder, target: Target, home: HomeFolder) -> None:
        self._recorder = recorder
        self._target = target
        self._home = home
        self._manner: Manner | None = Manner.USUAL

    async def stop(self, *, label: str = "stop") -> None:
        """End it in the orderly way; recorded is what that took and what it left."""
        control, started = self._control, self._recorder.now()
        self._manner = None
        ended = await control.stop()
        temporary = await asyncio.to_thread(
            lambda: sorted(path.name for path in control.temporary.iterdir()),
        )
        value = {
            "seconds": round(ended.seconds, 3),
            "is_by_itself": ended.is_by_itself,
            "left": [[each.pid, *each.command] for each in ended.left],
            "temporary": temporary,
        }
        self._recorder.add(Fact(label, value, started))

    async def kill(self, *, label: str = "kill") -> None:
        """End all its processes at once."""
        self._manner = None
        await self._control.kill()
        self._recorder.add(Fact(label, "killed", self._recorder.now()))

    async def start(
        self,
        manner: Manner = Manner.USUAL,
        *,
        label: str = "started",
    ) -> None:
        """Start what was stopped or killed, and wait for it; record its addresses."""
        try:
            await self._target.start(manner)
        except StartFailed as failure:
            raise Stopped(f"the target did not start: {failure}") from failure
        self._manner = manner
        urls = {port.value: url for port, url in self._target.addresses.urls.items()}
        self._recorder.add(Fact(label, urls, self._recorder.now()))

    async def start_second(self, *, label: str) -> None:
        """Start it beside itself; recorded is the exit status, None if it stays."""
        status = await self._control.start_second(SECOND_START_S)
        self._recorder.add(Fact(label, status, self._recorder.now()))

    async def configure(
        self,
        settings: Mapping[str, str],
        more: str = "",
        *,
        label: str = "started",
    ) -> dict[Port, int]:
        """Start it anew with this configuration file, and with nothing else said.

        `settings` are keys of the section [DS], `more` is text that follows. The ports
        are free ones, and in the file; they are returned.
        """
        ports = await asyncio.to_thread(_free_ports)
        await self.stop(label=f"{label}: stop")
        await self._home.keep()
        await self._home.write(CONFIGURATION, configuration_text(ports, settings, more))
        await self.start(Manner.BARE, label=label)
        return ports

    async def restore(self, *, is_afresh: bool = False) -> None:
        """Undo what was done: files, and the manner of the last start.

        With `is_afresh` it is started anew in any case.
        """
        control = self._target.control
        if control is None:
            await self._home.restore()
        elif (
            is_afresh
            or self._manner is not Manner.USUAL
            or await self._home.is_changed()
        ):
            await control.stop()
            await self._home.restore()
            await self._target.start()
            self._manner = Manner.USUAL

    @property
    def _control(self) -> Control:
        require(self._target, "managed")
        if self._target.control is None:
            raise Unsupported("the target was started by somebody else")
        return self._target.control


def configuration_text(
    ports: Mapping[Port, int],
    settings: Mapping[str, str],
    more: str = "",
) -> str:
    """Return a configuration file with the keys as they are published."""
    lines = ["[DS]"]
    for list_name in ("Port", "SSLPort"):
        named = [
            (name, ports[port])
            for port, (entry, name) in ENTRIES.items()
            if entry == list_name
        ]
        lines.append(f"{list_name}={len(named)}")
        for number, (name, port_number) in enumerate(named):
            lines.append(f"{list_name}_mn_{number}={name}")
            lines.append(f"{list_name}_mp_{number}={port_number}")
    lines += [f"{key}={value}" for key, value in settings.items()]
    return "\n".join([*lines, more, ""])


def _free_ports() -> dict[Port, int]:
    """Return four ports that are free now, and that nobody is given by chance.

    Until the service takes them they are nobody's. So they are below those that the
    system gives to whoever asks for any (32768 and above on Linux).
    """
    candidates = random.SystemRandom().sample(QUIET_PORTS, len(QUIET_PORTS))
    found: list[int] = []
    with ExitStack() as stack:
        while len(found) < len(Port):
            number = candidates.pop()
            reserved = stack.enter_context(socket.socket())
            with suppress(OSError):
                reserved.bind(("127.0.0.1", number))
                found.append(number)
    return dict(zip(Port, found, strict=True))
