"""A managed target whose own program, the adapter, starts and ends it.

The adapter is written in any language, and may reach to another machine. It runs for as
long as the suite needs it. One that breaks is ended with all that it started; the next
start runs it anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from scanwright_conformance.target._adapter_wire import (
    PROTOCOL,
    AdapterBroken,
    AdapterFailed,
    AdapterWire,
    Hello,
    hello_in,
)
from scanwright_conformance.target._announcement import NoAnnouncement, announcement_in
from scanwright_conformance.target._belongings import Belongings
from scanwright_conformance.target._machine import Process
from scanwright_conformance.target._model import (
    Addresses,
    ControlFailed,
    Manner,
    StartFailed,
    Stopping,
    Unsupported,
)

__all__ = ["AdapterControl"]

HELLO_TIMEOUT_S: Final = 10.0
STOP_TIMEOUT_S: Final = 20.0
KILL_TIMEOUT_S: Final = 10.0
SECOND_GRACE_S: Final = 5.0

WORDS: Final = {
    Manner.USUAL: "start",
    Manner.BARE: "start:bare",
    Manner.CACHING: "start:caching",
    Manner.FULL: "start:full",
}
"""What `can` of hello has for each manner of a start."""


class AdapterControl:
    """Starts and ends a target by its adapter; as a context, nothing stays behind."""

    def __init__(
        self,
        command: tuple[str, ...],
        *,
        timeout_s: float,
        home: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._timeout_s = timeout_s
        self._fixed_home = home
        self._said_home: Path | None = None
        self._belongings = Belongings(environment)
        self._process: asyncio.subprocess.Process | None = None
        self._wire: AdapterWire | None = None
        self._hello: Hello | None = None
        self._may_run = False

    async def __aenter__(self) -> Self:
        self._belongings.make()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            with contextlib.suppress(Unsupported, ControlFailed):
                await self.stop()
            if self._wire is not None:
                await self._wire.close()
        finally:
            await self._end_adapter()
            self._belongings.remove()

    @property
    def home(self) -> Path | None:
        """The folder of the service's files: described, announced, or a fresh one."""
        return self._fixed_home or self._said_home or self._belongings.home

    @property
    def version(self) -> str:
        """The version of the implementation, once the adapter has told it."""
        return self._hello.version if self._hello else ""

    @property
    def temporary(self) -> Path:
        """The folder for temporary files that the service was given."""
        return self._belongings.temporary

    async def greet(self) -> Hello:
        """Return what the adapter says of itself; run it when it does not run."""
        if self._hello is None:
            self._hello = await self._run_adapter()
        return self._hello

    async def start(self, manner: Manner = Manner.USUAL) -> Addresses:
        """Have the service started and return its addresses, or raise StartFailed."""
        self._belongings.asked()
        try:
            await self._expect_able(WORDS[manner])
            self._may_run = True
            answer = await self._ask(
                "start",
                {"manner": manner.value, **self._folders},
                within_s=self._timeout_s,
            )
            said = announcement_in(answer)
        except Unsupported as reason:
            self._sweep()
            # Without its usual start there is nothing to measure, not even in part.
            if manner is Manner.USUAL:
                raise StartFailed(str(reason)) from reason
            raise
        except ControlFailed as failure:
            self._sweep()
            raise StartFailed(str(failure)) from failure
        except NoAnnouncement as error:
            await self._undo()
            raise StartFailed(f"the adapter's answer to 'start': {error}") from error
        self._said_home = said.home
        adapter = self._process.pid if self._process else 0
        try:
            self._belongings.found(adapter, announced=said.pid, is_outsider=True)
        except StartFailed as error:
            await self._undo()
            raise StartFailed(f"the adapter's answer to 'start': {error}") from error
        return said.addresses

    async def stop(self) -> Stopping:
        """Have the service ended in the orderly way; what outlives it is killed."""
        began = time.monotonic()
        if not self._may_run:
            return Stopping(0.0, (), is_by_itself=True)
        before = self._belongings.identities()
        answer = await self._ask_able("stop", within_s=STOP_TIMEOUT_S)
        left = await self._belongings.outliving(before)
        seconds = time.monotonic() - began
        self._sweep()
        is_by_itself = answer.get("by_itself") is not False
        return Stopping(seconds, left, is_by_itself=is_by_itself)

    async def kill(self) -> None:
        """Have all processes of the service killed; that of a dead one always works.

        An adapter that says so and lets them live has failed: its service would be
        measured as one that was killed.
        """
        before, was_alive = self._belongings.identities(), self.is_alive()
        try:
            await self._ask_able("kill", within_s=KILL_TIMEOUT_S)
        except (Unsupported, ControlFailed):
            if was_alive:
                raise
        left = await self._belongings.outliving(before)
        self._sweep()
        if was_alive and left:
            await self._belongings.outliving(before)
            words = ", ".join(f"{' '.join(each.command)} ({each.pid})" for each in left)
            raise ControlFailed(
                f"the adapter answers 'kill', and there still runs {words}"
            )
        self._belongings.forget_temporary()

    async def start_second(self, within_s: float) -> int | None:
        """Have a second one started; return its exit status, None if it stays."""
        answer = await self._ask_able(
            "start-second",
            {"within_s": within_s, **self._folders},
            within_s=within_s + SECOND_GRACE_S,
        )
        status = answer.get("status")
        if status is not None and not isinstance(status, int):
            raise ControlFailed(f"the adapter's 'status' is {status!r}, and no number")
        return status

    async def reset(self) -> None:
        """Have the service brought to the state of a fresh installation."""
        await self._ask_able("reset", within_s=self._timeout_s)

    async def hook(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Have the vendor's own `name` done, and return the value that it has."""
        await self._expect_able(f"hook:{name}")
        members = {"name": name, "arguments": dict(arguments)}
        answer = await self._ask("hook", members, within_s=self._timeout_s)
        return answer.get("value")

    def processes(self) -> tuple[Process, ...]:
        """Return the processes that the adapter started, and those it announced."""
        return self._belongings.processes()

    def is_alive(self) -> bool:
        """Whether the service runs, as far as can be seen from here."""
        if not self._may_run or not self._is_adapter_alive:
            return False
        return not self._belongings.announced or self._belongings.has_main()

    @property
    def _folders(self) -> Mapping[str, str]:
        return {"home": str(self.home), "temporary": str(self.temporary)}

    @property
    def _is_adapter_alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def _expect_able(self, word: str) -> None:
        hello = await self.greet()
        if word not in hello.can:
            raise Unsupported(f"the adapter of {hello.name} does not claim {word!r}")

    async def _ask_able(
        self,
        do: str,
        members: Mapping[str, Any] | None = None,
        *,
        within_s: float,
    ) -> Mapping[str, Any]:
        await self._expect_able(do)
        return await self._ask(do, members or {}, within_s=within_s)

    async def _ask(
        self,
        do: str,
        members: Mapping[str, Any],
        *,
        within_s: float,
    ) -> Mapping[str, Any]:
        if self._wire is None:
            raise ControlFailed("the adapter does not run")
        try:
            return await self._wire.ask(do, members, within_s=within_s)
        except AdapterBroken as broken:
            await self._end_adapter()
            raise ControlFailed(str(broken)) from broken
        except AdapterFailed as failure:
            raise ControlFailed(str(failure)) from failure

    async def _run_adapter(self) -> Hello:
        """Run the program and greet it, or raise ControlFailed."""
        await self._end_adapter()
        words = " ".join(Path(word).name for word in self._command)
        wire = AdapterWire(f"the adapter {words!r}")
        try:
            process = await self._belongings.run(
                self._command,
                home=self.home,
                standard_input=asyncio.subprocess.PIPE,
                output=asyncio.subprocess.PIPE,
                errors=wire.errors,
            )
        except OSError as error:
            await wire.end()
            message = f"the adapter {self._command[0]}: {error.strerror}"
            raise ControlFailed(message) from error
        wire.attach(process)
        self._process, self._wire = process, wire
        self._belongings.found(process.pid, announced=0, is_outsider=True)
        answer = await self._ask(
            "hello", {"protocol": PROTOCOL}, within_s=HELLO_TIMEOUT_S
        )
        try:
            return hello_in(answer)
        except ValueError as error:
            await self._end_adapter()
            raise ControlFailed(f"the adapter's answer to 'hello': {error}") from error

    async def _end_adapter(self) -> None:
        """Kill the adapter and what it started."""
        self._sweep()
        wire, self._wire = self._wire, None
        self._hello = self._process = None
        if wire is not None:
            await wire.end()

    async def _undo(self) -> None:
        """Have the service ended that was started, and cannot be used."""
        with contextlib.suppress(Unsupported, ControlFailed):
            await self.stop()

    def _sweep(self) -> None:
        """Kill what is left of the service."""
        self._belongings.end_all()
        self._may_run = False
