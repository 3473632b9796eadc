"""A machine of the lab: systemd as PID 1 of its own namespaces, over layers of files.

The lowest layer is the root of the lab. The highest is the machine's own, takes all
changes and outlives a power cut: so the machine can boot again, and another one can
start from where it stopped. Commands are run inside, as root, by nsenter.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

__all__ = ["Machine", "Result", "Start", "eventually"]

BOOT_SCRIPT: Final = Path(__file__).with_name("boot.sh")
ENTER_GROUP: Final = 'echo $$ >"$0/cgroup.procs"; exec "$@"'
NAMESPACES: Final = ("--pid", "--mount", "--uts", "--ipc", "--net", "--cgroup")
# When the tests are killed, so are their machines.
LEASH: Final = ("setpriv", "--pdeathsig", "KILL")
NEW_NAMESPACES: Final = ("unshare", *NAMESPACES, "--fork", "--kill-child", "/bin/sh")
ENVIRONMENT: Final = ("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root")
SHELL: Final = ("env", "-i", *ENVIRONMENT, "LC_ALL=C.UTF-8", "/bin/sh", "-c")
JOURNAL: Final = "journalctl --no-pager --lines=60 --unit='scanwright*'"
COMMAND_S: Final = 60.0
BOOT_S: Final = 60.0
POWER_OFF_S: Final = 20.0
STEP_S: Final = 0.05

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Result:
    """What a command inside a machine ended with."""

    status: int
    output: str


class Machine:
    """A machine that is on from `with` to its end.

    `layers` are folders below its own files, the highest first.
    """

    def __init__(self, folder: Path, layers: tuple[Path, ...]) -> None:
        self.layers = (folder / "upper", *layers)
        """What another machine takes to start from the state of this one."""
        self._folder = folder
        lower = ":".join(map(str, layers))
        self._program = (*LEASH, *NEW_NAMESPACES, str(BOOT_SCRIPT), str(folder), lower)
        self._group = _own_group() / f"scanwright-lab-{os.getpid()}-{id(self):x}"
        self._unshare: subprocess.Popen[bytes] | None = None
        self._init = 0

    def __enter__(self) -> Self:
        self.boot()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None and self._unshare:
            print(self.run(JOURNAL, check=False).output)
        self.cut_power()

    def boot(self) -> None:
        """Switch it on; return when all that starts at boot has started."""
        self._folder.mkdir(parents=True, exist_ok=True)
        console = self._folder / "console"
        console.touch()
        self._group.mkdir()
        with console.open("wb") as output:
            self._unshare = subprocess.Popen(
                ["/bin/sh", "-c", ENTER_GROUP, str(self._group), *self._program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._init = eventually(self._find_init, within_s=BOOT_S) or 0
            eventually(self._has_booted, within_s=BOOT_S)
        except BaseException:
            print(console.read_text(errors="replace"))
            self.cut_power()
            raise

    def run(
        self, command: str, *, check: bool = True, timeout_s: float = COMMAND_S
    ) -> Result:
        """Run a shell command inside, as root; a failure fails, unless told not to."""
        enter = ("nsenter", "--target", str(self._init), *NAMESPACES)
        done = subprocess.run(
            [*enter, "--root", "--wdns=/", *SHELL, command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
        result = Result(done.returncode, done.stdout.decode(errors="replace").strip())
        if check:
            assert result.status == 0, f"{command}: {result.status}\n{result.output}"
        return result

    def in_its_network(self) -> list[str]:
        """Return what runs a program of the host with the machine's loopback."""
        return ["nsenter", "--target", str(self._init), "--net"]

    @property
    def network(self) -> str:
        """The file that stands for its network."""
        return f"/proc/{self._init}/ns/net"

    def copy_in(self, source: Path, target: str) -> None:
        """Put a file into it; it must be on."""
        shutil.copy(source, f"/proc/{self._init}/root/{target}")

    def power_off(self) -> None:
        """Shut it down in order."""
        assert self._unshare
        self.run("systemctl poweroff", check=False)
        self._unshare.wait(POWER_OFF_S)
        self.cut_power()

    def cut_power(self) -> None:
        """End it without warning, and leave nothing but its files."""
        if self._unshare is None:
            return
        (self._group / "cgroup.kill").write_text("1", encoding="ascii")
        self._unshare.wait(POWER_OFF_S)
        self._unshare = None
        eventually(self._remove_groups, within_s=POWER_OFF_S)

    def _find_init(self) -> int | None:
        assert self._unshare
        assert self._unshare.poll() is None, "the machine ended while it booted"
        pid = self._unshare.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return int(children.split()[0]) if children else None

    def _has_booted(self) -> bool:
        assert self._unshare
        assert self._unshare.poll() is None, "the machine ended while it booted"
        # The shell that prepares it has the same id, and no systemd to talk to.
        asked = self.run("systemctl is-system-running", check=False)
        return asked.output in {"running", "degraded"}

    def _remove_groups(self) -> bool:
        for folder, _, _ in os.walk(self._group, topdown=False):
            with contextlib.suppress(OSError):
                Path(folder).rmdir()
        return not self._group.exists()


Start = Callable[..., contextlib.AbstractContextManager[Machine]]
"""Switches on a machine over the layers that it is given."""


def eventually(condition: Callable[[], Found], *, within_s: float) -> Found:
    """Ask until the answer is true; return it, or fail when the time is over."""
    deadline = time.monotonic() + within_s
    pause = threading.Event()
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {within_s} s: {condition}"
        pause.wait(STEP_S)
    return found


def _own_group() -> Path:
    """Return the control group (version 2) that this process is in."""
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    points = [line.split()[1] for line in mounts if line.split()[2] == "cgroup2"]
    lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    own = next(line for line in lines if line.startswith("0::"))
    return Path(points[0]) / own.removeprefix("0::").lstrip("/")
