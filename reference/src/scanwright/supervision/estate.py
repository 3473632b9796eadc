"""The estate: what outlives a main, and is handed to the next one.

The monitor keeps it. A new main has it by being the monitor's fork; a new monitor gets
it from main through the link, the descriptors with it. Listening sockets that are held
by both are never closed by the death of one, and neither is the lock of the home.
"""

from __future__ import annotations

import os
from pathlib import Path

from scanwright.supervision.dumps import Dumps
from scanwright.supervision.link import Link, Packet

__all__ = ["Estate"]

KIND = "estate"


class Estate:
    """Everything that a main finds, and leaves.

    `stop` and `cert_check` are eventfds: whoever writes to the first ends the service,
    whoever writes to the second wakes the certificate helper. `lifeline` ends with the
    front, if there is one. `listeners` are the descriptors of all listening sockets,
    `lock` is the one of the home. `paths` are the folder `dump` and the files `log` and
    `lock`. `predecessor` says what became of the main before.
    """

    def __init__(
        self,
        argv: list[str],
        *,
        stop: int,
        cert_check: int,
        lifeline: int | None = None,
    ) -> None:
        self.argv = argv
        self.stop = stop
        self.cert_check = cert_check
        self.lifeline = lifeline
        self.lock: int | None = None
        self.listeners: list[int] = []
        self.paths: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.restarts: dict[str, int] = {}
        self.predecessor: str | None = None
        self.monitor: int | None = None

    @classmethod
    def new(cls, argv: list[str], *, lifeline: int | None = None) -> Estate:
        """Return the estate of a service that starts."""
        events = [os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC) for _ in range(2)]
        return cls(argv, stop=events[0], cert_check=events[1], lifeline=lifeline)

    def ask_to_stop(self) -> None:
        """Tell main and monitor that the service shall end."""
        os.eventfd_write(self.stop, 1)

    def settle(self, *, dump: Path, log: Path, lock: Path) -> None:
        """Say where the home of the service is."""
        self.paths = {"dump": str(dump), "log": str(log), "lock": str(lock)}

    def dumps(self) -> Dumps:
        """Return where crashes are kept; to be called once it is settled."""
        return Dumps(Path(self.paths["dump"]), Path(self.paths["log"]), self.versions)

    def count(self, role: str) -> None:
        """Take note of a restart."""
        self.restarts[role] = self.restarts.get(role, 0) + 1

    def send(self, link: Link) -> None:
        """Hand the estate to the other side."""
        singles = {"lifeline": self.lifeline, "lock": self.lock}
        body: dict[str, object] = {
            "argv": self.argv,
            "paths": self.paths,
            "versions": self.versions,
            "restarts": self.restarts,
            "has": {name: held is not None for name, held in singles.items()},
        }
        held = [one for one in singles.values() if one is not None]
        link.send(KIND, body, *held, *self.listeners)

    def take(self, packet: Packet) -> None:
        """Take what the other side has sent, in place of what there was."""
        if packet.kind != KIND:
            return
        self._close()
        for name in ("argv", "paths", "versions", "restarts"):
            setattr(self, name, packet.body[name])
        descriptors = iter(packet.descriptors)
        has: dict[str, bool] = packet.body["has"]  # type: ignore[assignment]  # ours
        self.lifeline = next(descriptors) if has["lifeline"] else None
        self.lock = next(descriptors) if has["lock"] else None
        self.listeners = list(descriptors)

    def close_listeners(self) -> None:
        """Let the ports go, as far as they are held here."""
        while self.listeners:
            os.close(self.listeners.pop())

    def _close(self) -> None:
        self.close_listeners()
        for descriptor in (self.lifeline, self.lock):
            if descriptor is not None:
                os.close(descriptor)
