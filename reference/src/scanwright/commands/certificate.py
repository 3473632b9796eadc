"""`scanwright certificate`: what the TLS ports show, and which browsers trust it.

A running service takes up every change by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright.commands.running import SYSTEM_HOME, add_home, find_home
from scanwright.errors import ScanwrightError
from scanwright.home import ENV_HOME, Home

if TYPE_CHECKING:
    from scanwright.certificates.ledger import Scope
    from scanwright.certificates.stores import StoreReport

__all__ = ["certificate"]

Answer = tuple[dict[str, Any], int]

EPILOG: Final = """\
actions:
  show                what the TLS ports show, and which browsers trust it
  trust               have the browsers of this user trust the local CA
  untrust             have them forget it
  renew               issue a new certificate by the local CA
  replace CERT KEY    show a pair of your own: PEM files, certificate first in its chain
  restore             go back to a certificate of the local CA

With --system trust and untrust speak for all users of this machine, by policies of
Chromium, Chrome and Firefox; only root may do that.
"""


def certificate(argv: Sequence[str]) -> int:
    """Show, renew or replace the certificate, and have browsers trust it."""
    given = _parse(argv)
    try:
        answer, status = _ACTIONS[given.action](given, _home(given, os.environ))
    except PermissionError as error:
        return _fail(f"{error.filename} belongs to another user. Try it as root.")
    except (ScanwrightError, OSError) as error:
        return _fail(str(error))
    print(json.dumps(answer, default=str) if given.json else _for_people(answer))
    return status


def _show(_given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.identity import ServerIdentity
    from scanwright.certificates.trust import Trust

    with home.as_owner():
        facts = asdict(ServerIdentity(home.cert, {}).describe())
    reports = Trust(home.cert, os.environ).reports()
    return {"certificate": facts, "stores": [asdict(each) for each in reports]}, 0


def _trust(given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.authority import ensure_certificates
    from scanwright.certificates.trust import Trust

    if not (home.cert / "ca.pem").exists():
        with home.as_owner():
            ensure_certificates(home.cert)
    return _told(Trust(home.cert, os.environ).enable(_scope(given)))


def _untrust(given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.trust import Trust

    return _told(Trust(home.cert, os.environ).disable(_scope(given)))


def _renew(given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.authority import renew_leaf

    with home.as_owner():
        renew_leaf(home.cert, now=datetime.now(UTC))
    return _show(given, home)


def _replace(given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.pairs import install_pair

    cert, key = (file.read_bytes() for file in given.files)
    with home.as_owner():
        install_pair(home.cert, cert, key, now=datetime.now(UTC))
    return _show(given, home)


def _restore(given: argparse.Namespace, home: Home) -> Answer:
    from scanwright.certificates.pairs import restore_own

    with home.as_owner():
        restore_own(home.cert, now=datetime.now(UTC))
    return _show(given, home)


_ACTIONS: Final[Mapping[str, Callable[[argparse.Namespace, Home], Answer]]] = {
    "show": _show,
    "trust": _trust,
    "untrust": _untrust,
    "renew": _renew,
    "replace": _replace,
    "restore": _restore,
}


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scanwright certificate",
        description=certificate.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("action", choices=_ACTIONS)
    add("files", nargs="*", type=Path, help="CERT and KEY, for replace")
    add("--system", action="store_true", help="for all users of this machine")
    add("--json", action="store_true", help="answer in JSON")
    add_home(parser)
    given = parser.parse_args(argv)
    wanted = 2 if given.action == "replace" else 0
    if len(given.files) != wanted:
        parser.error(f"{given.action} takes {wanted or 'no'} files")
    return given


def _scope(given: argparse.Namespace) -> Scope:
    from scanwright.certificates.ledger import Scope

    return Scope.SYSTEM if given.system else Scope.USER


def _home(given: argparse.Namespace, environ: Mapping[str, str]) -> Home:
    is_named = given.home is not None or ENV_HOME in environ
    if given.system and not is_named:
        home = Home(SYSTEM_HOME)
    else:
        home = find_home(given.home, environ)
    if not home.cert.is_dir():
        raise ScanwrightError(
            f"{home.cert} is not there: start the service once, or name its home "
            "with --home."
        )
    return home


def _told(reports: list[StoreReport]) -> Answer:
    """Return what became of a wish; it has failed where one store has a problem."""
    status = 1 if any(report.problem for report in reports) else 0
    return {"stores": [asdict(each) for each in reports]}, status


def _for_people(answer: Mapping[str, Any]) -> str:
    facts = answer.get("certificate") or {}
    lines = [
        f"{name.replace('_', ' '):<12} {_plain(value)}"
        for name, value in facts.items()
        if value is not None
    ]
    stores = answer.get("stores", [])
    if not stores:
        lines.append("No browser of yours has a store yet. Those to come are told.")
    for report in stores:
        lines.append(f"{report['store']}: {report['state']}")
        if report["problem"]:
            lines.append(f"  {report['problem']}")
        if report["needs_browser_restart"]:
            lines.append("  Close this browser and open it again.")
    return "\n".join(lines)


def _plain(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M} UTC"
        case tuple():
            return ", ".join(value)
    return str(value)


def _fail(message: str) -> int:
    print(f"scanwright certificate: {message}", file=sys.stderr)
    return 1
