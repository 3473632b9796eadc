"""The conversation with an adapter program: JSON lines, one request at a time.

Whatever it does wrong breaks the conversation: it hangs, ends, prints nonsense, answers
another request, prints without end. ADAPTERS.md tells the requests and the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any, Final

from scanwright_conformance.target._belongings import kill_group, last_lines
from scanwright_conformance.target._model import Unsupported

__all__ = [
    "PROTOCOL",
    "AdapterBroken",
    "AdapterFailed",
    "AdapterWire",
    "Hello",
    "hello_in",
]

PROTOCOL: Final = 1
LAST_STATUS_S: Final = 2.0
CLOSE_TIMEOUT_S: Final = 5.0
SHOWN: Final = 120
ONLY_ANSWERS: Final = (
    "only answers may be written to its standard output; give the service another one"
)


class AdapterFailed(Exception):
    """The adapter said that a request did not work."""


class AdapterBroken(AdapterFailed):
    """The adapter cannot be talked to any more."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What an adapter says of itself. `can` has the requests that it supports."""

    name: str
    version: str
    can: frozenset[str]


class AdapterWire:
    """A running adapter program."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._process: asyncio.subprocess.Process | None = None
        self._errors = TemporaryFile()  # noqa: SIM115 - it is open as long as the wire
        self._number = 0
        self._abandoned: set[int] = set()
        self._turn = asyncio.Lock()

    @property
    def errors(self) -> int:
        """The file for the adapter's standard error."""
        return self._errors.fileno()

    def attach(self, process: asyncio.subprocess.Process) -> None:
        """Talk to this process from now on."""
        self._process = process

    async def ask(
        self,
        do: str,
        members: Mapping[str, Any],
        *,
        within_s: float,
    ) -> Mapping[str, Any]:
        """Return the members of the answer, or raise what it is instead.

        Unsupported, AdapterFailed for an error, and AdapterBroken when there is no
        answer that can be understood.
        """
        async with self._turn:
            self._number += 1
            number = self._number
            try:
                async with asyncio.timeout(within_s):
                    await self._send({"id": number, "do": do, **members})
                    answer = await self._answer_to(number, do)
            except TimeoutError:
                problem = f"did not answer {do!r} within {within_s:g} s"
                raise self._broken(problem) from None
            except asyncio.CancelledError:
                # The answer may come yet: the next request must not take it for its
                # own.
                self._abandoned.add(number)
                raise
        if isinstance(why := answer.get("unsupported"), str):
            raise Unsupported(f"{self._name} does not support {do!r}: {why}")
        if isinstance(why := answer.get("error"), str):
            raise AdapterFailed(f"{self._name} says to {do!r}: {why}{self._tail()}")
        if answer.get("ok") is not True:
            problem = f"answered {do!r} with neither ok, unsupported nor error"
            raise self._broken(f"{problem}: {_short(answer)}")
        return answer

    async def close(self) -> None:
        """End its input, by which it knows that it is to end; kill it after a time."""
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), CLOSE_TIMEOUT_S)
        await self.end()

    async def end(self) -> None:
        """Kill it with its process group."""
        process, self._process = self._process, None
        if process is not None:
            kill_group(process)
            if process.stdin is not None:
                process.stdin.close()
            # Not wait(): what it printed must be read before its end is noticed.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.communicate(), LAST_STATUS_S)
        self._errors.close()

    async def _send(self, request: Mapping[str, Any]) -> None:
        process = self._running()
        if process.stdin is None:
            raise self._broken("has no standard input")
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            await process.stdin.drain()
        except (BrokenPipeError, ConnectionResetError):
            raise self._broken(await self._end_of(process)) from None

    async def _answer_to(self, number: int, do: str) -> Mapping[str, Any]:
        """Return the next answer; those to requests that were given up are passed."""
        while True:
            answer = self._understood(await self._line(), do)
            said = answer.get("id")
            if isinstance(said, int) and said in self._abandoned:
                self._abandoned.discard(said)
                continue
            if said != number or isinstance(said, bool):
                problem = f"answered request {said!r} instead of {number} ({do!r})"
                raise self._broken(problem)
            return answer

    async def _line(self) -> bytes:
        process = self._running()
        if process.stdout is None:
            raise self._broken("has no standard output")
        try:
            line = await process.stdout.readline()
        except ValueError:
            raise self._broken("printed a line without an end") from None
        if not line.endswith(b"\n"):
            raise self._broken(await self._end_of(process))
        return line

    def _understood(self, line: bytes, do: str) -> Mapping[str, Any]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            text = line[:SHOWN].decode("utf-8", "replace").rstrip()
            problem = f"answered {do!r} with {text!r}, which is no JSON object"
            raise self._broken(f"{problem}: {ONLY_ANSWERS}")
        return answer

    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise AdapterBroken(f"{self._name} does not run")
        return self._process

    async def _end_of(self, process: asyncio.subprocess.Process) -> str:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), LAST_STATUS_S)
        if process.returncode is None:
            return "closed its standard input or output"
        return f"ended with status {process.returncode}"

    def _broken(self, problem: str) -> AdapterBroken:
        return AdapterBroken(f"{self._name} {problem}{self._tail()}")

    def _tail(self) -> str:
        return last_lines(self.errors)


def hello_in(answer: Mapping[str, Any]) -> Hello:
    """Return what the answer to `hello` says, or raise ValueError with the reason."""
    if answer.get("protocol") != PROTOCOL:
        seen = _short(answer.get("protocol"))
        raise ValueError(f"it speaks protocol {seen}, and the suite {PROTOCOL}")
    for member in ("name", "version"):
        if not isinstance(answer.get(member), str) or not answer[member]:
            raise ValueError(f"{member!r} is {_short(answer.get(member))}, and no text")
    can = answer.get("can")
    if not isinstance(can, list) or not all(isinstance(word, str) for word in can):
        raise ValueError(f"'can' is {_short(can)}, and no array of strings")
    return Hello(answer["name"], answer["version"], frozenset(can))


def _short(value: Any) -> str:
    return json.dumps(value)[:SHOWN]
