"""One look renews what is due and tells the browsers that want to be told."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.checkup import check_up
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.ledger import Ledger, Scope, update_ledger
from scanwright.certificates.stores import State
from scanwright.certificates.trust import Trust


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """A user with one database, and no certutil to change it with."""
    database = tmp_path / "home" / ".pki" / "nssdb"
    database.mkdir(parents=True)
    (database / "cert9.db").touch()
    return {"HOME": str(tmp_path / "home"), "PATH": str(tmp_path)}


@pytest.fixture
def folder(tmp_path: Path, now: datetime) -> Path:
    """Certificates that are good now."""
    folder = tmp_path / "cert"
    folder.mkdir()
    ensure_certificates(folder, now=now)
    return folder


def test_what_is_due_is_renewed(
    folder: Path, now: datetime, environ: dict[str, str]
) -> None:
    """A leaf that ends in less than a month is another one afterwards."""
    before = CertificateFolder(folder).server.read()
    assert check_up(folder, environ, now=now) == 0
    assert CertificateFolder(folder).server.read() == before
    assert check_up(folder, environ, now=now + timedelta(days=370)) == 0
    assert CertificateFolder(folder).server.read() != before


def test_a_store_with_a_problem_is_logged(
    folder: Path,
    now: datetime,
    environ: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The certificates are looked after all the same."""
    wanted = Ledger(frozenset({Scope.USER}))
    update_ledger(CertificateFolder(folder), lambda _: wanted)
    assert check_up(folder, environ, now=now) == 0
    assert "nssdb" in caplog.text


def test_a_folder_that_is_gone_is_logged(
    tmp_path: Path, environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """That is an error, and no traceback."""
    caplog.set_level(logging.ERROR)
    assert check_up(tmp_path / "absent", environ) == 1
    assert "absent" in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.skipif(
    shutil.which("certutil") is None,
    reason="certutil is missing: apt-get install libnss3-tools",
)
def test_a_new_browser_is_told(
    folder: Path, now: datetime, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """What was wanted once is done again without a word."""
    environ = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    wanted = Ledger(frozenset({Scope.USER}))
    update_ledger(CertificateFolder(folder), lambda _: wanted)
    trust = Trust(folder, environ)
    (tmp_path / ".pki" / "nssdb").mkdir(parents=True)
    subprocess.run(
        ["certutil", "-N", "--empty-password", "-d", f"sql:{tmp_path}/.pki/nssdb"],
        stdin=subprocess.DEVNULL,
        timeout=10,
        check=True,
    )
    assert trust.reports()[0].state is State.UNTRUSTED
    assert check_up(folder, environ, now=now) == 0
    assert trust.reports()[0].state is State.TRUSTED
    assert "nssdb" not in caplog.text
