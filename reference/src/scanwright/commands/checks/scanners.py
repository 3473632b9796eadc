"""Ways to scanners: modules, libsane and its backends, USB rights, the network.

No driver is run: one that hangs would hang the doctor, too.
"""

from __future__ import annotations

import grp
import importlib.util
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright.commands.checks.files import account_name
from scanwright.commands.checks.finding import Finding, found, problem, warning
from scanwright.devices.sane.binding import LIBRARY, load
from scanwright.modules import Registry

__all__ = ["Account", "check_modules", "check_network", "check_sane", "check_usb"]

ROOT: Final = Path("/")
BACKENDS: Final = ("usr/lib/*/sane", "usr/lib64/sane", "usr/lib/sane")
AIRSCAN: Final = "libsane-airscan.so.1"
GROUP: Final = "scanner"
"""udev gives this group the USB scanners that SANE knows."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who opens the scanners."""

    uid: int
    groups: frozenset[int]

    @classmethod
    def of(cls, uid: int, pid: int | None) -> Account:
        """Return that of a running service, or else what this user would have.

        A unit can give a service groups that its user does not have.
        """
        if pid is not None:
            return cls._of_process(Path("/proc", str(pid), "status"))
        try:
            user = pwd.getpwuid(uid)
        except KeyError:
            return cls(uid, frozenset())
        return cls(uid, frozenset(os.getgrouplist(user.pw_name, user.pw_gid)))

    @classmethod
    def _of_process(cls, status: Path) -> Account:
        facts = dict(
            line.split(":", 1) for line in status.read_text("utf-8").splitlines()
        )
        groups = {*facts["Groups"].split(), facts["Gid"].split()[1]}
        return cls(int(facts["Uid"].split()[1]), frozenset(map(int, groups)))

    def may_write(self, file: Path) -> bool:
        """Whether the rights of the file let it; those of a seat may add to them."""
        status = file.stat()
        if self.uid == 0:
            return True
        if self.uid == os.geteuid() and os.access(file, os.W_OK, effective_ids=True):
            return True
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o200)
        if status.st_gid in self.groups:
            return bool(status.st_mode & 0o020)
        return bool(status.st_mode & 0o002)


def check_modules(registry: Registry) -> Iterator[Finding]:
    """Show the parts of the service that are installed."""
    for module in registry.modules():
        if module.versions:
            yield found("modules", f"{module.name} {', '.join(module.versions)}")
        else:
            yield found("modules", f"{module.name} is not installed ({module.purpose})")


def check_sane(root: Path = ROOT, library: str = LIBRARY) -> Iterator[Finding]:
    """Look for libsane, and for the backend that reaches most network scanners."""
    try:
        load(library)
    except OSError as error:
        yield warning(
            "SANE",
            f"libsane cannot be loaded: {error}",
            "apt-get install libsane1; without it only eSCL scanners are found.",
        )
        return
    yield found("SANE", f"{library} can be loaded")
    if any(any(root.glob(f"{folder}/{AIRSCAN}")) for folder in BACKENDS):
        yield found("SANE", "sane-airscan is installed")
    else:
        yield warning(
            "SANE",
            "sane-airscan is not installed",
            "apt-get install sane-airscan, for network scanners that speak WSD.",
        )


def check_usb(
    account: Account, root: Path = ROOT, group_name: str = GROUP
) -> Iterator[Finding]:
    """Look whether the service may open the USB scanners that are plugged in."""
    name = account_name(account.uid)
    try:
        group = grp.getgrnam(group_name).gr_gid
    except KeyError:
        yield warning(
            "USB",
            f"there is no group {group_name}",
            "apt-get install libsane-common: udev's rules come with it.",
        )
        return
    nodes = [
        node
        for node in sorted(root.glob("dev/bus/usb/*/*"))
        if node.stat().st_gid == group
    ]
    advice = f"usermod -aG {group_name} {name}, then restart the service."
    closed = [str(node) for node in nodes if not account.may_write(node)]
    if closed:
        yield problem("USB", f"{name} may not open {', '.join(closed)}", advice)
    elif not nodes:
        yield found("USB", "no scanner is plugged in that SANE knows")
    else:
        yield found("USB", f"{name} may open {', '.join(map(str, nodes))}")
    if not nodes and account.uid != 0 and group not in account.groups:
        yield warning("USB", f"{name} is not in the group {group_name}", advice)


def check_network(package: str = "zeroconf") -> Iterator[Finding]:
    """Look whether network scanners can be found by themselves."""
    if importlib.util.find_spec(package):
        yield found("network", "scanners that announce themselves are found (mDNS)")
    else:
        yield warning(
            "network",
            "scanners that announce themselves are not found: zeroconf is missing",
            "pip install 'scanwright[mdns]', or name them with --escl.",
        )
