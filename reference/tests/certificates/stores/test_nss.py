"""A real certutil on real databases, with the ways that it has."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright.certificates.stores import nss as nss_module
from scanwright.certificates.stores.browsers import Browser
from scanwright.certificates.stores.nss import NssDatabase, Owner
from scanwright.certificates.stores.store import Authority, State

NONE = Browser("none", frozenset())

needs_certutil = pytest.mark.skipif(
    shutil.which("certutil") is None,
    reason="certutil is missing: apt-get install libnss3-tools",
)


@pytest.fixture
def database(tmp_path: Path) -> NssDatabase:
    """A database that is not there yet."""
    return NssDatabase(tmp_path / "pki" / "nssdb", label="test", browser=NONE)


def certutil(database: NssDatabase, *arguments: str, text: str = "") -> str:
    """Do something behind our back."""
    done = subprocess.run(
        ["certutil", *arguments, "-d", f"sql:{database.folder}"],
        input=text,
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return done.stdout


@needs_certutil
def test_a_database_is_made_where_there_is_none(
    database: NssDatabase, ca: Authority
) -> None:
    """It has no password, and is for its owner only."""
    assert database.trust(ca).state is State.TRUSTED
    assert database.state(ca).state is State.TRUSTED
    assert database.folder.stat().st_mode & 0o777 == 0o700
    row = certutil(database, "-L").strip().splitlines()[-1]
    assert row.split()[-1] == "C,,"


@needs_certutil
def test_untrust_leaves_what_others_have_put_there(
    database: NssDatabase, ca: Authority, other: Authority
) -> None:
    """Also a CA of another installation, and one with a name like ours."""
    impostor = ("-A", "-n", f"{ca.name} II", "-t", "C,,", "-a")
    database.trust(ca)
    certutil(database, *impostor, text=other.pem)
    assert database.untrust(ca).state is State.UNTRUSTED
    assert ca.name + " II" in certutil(database, "-L")
    assert database.state(other).state is State.UNTRUSTED
    assert database.state(ca).state is State.UNTRUSTED


@needs_certutil
def test_untrust_makes_no_database(database: NssDatabase, ca: Authority) -> None:
    """Where nothing is there is nothing to forget."""
    assert database.untrust(ca).state is State.UNTRUSTED
    assert not database.folder.exists()


@needs_certutil
def test_trust_that_was_taken_away_is_given_back(
    database: NssDatabase, ca: Authority
) -> None:
    """A certificate without trust is not trusted."""
    database.trust(ca)
    certutil(database, "-M", "-n", ca.name, "-t", ",,")
    assert database.state(ca).state is State.UNTRUSTED
    assert database.trust(ca).state is State.TRUSTED
    assert database.state(ca).state is State.TRUSTED


@needs_certutil
def test_a_database_with_a_password_is_told_and_left_as_it_was(
    database: NssDatabase, ca: Authority, tmp_path: Path
) -> None:
    """Nobody hangs on a question, and no half of a certificate stays."""
    password = tmp_path / "password"
    password.write_text("secret\n")
    database.folder.mkdir(parents=True)
    certutil(database, "-N", "-f", str(password))
    report = database.trust(ca)
    assert "primary password" in str(report.problem)
    assert report.state is State.UNTRUSTED
    assert ca.name not in certutil(database, "-L")


@needs_certutil
def test_a_damaged_database_is_told(database: NssDatabase, ca: Authority) -> None:
    """The message says which."""
    database.folder.mkdir(parents=True)
    (database.folder / "cert9.db").write_bytes(b"no database" * 99)
    assert str(database.folder) in str(database.trust(ca).problem)


def test_without_certutil_the_package_is_named(tmp_path: Path, ca: Authority) -> None:
    """The message is the command that helps."""
    database = NssDatabase(
        tmp_path, label="test", browser=NONE, certutil=str(tmp_path / "absent")
    )
    assert "apt install libnss3-tools" in str(database.trust(ca).problem)


def test_a_certutil_that_hangs_is_ended(
    tmp_path: Path, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It gets no terminal, an end of its input, and its time."""
    monkeypatch.setattr(nss_module, "CERTUTIL_S", 0.2)
    program = tmp_path / "certutil"
    program.write_text(f"#!{sys.executable}\nimport signal\nsignal.pause()\n")
    program.chmod(0o700)
    database = NssDatabase(
        tmp_path / "db", label="test", browser=NONE, certutil=str(program)
    )
    assert "did not end within" in str(database.trust(ca).problem)


@needs_certutil
@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user: sudo")
def test_root_becomes_the_owner(tmp_path: Path, ca: Authority) -> None:
    """What root may read and the owner may not is not opened in the owner's name."""
    ours = NssDatabase(tmp_path / "db", label="test", browser=NONE)
    ours.trust(ca)
    ours.folder.chmod(0o700)
    theirs = NssDatabase(
        ours.folder, label="test", browser=NONE, owner=Owner(65534, 65534)
    )
    assert theirs.untrust(ca).problem
    assert ours.state(ca).state is State.TRUSTED


def test_a_frozen_service_keeps_its_libraries_to_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A program of the system runs with those of the system."""
    frozen = {"LD_LIBRARY_PATH": "/opt/bundle", "LD_LIBRARY_PATH_ORIG": "/usr/mine"}
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert nss_module._environment(frozen) == {"LD_LIBRARY_PATH": "/usr/mine"}
    assert nss_module._environment({"LD_LIBRARY_PATH": "/opt/bundle"}) == {}
    monkeypatch.setattr(sys, "frozen", False)
    plain = {"LD_LIBRARY_PATH": "/usr/mine"}
    assert nss_module._environment(plain) == plain
