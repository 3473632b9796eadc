"""Looking at certificates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.stores import State as Trusted
from scanwright.certificates.stores import StoreReport
from scanwright.commands.checks.certificates import (
    _judged,
    check_certificates,
    check_stores,
)
from scanwright.commands.checks.finding import State
from scanwright.home import Home

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_certificate_of_ours_is_well(home: Home) -> None:
    """With its names and its end."""
    ensure_certificates(home.cert, now=NOW)
    (finding,) = check_certificates(home, NOW)
    assert finding.state is State.OK
    assert "127.0.0.1" in finding.text


def test_without_a_certificate_nothing_is_made(home: Home) -> None:
    """The doctor looks only."""
    (finding,) = check_certificates(home, NOW)
    assert finding.state is State.WARNING
    assert list(home.cert.iterdir()) == []


@pytest.mark.parametrize(
    ("days", "state"),
    [(300, State.OK), (390, State.WARNING), (500, State.PROBLEM)],
)
def test_an_end_is_told_in_time(home: Home, days: int, state: State) -> None:
    """Before it, and after it."""
    ensure_certificates(home.cert, now=NOW)
    (finding,) = check_certificates(home, NOW + timedelta(days=days))
    assert finding.state is state


def test_a_key_that_others_can_read_is_a_problem(home: Home) -> None:
    """The advice closes it."""
    ensure_certificates(home.cert, now=NOW)
    key = home.cert / "ca_key.pem"
    key.chmod(0o640)
    finding, _ = check_certificates(home, NOW)
    assert finding.state is State.PROBLEM
    assert finding.advice.startswith(f"chmod 600 {key}")


def test_the_pair_of_a_domain_must_name_it(home: Home) -> None:
    """Missing files are told, too."""
    ensure_certificates(home.cert, now=NOW)
    home.configuration.write_text(
        "[scan.example.com]\ncert_name=server.pem\nkey_name=server_key.pem\n"
        "[other.example.com]\ncert_name=a.pem\nkey_name=b.pem\n"
    )
    _, wrong, missing = check_certificates(home, NOW)
    assert wrong.state is State.PROBLEM
    assert "scan.example.com" in wrong.text
    assert missing.state is State.WARNING
    assert "a.pem" in missing.text


def test_without_browsers_nobody_has_to_trust(home: Home, tmp_path: Path) -> None:
    """An account without a browser's folder has no store of its own."""
    ensure_certificates(home.cert)
    findings = list(check_stores(home, {"HOME": str(tmp_path / "nobody")}))
    assert all(finding.area == "browsers" for finding in findings)
    assert findings


@pytest.mark.parametrize(
    ("report", "state"),
    [
        (StoreReport("Firefox", Trusted.TRUSTED), State.OK),
        (StoreReport("Firefox", Trusted.UNTRUSTED), State.WARNING),
        (
            StoreReport("Firefox", Trusted.TRUSTED, needs_browser_restart=True),
            State.WARNING,
        ),
        (StoreReport("Firefox", Trusted.UNKNOWN, problem="locked"), State.WARNING),
    ],
)
def test_a_store_is_well_when_it_trusts_now(report: StoreReport, state: State) -> None:
    """A browser that must be restarted, and one that refuses, are warnings."""
    assert _judged(report).state is state
