"""The GitHub Action: whole by its form, and its commands run as a runner would."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from offline import ROOT, offline_environment

ACTION: Final[dict[str, Any]] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: Final[list[dict[str, Any]]] = ACTION["runs"]["steps"]
TINY: Final = ROOT / "conformance/examples/tiny"
EXPRESSION: Final = re.compile(r"\$\{\{\s*([\w.-]+)\s*\}\}")
# As GitHub calls it for `shell: bash`.
BASH: Final = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail"]


class Runner:
    """What GitHub's runner is to a composite action: files, inputs, a bash."""

    def __init__(self, folder: Path, **inputs: str) -> None:
        self.folder = folder
        self.summary = folder / "summary.md"
        given = {name.replace("_", "-"): value for name, value in inputs.items()}
        assert given.keys() <= ACTION["inputs"].keys()
        self.values = {"steps.python.outputs.python-path": sys.executable}
        for name, about in ACTION["inputs"].items():
            self.values[f"inputs.{name}"] = given.get(name, about["default"])

    def value(self, text: str) -> str:
        """Return `text` with its expressions put in."""
        return EXPRESSION.sub(lambda found: self.values[found[1]], text)

    def run(self, name: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the step of this name."""
        step = next(each for each in STEPS if each.get("name") == name)
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        return subprocess.run(
            [*BASH, str(script)],
            cwd=self.folder,
            env={
                **offline_environment(self.folder),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "RUNNER_TEMP": str(self.folder),
                **{key: self.value(text) for key, text in step["env"].items()},
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=280,
        )


def texts(value: object) -> list[str]:
    """Return every text in a value of YAML."""
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [str(value)]


def test_it_is_an_action() -> None:
    """GitHub's rules for the file of a composite action."""
    assert {"name", "description", "inputs", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        assert ("shell" in step) == ("run" in step)
    for about in ACTION["inputs"].values():
        assert about.keys() == {"description", "default"}


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    """A misspelt name would be an empty text, without a word."""
    used = {name for text in texts(STEPS) for name in EXPRESSION.findall(text)}
    known = {f"inputs.{name}" for name in ACTION["inputs"]}
    assert used == known | {"steps.python.outputs.python-path"}


def test_no_input_is_part_of_a_script() -> None:
    """What somebody else may have written is a value, and never code."""
    assert not any("${{" in step.get("run", "") for step in STEPS)


def test_reports_are_kept_whatever_happened() -> None:
    """The steps after the certification run when it failed, too."""
    names = [step.get("name") for step in STEPS]
    after = STEPS[names.index("Certify") + 1 :]
    assert [step["if"] for step in after] == ["always()", "always()"]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_steps_certify_a_target(tmp_path: Path) -> None:
    """Installed, certified for a profile, summarised: as in a job."""
    runner = Runner(
        tmp_path,
        target=str(TINY / "target.toml"),
        profiles="wire",
        level="L2",
        report_dir="found",
    )
    for name in ("Install Scanwright", "Certify", "Summarise"):
        done = runner.run(name)
        assert done.returncode == 0, done.stderr
    assert runner.summary.read_text().startswith("## Certified")
    assert (tmp_path / "found/junit.xml").exists()


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "certify --level L3 --report scanwright-report"),
        (
            {"target": "a b.toml", "profiles": " wire  jobs ", "expectations": "e"},
            (
                "certify a b.toml --level L3 --report scanwright-report "
                "--profile wire jobs --expect e"
            ),
        ),
    ],
)
def test_inputs_become_words(
    tmp_path: Path, inputs: dict[str, str], words: str
) -> None:
    """What is not given is not said; a failure is the failure of the step."""
    program = tmp_path / "scanwright/bin/scanwright"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$@"\nexit 1\n')
    program.chmod(0o755)
    done = Runner(tmp_path, **inputs).run("Certify")
    assert (done.returncode, done.stdout.strip()) == (1, words)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, ["packages run --optional", "[all]"]),
        ({"target": "t", "virtual_scanners": "true"}, ["packages run", "[all]"]),
        ({"target": "t"}, ["[conformance]"]),
    ],
)
def test_virtual_scanners_are_installed_when_they_are_needed(
    tmp_path: Path, inputs: dict[str, str], expected: list[str]
) -> None:
    """For the reference always, for a target when it is said; else nothing of apt."""
    log = tmp_path / "log"
    stub = f'#!/bin/sh\necho "$(basename "$0") $*" >>"{log}"\n'
    for name in ("action/.ci/system-packages", "python", "scanwright/bin/python"):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(stub)
        program.chmod(0o755)
    runner = Runner(tmp_path, **inputs)
    runner.run(
        "Install Scanwright",
        GITHUB_ACTION_PATH=str(tmp_path / "action"),
        PYTHON=str(tmp_path / "python"),
    )
    said = log.read_text()
    assert all(word in said for word in expected)
    assert ("system-packages" in said) == (len(expected) > 1)


def test_without_a_report_there_is_no_summary(tmp_path: Path) -> None:
    """A certification that could not begin says so by itself."""
    runner = Runner(tmp_path)
    assert runner.run("Summarise").returncode == 0
    assert not runner.summary.exists()
