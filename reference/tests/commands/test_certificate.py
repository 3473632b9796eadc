"""`scanwright certificate` does what it says, and says what it did."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.folder import CertificateFolder
from scanwright.commands.certificate import certificate
from scanwright.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A service that has run once, and a user with one database for Chromium."""
    user = tmp_path / "user"
    (user / ".pki" / "nssdb").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(user))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    home = Home(tmp_path / "service")
    home.create()
    ensure_certificates(home.cert)
    return home


@pytest.fixture
def say(home: Home, capsys: pytest.CaptureFixture[str]) -> Any:
    """Return a function that runs the command and reads its JSON."""

    def run(*words: str) -> tuple[int, Any]:
        status = certificate([*words, "--json", "--home", str(home.folder)])
        return status, json.loads(capsys.readouterr().out)

    return run


def test_show_tells_what_is_shown_and_who_trusts_it(say: Any) -> None:
    """Nobody does before somebody has wanted it."""
    status, answer = say("show")
    assert status == 0
    assert answer["certificate"]["is_own"] is True
    assert answer["certificate"]["problem"] is None
    assert {store["state"] for store in answer["stores"]} == {"not trusted"}


@pytest.mark.skipif(
    shutil.which("certutil") is None,
    reason="certutil is missing: apt-get install libnss3-tools",
)
@pytest.mark.slow
def test_trust_and_untrust(say: Any, home: Home) -> None:
    """The stores of this user change, and change back."""
    (Path.home() / ".mozilla" / "firefox" / "abc.default").mkdir(parents=True)
    (Path.home() / ".pki" / "nssdb" / "pkcs11.txt").touch()
    status, answer = say("trust")
    assert status == 0
    assert {store["state"] for store in answer["stores"]} <= {"trusted"}
    status, answer = say("untrust")
    assert status == 0
    assert {store["state"] for store in answer["stores"]} <= {"not trusted"}
    assert not CertificateFolder(home.cert).trust.exists()


def test_renew_makes_another_one(say: Any) -> None:
    """And shows it."""
    before = say("show")[1]["certificate"]["fingerprint"]
    status, answer = say("renew")
    assert status == 0
    assert answer["certificate"]["fingerprint"] != before


def test_a_pair_is_replaced_and_ours_restored(
    say: Any, home: Home, tmp_path: Path
) -> None:
    """A pair from elsewhere, in files of any name."""
    other = tmp_path / "other"
    other.mkdir()
    files = ensure_certificates(other)
    status, replaced = say("replace", str(files.leaf), str(files.key))
    assert status == 0
    status, restored = say("restore")
    assert status == 0
    issuers = [each["certificate"]["issuer"] for each in (replaced, restored)]
    assert issuers[0] != issuers[1]
    assert CertificateFolder(home.cert).previous.read() is not None


def test_a_bad_pair_is_refused_with_the_reason(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing has changed then."""
    before = CertificateFolder(home.cert).server.read()
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("no certificate")
    words = ["replace", str(wrong), str(wrong), "--home", str(home.folder)]
    assert certificate(words) == 1
    assert "no certificate" in capsys.readouterr().err
    assert CertificateFolder(home.cert).server.read() == before


def test_people_get_lines(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    """Facts first, then the stores."""
    assert certificate(["show", "--home", str(home.folder)]) == 0
    printed = capsys.readouterr().out
    assert "names        localhost, 127.0.0.1, ::1" in printed
    assert "is own       yes" in printed
    assert "Chromium policy" in printed


def test_a_home_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what to do."""
    assert certificate(["show", "--home", str(tmp_path / "absent")]) == 1
    assert "--home" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["replace"], ["show", "x"], ["dance"], []])
def test_wrong_words_are_told(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """As argparse does."""
    with pytest.raises(SystemExit, match="2"):
        certificate(words)
    assert "usage" in capsys.readouterr().err


def test_the_home_of_the_machine_is_the_units(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --system, where nobody names another one."""
    monkeypatch.setenv("SCANWRIGHT_HOME", str(home.folder))
    assert certificate(["show", "--system", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["certificate"]["is_own"] is True
