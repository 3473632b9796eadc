"""`scanwright doctor`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.commands.doctor import _environ_of, _run, doctor
from scanwright.configuration.first_files import write_first_files
from scanwright.home import Home
from scanwright.supervision.lock import PortLock

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home as a first start leaves it, of a user without browsers."""
    monkeypatch.setenv("HOME", str(tmp_path))
    made = Home(tmp_path / "home")
    made.create()
    write_first_files(made)
    ensure_certificates(made.cert)
    return made


def run(home: Home, *words: str) -> int:
    """Run the command on a home."""
    return doctor([*words, "--home", str(home.folder)])


@pytest.mark.slow
def test_every_area_is_looked_at(home: Home, capsys: Captured) -> None:
    """In JSON as for people."""
    run(home, "--json")
    facts = json.loads(capsys.readouterr().out)
    assert facts["home"] == str(home.folder)
    areas = {each["area"] for each in facts["findings"]}
    assert areas == {
        *("home", "disk", "dumps", "configuration", "service", "ports"),
        *("certificates", "browsers", "modules", "SANE", "USB", "network"),
    }


@pytest.mark.slow
def test_a_problem_is_told_with_what_to_do(home: Home, capsys: Captured) -> None:
    """The status is 1; nothing of the home is changed."""
    (home.drop_ins / "a.ini").write_text("[DS]\nLogLevel=99\n")
    before = sorted(path for path in home.folder.rglob("*"))
    assert run(home) == 1
    shown = capsys.readouterr().out
    assert "problem  configuration" in shown
    assert "a.ini, line 2: LogLevel=99" in shown
    assert "-> Put it right" in shown
    assert sorted(path for path in home.folder.rglob("*")) == before


@pytest.mark.slow
def test_the_disk_is_held_to_the_running_services_limit(
    home: Home, capsys: Captured
) -> None:
    """What `--free-disk` of a service that runs has said counts here, too."""
    lock = PortLock.take(home.port_lock)
    lock.tell(datetime(2026, 11, 23, tzinfo=UTC), [1, 2, 3, 4], free_disk_bytes=1 << 60)
    run(home)
    lock.release()
    shown = capsys.readouterr().out
    assert "warning  disk" in shown
    assert "below 1,099,511,627,776 MiB" in shown


@pytest.mark.slow
def test_a_home_that_is_not_there_is_a_warning(home: Home, capsys: Captured) -> None:
    """What can be looked at without one is."""
    run(Home(home.folder / "nowhere"))
    shown = capsys.readouterr().out
    assert "nowhere is not there" in shown
    assert "ok       modules" in shown
    assert "certificates" not in shown
    assert not (home.folder / "nowhere").exists()


def test_the_browsers_are_those_of_the_homes_owner(home: Home) -> None:
    """Root's own ones do not matter to a service of somebody else."""
    assert _environ_of(home)["HOME"] == os.environ["HOME"]
    if os.geteuid() == 0:
        os.chown(home.folder, 4_000_000, 4_000_000)
        assert _environ_of(home)["HOME"] == str(home.folder)


def test_what_cannot_be_looked_at_is_a_problem() -> None:
    """One check that fails does not keep the others from looking."""

    def fail() -> list[object]:
        raise PermissionError(13, "Permission denied", "/etc/secret")

    (finding,) = _run("certificates", fail)  # type: ignore[arg-type]  # it only raises
    assert finding.text.startswith("cannot be looked at: ")
    assert "/etc/secret" in finding.text


def test_help_has_examples(capsys: Captured) -> None:
    """Who asks for help sees how it is used."""
    with pytest.raises(SystemExit, match="0"):
        doctor(["--help"])
    assert "examples:" in capsys.readouterr().out
