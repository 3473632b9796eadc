"""`scanwright service`: the installed service, by way of systemd.

There are two places for it. The package installs it for the whole machine, under its
own user. Without a package, and without an administrator, `service install` makes it
the user's own: a unit in the user's folder that runs this very installation.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright.commands.units import UNIT_NAME, unit_path, unit_text
from scanwright.errors import ScanwrightError
from scanwright.supervision.program import daemon_command

__all__ = ["ServiceManager", "ServiceManagerMissing", "service"]

SYSTEM_UNITS: Final = (
    Path("/etc/systemd/system"),
    Path("/usr/lib/systemd/system"),
    Path("/lib/systemd/system"),
)
SYSTEMD_S: Final = 90.0
"""Longer than the unit's own times to start and to stop."""
NOT_RUNNING: Final = 3
"""As LSB and systemctl say it."""
SHOWN: Final = ("ActiveState", "SubState", "UnitFileState", "MainPID", "NRestarts")


class ServiceManagerMissing(ScanwrightError):
    """There is no systemd that could run the service; the message says what can."""


class ServiceManagerRefused(ScanwrightError):
    """Systemd was asked, and did not do it."""


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """The systemd of the machine, or of this user."""

    is_user: bool
    unit: Path
    """The user's own unit file; that of the machine belongs to the package."""

    @property
    def scope(self) -> str:
        """Whose it is, in a word."""
        return "user" if self.is_user else "system"

    def install(self, home: Path | None) -> None:
        """Have the service run now and from now on."""
        if self.is_user:
            self.systemctl("show-environment")  # before anything is written
            options = ["--home", str(home.absolute())] if home else []
            self.unit.parent.mkdir(parents=True, exist_ok=True)
            new = self.unit.with_suffix(".new")
            new.write_text(unit_text(daemon_command(*options)), encoding="utf-8")
            new.replace(self.unit)
            self.systemctl("daemon-reload")
        self.systemctl("enable", UNIT_NAME)
        self.systemctl("restart", UNIT_NAME)

    def uninstall(self) -> None:
        """End it, for good; its files stay."""
        self.systemctl("disable", "--now", UNIT_NAME)
        if self.is_user:
            self.unit.unlink(missing_ok=True)
            self.systemctl("daemon-reload")

    def state(self) -> dict[str, str]:
        """Say what systemd knows about it."""
        text = self.systemctl("show", f"--property={','.join(SHOWN)}", UNIT_NAME)
        pairs = (line.partition("=") for line in text.splitlines())
        return {key: value for key, _, value in pairs}

    def systemctl(self, *arguments: str) -> str:
        """Ask systemd; return what it prints."""
        command = ["systemctl", *(["--user"] if self.is_user else []), *arguments]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SYSTEMD_S,
                check=False,
                text=True,
            )
        except FileNotFoundError:
            raise ServiceManagerMissing(
                "This machine has no systemd. `scanwright serve` runs the service in "
                "the foreground: let your own service manager start that."
            ) from None
        except subprocess.TimeoutExpired as error:
            raise ServiceManagerRefused(
                f"{' '.join(command)} took longer than {SYSTEMD_S:g} s."
            ) from error
        if done.returncode == 0:
            return done.stdout
        reason = done.stderr.strip()
        if "connect to bus" in reason or "not been booted" in reason:
            raise ServiceManagerMissing(
                f"There is no {self.scope} service manager to talk to ({reason}). "
                "Log in to a session of your own, not by su or sudo; or run the "
                "service in the foreground: scanwright serve"
            )
        raise ServiceManagerRefused(f"{' '.join(command)}: {reason}")


def service(argv: Sequence[str]) -> int:
    """Install the service, start and stop it, show its state and its log."""
    given = _parser().parse_args(argv)
    manager = _manager(is_user=given.user)
    try:
        return _do(given, manager)
    except ScanwrightError as error:
        print(f"scanwright service: {error}", file=sys.stderr)
        return 1


def _do(given: argparse.Namespace, manager: ServiceManager) -> int:
    match given.action:
        case "install":
            manager.install(given.home)
            print(f"Scanwright runs as a {manager.scope} service.")
            if manager.is_user:
                print(
                    "It starts when you log in. To start it with the machine: "
                    "loginctl enable-linger"
                )
        case "uninstall":
            manager.uninstall()
            print("Scanwright runs no more. Its files were kept.")
            if manager.is_user:
                print(
                    "If browsers trust its certificates, take that back: "
                    "scanwright certificate untrust"
                )
        case "status":
            return _show_state(manager, is_json=given.json)
        case "logs":
            return _show_log(manager, given)
        case action:
            manager.systemctl(action, UNIT_NAME)
    return 0


def _show_state(manager: ServiceManager, *, is_json: bool) -> int:
    state = manager.state()
    is_active = state["ActiveState"] == "active"
    if is_json:
        facts = {
            "scope": manager.scope,
            "active": is_active,
            "state": f"{state['ActiveState']} ({state['SubState']})",
            "enabled": state["UnitFileState"] == "enabled",
            "installed": bool(state["UnitFileState"]),
            "pid": int(state["MainPID"]) or None,
            "restarts": int(state["NRestarts"]),
        }
        print(json.dumps(facts))
    elif not state["UnitFileState"]:
        print("not installed; `scanwright service install --user` does that")
    else:
        pid = f", process {state['MainPID']}" if is_active else ""
        print(f"{state['ActiveState']} ({state['SubState']}), {manager.scope}{pid}")
    return 0 if is_active else NOT_RUNNING


def _show_log(manager: ServiceManager, given: argparse.Namespace) -> int:
    whose = "--user-unit" if manager.is_user else "--unit"
    form = ["--output=json"] if given.json else []
    command = ["journalctl", "--no-pager", f"--lines={given.lines}", *form]
    try:
        done = subprocess.run([*command, whose, UNIT_NAME], check=False)
    except FileNotFoundError:
        raise ServiceManagerMissing("This machine has no journal of systemd.") from None
    return done.returncode


def _manager(*, is_user: bool) -> ServiceManager:
    is_packaged = any((folder / UNIT_NAME).exists() for folder in SYSTEM_UNITS)
    return ServiceManager(
        is_user=is_user or not is_packaged,
        unit=unit_path(os.environ, Path.home()),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright service", description=service.__doc__
    )
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--user",
        action="store_true",
        help="the service of this user, not that of the machine "
        "(default where the machine has none)",
    )
    as_json = argparse.ArgumentParser(add_help=False)
    as_json.add_argument("--json", action="store_true", help="print JSON")
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser
    install = add("install", parents=[where], help="run it now, and from now on")
    install.add_argument(
        "--home", type=Path, metavar="DIR", help="folder for its files (user only)"
    )
    add("uninstall", parents=[where], help="run it no more; its files stay")
    add("start", parents=[where], help="start it")
    add("stop", parents=[where], help="stop it until the next start")
    add("restart", parents=[where], help="stop and start it")
    add("status", parents=[where, as_json], help="say whether it runs")
    logs = add("logs", parents=[where, as_json], help="show what it has logged")
    logs.add_argument("--lines", type=int, default=100, metavar="N", help="how many")
    return parser
