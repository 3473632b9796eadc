"""A proxy that makes the weather: it stands before each port of the target.

Bytes pass as they are, those of TLS too. What goes wrong was planned by `weather.py`.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Final, NamedTuple, Self

from scanwright_conformance.weather import (
    Direction,
    Fault,
    Mishap,
    Weather,
    delays_of,
    mishap_of,
    slices_of,
)
from scanwright_conformance.weather_road import Road, Side, carry

__all__ = ["Place", "WeatherLog", "WeatherProxy"]

LOOPBACK: Final = "127.0.0.1"
LOCALHOST: Final = "localhost"
BACKLOG: Final = 1024
CONNECT_TIMEOUT_S: Final = 10.0


class Place(NamedTuple):
    """A host and a TCP port."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as it stands in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(slots=True)
class WeatherLog:
    """What was done: how many connections there were, and what hit which of them."""

    connections: int = 0
    unreachable: int = 0
    passed: Counter[Direction] = field(default_factory=Counter)
    mishaps: list[tuple[int, Mishap]] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[str, int]:
        """All numbers, by what they count; `unreachable` is nobody behind the proxy."""
        faults = Counter(mishap.fault for _, mishap in self.mishaps)
        return {
            "connections": self.connections,
            "unreachable": self.unreachable,
            **{f"bytes of {each}": self.passed[each] for each in Direction},
            **{each.value: faults[each] for each in Fault},
        }

    def count(self, direction: Direction, number: int) -> None:
        """Add a number of bytes that got through."""
        self.passed[direction] += number


class WeatherProxy:
    """Any number of listeners, each before one port of a target; use it as a context.

    Mishaps follow from `seed` and the number of each connection, in the order in which
    they come. Nothing is left when the context ends.
    """

    def __init__(self, weather: Weather, seed: int) -> None:
        self.log = WeatherLog()
        self._weather = weather
        self._seed = seed
        self._fronts: dict[Place, Place] = {}
        self._stack = AsyncExitStack()
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False

    async def __aenter__(self) -> Self:
        await self._stack.enter_async_context(self._group)
        self._stack.callback(self._end_connections)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def before(self, host: str, port: int) -> Place:
        """Return the place that leads to `port` of `host`; the same one each time.

        A host on the loopback keeps its name; in place of another one it is 127.0.0.1.
        """
        behind = Place(host, port)
        if behind not in self._fronts:
            self._fronts[behind] = await self._listen(behind)
        return self._fronts[behind]

    def behind(self, port: int) -> Place | None:
        """Return where a connection to `port` of this proxy leads, None for others."""
        for behind, front in self._fronts.items():
            if front.port == port:
                return behind
        return None

    def front(self, port: int) -> Place | None:
        """Return where `port` of the target is reached, None when there is no proxy.

        The last one counts: a service that starts again may have moved.
        """
        for behind, front in reversed(self._fronts.items()):
            if behind.port == port:
                return front
        return None

    async def _listen(self, behind: Place) -> Place:
        loop = asyncio.get_running_loop()
        host = behind.host if _is_loopback(behind.host) else LOOPBACK
        server = await loop.create_server(
            lambda: Side(partial(self._take, behind)),
            LOOPBACK if host == LOCALHOST else host,
            0,
            backlog=BACKLOG,
        )
        self._stack.callback(server.close)
        return Place(host, int(server.sockets[0].getsockname()[1]))

    def _take(self, behind: Place, client: Side) -> None:
        if self._is_ending:
            # it had been accepted already when its listener was closed
            client.close()
            return
        # counted here, not in the task: numbers follow the order of arrival
        self.log.connections += 1
        task = self._group.create_task(
            self._serve(behind, client, self.log.connections)
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, behind: Place, client: Side, number: int) -> None:
        try:
            target = await _connected(behind)
            there, back = (self._road(number, each) for each in Direction)
            await carry(client, target, there, back)
        except OSError:
            # who was let in cannot be refused: a reset comes closest
            self.log.unreachable += 1
            client.reset()
        finally:
            client.close()

    def _road(self, number: int, direction: Direction) -> Road:
        planned = mishap_of(self._weather, self._seed, number)
        return Road(
            direction,
            delays_of(self._weather, self._seed, number, direction),
            slices_of(self._weather, self._seed, number, direction),
            planned if planned and planned.direction is direction else None,
            suffered=lambda mishap: self.log.mishaps.append((number, mishap)),
            passed=self.log.count,
        )

    def _end_connections(self) -> None:
        self._is_ending = True
        for task in self._tasks:
            task.cancel()


async def _connected(place: Place) -> Side:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        _, side = await loop.create_connection(Side, *place)
    return side


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == LOCALHOST
