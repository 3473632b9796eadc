"""The unit by which a user's own systemd runs the service.

The package brings the same text with its own program in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

__all__ = ["UNIT_NAME", "unit_path", "unit_text"]

UNIT_NAME: Final = "scanwright.service"

TEMPLATE: Final = """\
[Unit]
Description=Scanwright, the web-scan service of this user
# The monitor starts a dead main again within milliseconds. What reaches systemd is a
# service that lost its monitor as well, or that cannot start at all.
StartLimitIntervalSec=120
StartLimitBurst=30

[Service]
Type=notify
# A main that the monitor has started says so itself, and that it is the main one now.
NotifyAccess=all
ExitType=cgroup
ExecStart=@COMMAND@
Restart=always
RestartSec=500ms
WatchdogSec=30
TimeoutStartSec=60
TimeoutStopSec=5
# Main is the monitor's child, not systemd's: `mixed` would give it no time to stop.
KillMode=control-group
UMask=0077
# A core file would hold pages.
LimitCORE=0

NoNewPrivileges=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native

[Install]
WantedBy=default.target
"""


def unit_text(command: Sequence[str]) -> str:
    """Return the unit that runs this command line."""
    return TEMPLATE.replace("@COMMAND@", " ".join(map(_quoted, command)))


def unit_path(environ: Mapping[str, str], user_home: Path) -> Path:
    """Return where a user's systemd looks for the unit."""
    configuration = environ.get("XDG_CONFIG_HOME") or user_home / ".config"
    return Path(configuration) / "systemd" / "user" / UNIT_NAME


def _quoted(word: str) -> str:
    """Spell a word so that systemd takes it for what it is (systemd.service(5))."""
    for special, spelling in (
        ("\\", "\\\\"),
        ('"', '\\"'),
        ("\n", "\\n"),
        ("%", "%%"),
        ("$", "$$"),
    ):
        word = word.replace(special, spelling)
    return f'"{word}"' if not word or set(word) & set(" \t'\\;") else word
