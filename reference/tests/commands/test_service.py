"""`scanwright service` asks systemd for the right things, and says what it answered.

The real systemd is asked in e2e/lab; here a script stands in for it, which writes down
what it was asked.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scanwright.commands.service import service

SYSTEMCTL = """\
#!/bin/sh
echo "$@" >>"{record}"
case "$*" in
    *show\\ *) printf '%s\\n' ActiveState={active} SubState=running \\
        UnitFileState={file} MainPID=42 NRestarts=1 ;;
esac
[ -z "{failure}" ] || {{ echo "{failure}" >&2; exit 1; }}
"""


class StandIn:
    """A folder with a `systemctl` of our own, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._program = folder / "systemctl"
        self._record = folder / "record"
        self.unit = folder / "systemd" / "user" / "scanwright.service"
        self.answers()

    def answers(
        self, *, active: str = "active", file: str = "enabled", failure: str = ""
    ) -> None:
        """Decide what it says from now on."""
        text = SYSTEMCTL.format(
            record=self._record, active=active, file=file, failure=failure
        )
        self._program.write_text(text)
        self._program.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        """Its command lines so far."""
        return self._record.read_text().splitlines()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    """Return a systemd that obeys, and a folder for its units."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return StandIn(tmp_path)


def test_install_writes_the_unit_and_starts_it(systemd: StandIn) -> None:
    """The unit runs this installation; systemd reads it, enables it and starts it."""
    assert service(["install", "--user", "--home", "/some where"]) == 0
    text = systemd.unit.read_text()
    assert 'scanwright.daemon --home "/some where"\n' in text
    assert systemd.asked[1:] == [
        "--user daemon-reload",
        "--user enable scanwright.service",
        "--user restart scanwright.service",
    ]


def test_uninstall_undoes_exactly_that(systemd: StandIn) -> None:
    """The unit is stopped, disabled and gone, and no other file is touched."""
    neighbour = systemd.unit.parent / "other.service"
    service(["install", "--user"])
    neighbour.write_text("[Service]\n")
    assert service(["uninstall", "--user"]) == 0
    assert list(systemd.unit.parent.iterdir()) == [neighbour]
    assert systemd.asked[-2:] == [
        "--user disable --now scanwright.service",
        "--user daemon-reload",
    ]


@pytest.mark.parametrize("action", ["start", "stop", "restart"])
def test_the_others_are_passed_on(systemd: StandIn, action: str) -> None:
    """Start, stop and restart are systemd's."""
    assert service([action, "--user"]) == 0
    assert systemd.asked == [f"--user {action} scanwright.service"]


def test_status_is_told_as_json(
    systemd: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that systemd knows, under names of our own."""
    del systemd
    assert service(["status", "--user", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "scope": "user",
        "active": True,
        "state": "active (running)",
        "enabled": True,
        "installed": True,
        "pid": 42,
        "restarts": 1,
    }


def test_a_service_that_does_not_run_has_status_3(
    systemd: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scripts ask for the status, as with systemctl; people read what to do."""
    systemd.answers(active="inactive", file="")
    assert service(["status", "--user"]) == 3
    assert "service install --user" in capsys.readouterr().out


def test_without_a_user_session_nothing_is_written(
    systemd: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """A systemd that cannot be reached is told of, with what to do instead."""
    systemd.answers(failure="Failed to connect to bus: No medium found")
    assert service(["install", "--user"]) == 1
    assert "scanwright serve" in capsys.readouterr().err
    assert not systemd.unit.exists()


def test_without_systemd_it_says_so(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A machine without systemctl has `scanwright serve`."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert service(["start", "--user"]) == 1
    assert "no systemd" in capsys.readouterr().err


def test_a_refusal_is_told(
    systemd: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """What systemd says on its standard error reaches the user."""
    systemd.answers(failure="Unit scanwright.service not loaded.")
    assert service(["stop", "--user"]) == 1
    assert "not loaded" in capsys.readouterr().err
