"""A service that knows neither the reference nor the suite, certified by the command.

Whatever it fails although it obeys the text of a clause is a mistake of the suite, or
of the specification.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TINY = Path(__file__).parent.parent / "conformance/examples/tiny"
AREAS = ("PORTS", "ORIGIN", "HTTP", "SERVER", "DEV")
CERTIFY = "import sys; from scanwright_conformance.cli import certify; \
sys.exit(certify(sys.argv[1:]))"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def certified(file: Path, folder: Path, *words: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status and the JSON report of a certification."""
    arguments = [str(file), "--json", "--report", str(folder / "report"), *words]
    done = subprocess.run(
        [sys.executable, "-c", CERTIFY, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.stdout, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, report


def verdicts(report: dict[str, Any]) -> dict[str, set[str]]:
    """Return the clauses by their verdict."""
    found: dict[str, set[str]] = {}
    for result in report["results"]:
        found.setdefault(result["verdict"], set()).add(result["clause"]["id"])
    return found


def test_the_tiny_service_is_certified_for_the_wire(tmp_path: Path) -> None:
    """It meets everything that its profile asks of what it can do."""
    status, report = certified(TINY / "target.toml", tmp_path)
    assert (status, report["roll_up"]) == (0, "certified")
    assert report["target"]["assurance"] == "L2"


def test_the_tiny_service_meets_own_choices_too(tmp_path: Path) -> None:
    """Written from the clauses alone, it passes all of these areas that apply."""
    status, report = certified(TINY / "target.toml", tmp_path, "--only", *AREAS)
    seen = verdicts(report)
    assert status == 0
    assert seen.keys() == {"PASS", "NOT-APPLICABLE"}
    assert len(seen["PASS"]) > 30


def test_the_flaw_is_found(tmp_path: Path) -> None:
    """One clause fails, what builds upon it is blocked, and all others pass."""
    text = (TINY / "target.toml").read_text(encoding="utf-8")
    text = text.replace('adapter.py"]', 'adapter.py", "--flaw"]')
    file = tmp_path / "flawed.toml"
    file.write_text(text.replace("{here}", str(TINY)), encoding="utf-8")
    status, report = certified(file, tmp_path, "--only", "HTTP", "SERVER")
    seen = verdicts(report)
    assert status == 1
    assert seen["FAIL"] == {"HTTP-method-not-allowed"}
    assert seen.keys() == {"PASS", "FAIL", "BLOCKED", "NOT-APPLICABLE"}
