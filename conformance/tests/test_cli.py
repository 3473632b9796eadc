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
    line = (
        "ORIGIN-job-bound               MUST     wire         L1 scanner, two-origins\n"
    )
    assert capsys.readouterr().out == line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "SERVRE"], "no clause and no area is called SERVRE"),
        (["--list", "--only", "SERVRE"], "no clause and no area is called SERVRE"),
        (["none.toml"], "none.toml: No such file"),
        (["--weather", "fog"], "weather: 'fog' is unknown; there is calm, drizzle"),
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
    """All of them are in the folder; the last line says where."""
    assert (
        certify([NOBODY, "--only", "SERVER-settings", "--report", str(tmp_path)]) == 1
    )
    written = {path.name for path in tmp_path.iterdir()}
    assert {"report.html", "report.json", "junit.xml", "report.md"} <= written
    told = capsys.readouterr().out
    assert "Failed: the target does not meet the specification." in told
    assert told.splitlines()[-1].startswith(f"report: {tmp_path / 'report.html'}")


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
    """Nothing is said while it runs."""
    arguments = [NOBODY, "--only", "SERVER-settings", "--quiet"]
    certify([*arguments, "--report", str(tmp_path)])
    told = capsys.readouterr().out
    assert told.startswith("profile")
    assert "expected:" not in told


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


@pytest.mark.slow
def test_what_is_expected_changes_the_exit_status_alone(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The report still says that the target failed; what was expected follows it."""
    file = tmp_path / "expectations.toml"
    file.write_text(
        '[[expect]]\nclause = "SERVER-settings"\nreason = "nobody is there"\n'
        'issue = "#7"\nexpires = 9999-12-31\n'
    )
    arguments = [NOBODY, "--only", "SERVER-settings", "--expect", str(file)]
    assert certify([*arguments, "--report", str(tmp_path / "report")]) == 0
    told = capsys.readouterr().out
    assert "Failed: the target does not meet the specification." in told
    assert "SERVER-settings: as expected, FAIL until 9999-12-31" in told
    found = json.loads((tmp_path / "report/expectations.json").read_text())
    assert found["exit_status"] == 0


@pytest.mark.parametrize("option", ["--expect", "--matrix"])
def test_a_file_that_is_not_there_is_told_at_once(
    option: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is tried before every file has been read."""
    words = [option, "none.toml"]
    assert certify([NOBODY, *words] if option == "--expect" else words) == 3
    assert "none.toml: No such file or directory" in capsys.readouterr().err
