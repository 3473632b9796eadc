"""`scanwright certify` as its users see it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright_conformance.cli import certify

NOBODY = "http://127.0.0.1:9"


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who has never used it sees how."""
    with pytest.raises(SystemExit) as end:
        certify(["--help"])
    assert end.value.code == 0
    assert "examples:" in capsys.readouterr().out


def test_list_tries_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The clauses are listed with level and needs."""
    assert certify(["--list", "--only", "ORIGIN-job-bound"]) == 0
    line = "ORIGIN-job-bound               MUST     scanner, two-origins\n"
    assert capsys.readouterr().out == line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "SERVRE"], "no clause and no area is called SERVRE"),
        (["--list", "--only", "SERVRE"], "no clause and no area is called SERVRE"),
        (["none.toml"], "none.toml: No such file"),
    ],
)
def test_wrong_arguments_are_not_a_verdict(
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    """The exit status is that of the suite's own trouble, and says why."""
    assert certify(arguments) == 3
    assert message in capsys.readouterr().err


@pytest.mark.slow
def test_reports_are_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Three files in the folder, their paths and the verdict at the end."""
    assert (
        certify([NOBODY, "--only", "SERVER-settings", "--report", str(tmp_path)]) == 1
    )
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"report.html", "report.json", "junit.xml"}
    last = capsys.readouterr().out.splitlines()[-4:]
    assert last[0] == "Failed: the target does not meet the specification."
    assert last[1] == str(tmp_path / "report.html")


@pytest.mark.slow
def test_json_is_all_that_is_printed(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A program can read the whole of standard output."""
    arguments = [NOBODY, "--only", "SERVER-settings", "--json"]
    assert certify([*arguments, "--report", str(tmp_path)]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["roll_up"] == "failed"
    assert value == json.loads((tmp_path / "report.json").read_text())


@pytest.mark.slow
def test_quiet_prints_the_summary_only(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No failure is told twice."""
    arguments = [NOBODY, "--only", "SERVER-settings", "--quiet"]
    certify([*arguments, "--report", str(tmp_path)])
    assert len(capsys.readouterr().out.splitlines()) == 5


@pytest.mark.slow
def test_the_module_imports_lightly() -> None:
    """`scanwright --help` loads this module, and must not wait for aiohttp."""
    program = "import sys, scanwright_conformance.cli; print(*sys.modules)"
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
    )
    heavy = {"aiohttp", "PIL", "rich", "asyncio", "scanwright_spec", "yaml"}
    assert not heavy & set(made.stdout.split())
