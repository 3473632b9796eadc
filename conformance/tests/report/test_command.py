"""`scanwright report` as its users see it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import scanwright_conformance.report as package
from scanwright_conformance.report import write_reports
from scanwright_conformance.report._comparison_files import COMPARED
from scanwright_conformance.report._files import FORMATS
from scanwright_conformance.report._schemas import SCHEMAS
from scanwright_conformance.report.command import SCHEMA_NAMES, WORDS, report
from scanwright_conformance.results import Run


@pytest.fixture
def kept(run: Run, tmp_path: Path) -> str:
    """Return the path of a run that was kept."""
    return str(write_reports(run, tmp_path / "kept", ["json"]).all[0])


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who has never used it sees how."""
    with pytest.raises(SystemExit) as end:
        report(["--help"])
    assert end.value.code == 0
    assert "examples:" in capsys.readouterr().out


def test_one_run_becomes_all_reports(
    kept: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The files that were written are printed, one a line."""
    assert report([kept, "--out", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == str(tmp_path / "report.html")
    assert all(Path(line).is_file() for line in lines)


def test_several_runs_become_a_comparison(
    kept: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs stand side by side."""
    assert report([kept, kept, "--out", str(tmp_path), "--format", "md, html"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(tmp_path / f"comparison.{end}") for end in ("html", "md")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["{kept}", "none"], "none: No such file"),
        (["{kept}", "{kept}", "--format", "junit"], "cannot be written as junit"),
        (["{kept}", "--out", "{kept}"], "File exists"),
    ],
)
def test_what_cannot_be_done_is_told(
    kept: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    """The exit status is that of wrong arguments, and the reason is printed."""
    assert report([word.format(kept=kept) for word in arguments]) == 3
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["x", "--format", "pdf"]])
def test_wrong_words_are_explained(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """What is missing or unknown is named."""
    with pytest.raises(SystemExit) as ended:
        report(arguments)
    assert ended.value.code == 3
    assert "scanwright report: error:" in capsys.readouterr().err


def test_schemas_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Each schema is whole in itself."""
    assert report(["--schema", "report"]) == 0
    assert "events" in json.loads(capsys.readouterr().out)["$defs"]


def test_the_words_of_the_command_are_those_of_the_forms() -> None:
    """They are written down twice only so that --help is light."""
    assert sorted(WORDS) == sorted(FORMATS)
    assert set(COMPARED) <= set(WORDS)
    assert tuple(SCHEMAS) == SCHEMA_NAMES


@pytest.mark.slow
def test_the_module_imports_lightly() -> None:
    """`scanwright --help` loads this module, and must not wait for the rest."""
    program = "import sys, scanwright_conformance.report.command; print(*sys.modules)"
    made = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        text=True,
    )
    heavy = {"aiohttp", "PIL", "rich", "asyncio", "scanwright_spec", "yaml"}
    assert not heavy & set(made.stdout.split())


def test_every_name_of_the_package_is_there() -> None:
    """What is imported when it is first used can be."""
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = package.nothing
