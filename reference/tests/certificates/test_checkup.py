"""One look renews what is due and tells the browsers that want to be told."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.checkup import check_up
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.ledger import Ledger, Scope, update_ledger


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
