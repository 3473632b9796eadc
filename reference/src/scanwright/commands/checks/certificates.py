"""Certificates: what the TLS ports show, whose keys can be read, and who trusts us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from scanwright.certificates.folder import CertificateFolder, PairFiles
from scanwright.certificates.inspection import (
    PairRefused,
    check_pair,
    is_issued_by_us,
    names_of,
)
from scanwright.certificates.pairs import NAMES
from scanwright.certificates.stores import State, StoreReport
from scanwright.certificates.trust import Trust
from scanwright.commands.checks.finding import Finding, found, problem, warning
from scanwright.configuration.reading import read_configuration
from scanwright.home import Home

__all__ = ["check_certificates", "check_stores"]

ENDS_SOON: Final = timedelta(days=14)
"""Ours are renewed long before; one that is not, is somebody's own."""


def check_certificates(home: Home, now: datetime) -> Iterator[Finding]:
    """Look at the pair of the TLS ports, and at those of domains."""
    folder = CertificateFolder(home.cert)
    yield from _check_keys(home)
    yield from _check_pair(folder.server, NAMES, now)
    for domain, files in read_configuration(home).configuration.domains.items():
        pair = folder.pair(files.cert_name, files.key_name)
        yield from _check_pair(pair, (domain,), now)


def check_stores(home: Home, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Ask the browsers' stores whether they trust our CA."""
    trust = Trust(home.cert, environ)
    reports = trust.reports()
    if not reports:
        yield found("browsers", "no store of a browser was found")
    elif trust.scopes or any(report.state is State.TRUSTED for report in reports):
        yield from map(_judged, reports)
    else:
        yield warning("browsers", "none was asked to trust the service", TRUST)


def _check_keys(home: Home) -> Iterator[Finding]:
    for key in sorted(home.cert.glob("*key*.pem")):
        mode = key.stat().st_mode & 0o777
        if mode & 0o077:
            yield problem(
                "certificates",
                f"{key} can be read by others (mode {mode:04o})",
                f"chmod 600 {key}; whoever has read it can pretend to be the service.",
            )


def _check_pair(
    files: PairFiles, names: Sequence[str], now: datetime
) -> Iterator[Finding]:
    pair = files.read()
    if pair is None:
        yield warning(
            "certificates",
            f"{files.chain.name} or {files.key.name} is not in {files.chain.parent}",
            "The service makes its own at its start; put those of a domain there.",
        )
        return
    try:
        check_pair(pair.chain, pair.key, now=now, names=names)
    except PairRefused as refusal:
        yield problem(
            "certificates",
            f"{files.chain}: {refusal.message}",
            "`scanwright certificate restore` goes back to one of our own.",
        )
        return
    leaf = pair.leaf
    text = (
        f"{files.chain.name} for {', '.join(names_of(leaf))}, "
        f"until {leaf.not_valid_after_utc:%Y-%m-%d}"
    )
    if leaf.not_valid_after_utc - now < ENDS_SOON:
        advice = (
            "Start the service: it renews it."
            if is_issued_by_us(leaf)
            else "Get another one: scanwright certificate replace CERT KEY"
        )
        yield warning("certificates", text, advice)
    else:
        yield found("certificates", text)


def _judged(report: StoreReport) -> Finding:
    if report.problem:
        return warning("browsers", f"{report.store}: {report.problem}", TRUST)
    if report.needs_browser_restart:
        advice = "Close this browser and open it again."
        return warning("browsers", f"{report.store}: {report.state}", advice)
    if report.state is not State.TRUSTED:
        return warning("browsers", f"{report.store}: {report.state}", TRUST)
    return found("browsers", f"{report.store}: {report.state}")


TRUST: Final = "scanwright certificate trust, for pages that come by HTTPS"
