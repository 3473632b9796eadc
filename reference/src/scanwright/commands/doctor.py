"""`scanwright doctor`: looks at everything that can keep a service from working.

It looks, and changes nothing. What it cannot look at is a finding, too.
"""

from __future__ import annotations

import argparse
import json
import os
import pwd
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Final

from scanwright.commands.checks.finding import Finding, State, problem, warning
from scanwright.commands.running import add_home, find_home
from scanwright.errors import ScanwrightError
from scanwright.home import Home, HomeUnusable

__all__ = ["doctor"]

EXAMPLES: Final = """\
examples:
  scanwright doctor
  scanwright doctor --json | jq '.findings[] | select(.state != "ok")'
  sudo scanwright doctor --home /var/lib/scanwright

Exit status: 0, or 1 when there is a problem. A warning is none.
"""

NEED_HOME: Final = {"disk", "dumps", "certificates", "browsers", "USB"}

Check = Callable[[], Iterable[Finding]]


def doctor(argv: Sequence[str]) -> int:
    """Look for what keeps the service from working, and say what to do."""
    given = _parser().parse_args(argv)
    home = Home(find_home(given.home, os.environ).folder.absolute())
    # Imported before root becomes somebody else, who may not read our own code.
    checks = _checks(home, _environ_of(home))
    try:
        with home.as_owner():
            findings = [finding for each in checks.items() for finding in _run(*each)]
    except HomeUnusable as error:
        print(f"scanwright doctor: {error}", file=sys.stderr)
        return 1
    print(_as_json(home, findings) if given.json else _for_people(findings))
    return 1 if any(each.state is State.PROBLEM for each in findings) else 0


def _environ_of(home: Home) -> Mapping[str, str]:
    """Return the environment, of the owner of the home when root acts as that one."""
    owner = home.folder.stat().st_uid if home.folder.is_dir() else 0
    if os.geteuid() != 0 or owner == 0:
        return os.environ
    try:
        return {**os.environ, "HOME": pwd.getpwuid(owner).pw_dir}
    except KeyError:  # an account without a name has no browsers either
        return {**os.environ, "HOME": str(home.folder)}


def _checks(home: Home, environ: Mapping[str, str]) -> Mapping[str, Check]:
    """Return what to look at, in the order of the report."""
    from scanwright.buffer.disk import LEAST_BYTES
    from scanwright.commands.checks import certificates, files, running, scanners
    from scanwright.commands.checks.settings import check_configuration
    from scanwright.modules import registry

    def account() -> scanners.Account:
        holder = running.find_holder(home)
        uid = home.folder.stat().st_uid
        return scanners.Account.of(uid, holder.pid if holder else None)

    def room() -> Iterable[Finding]:
        holder = running.find_holder(home)
        return files.check_disk(home, holder.free_disk_bytes if holder else LEAST_BYTES)

    checks: Mapping[str, Check] = {
        "home": lambda: files.check_home(home),
        "disk": room,
        "dumps": lambda: files.check_dumps(home),
        "configuration": lambda: check_configuration(home),
        "service": lambda: running.check_service(home, running.find_holder(home)),
        "ports": lambda: running.check_ports(home, running.find_holder(home)),
        "certificates": lambda: certificates.check_certificates(
            home, datetime.now(UTC)
        ),
        "browsers": lambda: certificates.check_stores(home, environ),
        "modules": lambda: scanners.check_modules(registry()),
        "SANE": scanners.check_sane,
        "USB": lambda: scanners.check_usb(account()),
        "network": scanners.check_network,
    }
    if home.folder.is_dir():
        return checks
    return {area: check for area, check in checks.items() if area not in NEED_HOME}


def _run(area: str, check: Check) -> Iterator[Finding]:
    """Yield what a check finds; that it cannot look is a finding, too."""
    try:
        yield from check()
    except FileNotFoundError as error:
        yield warning(
            area,
            f"{error.filename} is not there",
            "Start the service once, or name its home with --home.",
        )
    except (ScanwrightError, OSError, ValueError) as error:
        advice = "Mend that, and ask the doctor again."
        yield problem(area, f"cannot be looked at: {error}", advice)


def _for_people(findings: Sequence[Finding]) -> str:
    return "\n".join([*_lines(findings), "", _summary(findings)])


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for each in findings:
        yield f"{each.state:<8} {each.area:<14} {each.text}"
        if each.advice:
            yield f"{'':<23} -> {each.advice}"


def _summary(findings: Sequence[Finding]) -> str:
    count = Counter(each.state for each in findings)
    problems, warnings = count[State.PROBLEM], count[State.WARNING]
    if not (problems or warnings):
        return "All is well."
    return f"{_number(problems, 'problem')}, {_number(warnings, 'warning')}."


def _number(count: int, word: str) -> str:
    return f"{count or 'no'} {word}{'' if count == 1 else 's'}"


def _as_json(home: Home, findings: Sequence[Finding]) -> str:
    facts = {
        "home": str(home.folder),
        "findings": [asdict(each) for each in findings],
    }
    return json.dumps(facts, indent=2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scanwright doctor",
        description="Look for what keeps the service from working. Nothing is changed.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_home(parser)
    return parser
