"""`scanwright certify` as its users see it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from scanwright_conformance.cli import certify

NOBODY = "http://127.0.0.1:9"


class Unable(BaseHTTPRequestHandler):
    """Answers that nothing is implemented, and keeps no log."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Keep quiet."""


@pytest.fixture
def flawed() -> Iterator[str]:
    """Serve what meets no clause, and tell where."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Unable) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


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
        (["none.toml", "--list"], "none.toml: No such file"),
        (["--profile", "wires"], "no profile is called wires"),
        (["http://127.0.0.1:99999"], "'http://127.0.0.1:99999' is no address"),
        (["http://[::1", "--doctor"], "'http://[::1' is no address"),
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
    flawed: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """All of them are in the folder; the last line says where."""
    assert (
        certify([flawed, "--only", "SERVER-settings", "--report", str(tmp_path)]) == 1
    )
    written = {path.name for path in tmp_path.iterdir()}
    assert {"report.html", "report.json", "junit.xml", "report.md"} <= written
    told = capsys.readouterr().out
    assert "Failed: the target does not meet the specification." in told
    assert told.splitlines()[-1].startswith(f"report: {tmp_path / 'report.html'}")


@pytest.mark.slow
def test_json_is_all_that_is_printed(
    tmp_path: Path,
    flawed: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A program can read the whole of standard output."""
    arguments = [flawed, "--only", "SERVER-settings", "--json"]
    assert certify([*arguments, "--report", str(tmp_path)]) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["roll_up"] == "failed"
    assert value == json.loads((tmp_path / "report.json").read_text())


@pytest.mark.slow
def test_quiet_prints_the_summary_only(
    tmp_path: Path,
    flawed: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing is said while it runs."""
    arguments = [flawed, "--only", "SERVER-settings", "--quiet"]
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
    flawed: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The report still says that the target failed; what was expected follows it."""
    file = tmp_path / "expectations.toml"
    file.write_text(
        '[[expect]]\nclause = "SERVER-settings"\nreason = "not written yet"\n'
        'issue = "#7"\nexpires = 9999-12-31\n'
    )
    arguments = [flawed, "--only", "SERVER-settings", "--expect", str(file)]
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


@pytest.mark.parametrize("words", [["{}"], ["--expect", "{}"], ["--matrix", "{}"]])
def test_a_file_that_is_no_text_is_told(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is a wrong argument, not a failure of the target."""
    file = tmp_path / "some.toml"
    file.write_bytes(b"\xff\xfe")
    assert certify([word.format(file) for word in words]) == 3
    assert f"{file}: must be in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--report", "--bundle", "--events"])
def test_places_are_tried_before_anything_else(
    option: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nobody waits for a result that cannot be kept."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    places = {"--report": str(tmp_path), option: "/dev/null/x"}
    words = [word for pair in places.items() for word in pair]
    assert certify([NOBODY, "--only", "SERVER-settings", *words]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("scanwright certify: /dev/null")


@pytest.mark.slow
def test_what_cannot_be_written_at_the_end_loses_no_verdict(
    tmp_path: Path,
    flawed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It is printed, all that failed is told, and the status is 3."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("report.html", "expectations.json"):
        (tmp_path / "report" / name).mkdir(parents=True)
    (tmp_path / "expect.toml").touch()
    places = {
        "--report": str(tmp_path / "report"),
        # long enough that there is no room for the name of a temporary file
        "--bundle": str(tmp_path / ("x" * 250)),
        "--expect": str(tmp_path / "expect.toml"),
        "--events": "/dev/full",
    }
    words = [word for pair in places.items() for word in pair]
    assert certify([flawed, "--only", "SERVER-settings", *words]) == 3
    told = capsys.readouterr()
    assert "Failed: the target does not meet the specification." in told.out
    assert "evidence:" not in told.out
    assert told.err.count("not all is written") == 4


@pytest.mark.slow
def test_events_and_evidence_are_written(
    tmp_path: Path,
    flawed: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Where they were asked for."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    evidence, events = tmp_path / "evidence.zip", tmp_path / "events.ndjson"
    words = ["--bundle", str(evidence), "--events", str(events)]
    words += ["--report", str(tmp_path / "report"), "--only", "SERVER-settings"]
    assert certify([flawed, *words]) == 1
    assert f"evidence: {evidence}" in capsys.readouterr().out
    assert evidence.is_file()
    assert json.loads(events.read_text().splitlines()[-1])["event"] == "finished"
