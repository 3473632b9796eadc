"""The installed service inside a machine, as an administrator looks at it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from lab.machine import Machine, eventually

__all__ = ["API", "BACK_S", "HOME", "Role", "Service"]

API: Final = "http://127.0.0.1:18622/api"
HOME: Final = "/var/lib/scanwright"
BACK_S: Final = 15.0
"""For what takes half a second on an idle machine."""


class Role(StrEnum):
    """The processes, by what their command lines look like."""

    MAIN = "^scanwrightd$"
    MONITOR = "^scanwrightd -asmonitor "
    HELPER = "^scanwrightd -certcheck "
    WORKER = "^scanwrightd -scan "


@dataclass(frozen=True, slots=True)
class Service:
    """The service of one machine."""

    machine: Machine

    def devices(self) -> list[dict[str, Any]]:
        """List the scanners: so a worker has been started, and has loaded libsane."""
        answer = self.machine.run(f"curl -sf '{API}/device/scanners?type=256'")
        listed: list[dict[str, Any]] = json.loads(answer.output)
        return listed

    def scan(self, name: str, kind: str) -> str:
        """Scan a page from a scanner; return its first four bytes in hexadecimal."""
        job = f"""curl -sf {API}/device/scanners/jobs -d '{{"name": "{name}"}}'"""
        made = json.loads(self.machine.run(job).output)
        page = f"{API}/device/scanners/jobs/{made['jobuid']}/next-page?type={kind}"
        return self.machine.run(f"curl -sf '{page}' | od -An -tx1 -N4").output

    def answers(self) -> bool:
        """Whether it answers at this moment."""
        asked = self.machine.run(f"curl -sf -m 2 {API}/server", check=False)
        return asked.status == 0

    def pids(self, role: Role | str = "^scanwrightd") -> list[int]:
        """Return the living processes of a role, or of the whole service."""
        found = self.machine.run(f"pgrep --full -- '{role}'", check=False)
        return [int(word) for word in found.output.split()]

    def strays(self) -> str:
        """Return a line for each process of the program that is none of the unit's."""
        return self.machine.run(
            "for pid in $(pgrep --full '^scanwrightd'); do "
            "grep -qs /scanwright.service /proc/$pid/cgroup || ps -o pid=,args= $pid; "
            "done; true"
        ).output

    def pid(self, role: Role) -> int:
        """Return the one process of a role; wait until there is one."""
        return eventually(lambda: self.pids(role), within_s=BACK_S)[0]

    def comes_back(self, role: Role, before: int) -> None:
        """Wait until another process has the role, and the service answers."""
        if role is Role.WORKER:
            assert self.devices()
        eventually(lambda: self.pid(role) != before, within_s=BACK_S)
        eventually(self.answers, within_s=BACK_S)

    def drop_in(self, text: str) -> None:
        """Change the unit as an administrator does, and restart the service."""
        folder = "/etc/systemd/system/scanwright.service.d"
        self.machine.run(
            f"mkdir {folder}; printf '[Service]\\n{text}' >{folder}/a.conf"
        )
        self.machine.run("systemctl daemon-reload; systemctl restart scanwright")

    def shows(self, key: str) -> str:
        """Return a property of its unit."""
        shown = f"systemctl show --value --property={key} scanwright.service"
        return self.machine.run(shown).output

    def is_active(self) -> bool:
        """Whether systemd takes it for running."""
        return self.shows("ActiveState") == "active"
