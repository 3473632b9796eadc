"""What the documents for vendors, for CI and for developers tell to type, typed.

Blocks are taken out of the documents, in their order: what they say is what runs.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from live import GONE_S, READY_S, first_line
from offline import ROOT, offline_environment
from PIL import Image

DOCS: Final = ROOT / "docs"
TINY: Final = ROOT / "conformance/examples/tiny"
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
JENKINS: Final = re.compile(r"sh '''\n(.*?)'''", re.DOTALL)
DAY: Final = re.compile(r"expires = [\d-]+")
INSTALL: Final = "python3 -m venv .scanwright"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def blocks(document: str, language: str) -> list[str]:
    """Return the blocks of a document that are in this language."""
    text = (DOCS / document).read_text("utf-8")
    return [body for name, body in BLOCK.findall(text) if name == language]


def typed(
    script: str, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Type `script` into a shell that ends at what fails."""
    return subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script],
        cwd=folder,
        env={
            **offline_environment(folder),
            "SCANWRIGHT": str(ROOT),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "TMPDIR": str(folder),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder with the tiny service, a flawed one, and files of CI.md."""
    for file in TINY.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    text = (tmp_path / "target.toml").read_text()
    flawed = text.replace('adapter.py"]', 'adapter.py", "--flaw"]')
    (tmp_path / "flawed.toml").write_text(flawed)
    later = datetime.now(UTC).date() + timedelta(days=30)
    expectations, matrix, _ = blocks("CI.md", "toml")
    (tmp_path / "matrix.toml").write_text(matrix)
    (tmp_path / "expectations.toml").write_text(
        DAY.sub(f"expires = {later.isoformat()}", expectations)
    )
    return tmp_path


def test_the_recipe_for_a_shell_works(place: Path) -> None:
    """Installed, certified, with expectations, and as a matrix: one after the other."""
    script = "\n".join(blocks("CI.md", "sh"))
    assert script.startswith(INSTALL)
    done = typed(script, place)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "expectations: 2 of 2 are as expected" in done.stdout
    assert (place / "report/junit.xml").exists()
    found = json.loads((place / "nightly/matrix.json").read_text())
    statuses = {each["name"]: each["exit_status"] for each in found["cells"]}
    assert statuses == {"build 7": 0, "flawed": 1}


def test_the_other_recipes_are_the_same_lines() -> None:
    """GitLab and Jenkins type what the shell does, which has been tried."""
    _, gitlab = map(yaml.safe_load, blocks("CI.md", "yaml"))
    (jenkins,) = blocks("CI.md", "groovy")
    tried = blocks("CI.md", "sh")[0].splitlines()
    assert gitlab["certify"]["script"] == tried
    script = JENKINS.search(jenkins)
    assert script is not None
    assert [line.strip() for line in script[1].strip().splitlines()] == tried


def test_the_workflow_uses_inputs_that_there_are() -> None:
    """What the document gives to the action is what the action takes."""
    github: dict[str, Any] = yaml.safe_load(blocks("CI.md", "yaml")[0])
    action: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
    (step,) = (each for each in github["jobs"]["certify"]["steps"] if "with" in each)
    assert step["with"].keys() <= action["inputs"].keys()


def test_the_axes_of_the_document_are_read(place: Path) -> None:
    """They make the product that the text speaks of; nothing need run for that."""
    from scanwright_conformance.matrix import read_matrix

    file = place / "axes.toml"
    file.write_text(blocks("CI.md", "toml")[2])
    names = [cell.name for cell in read_matrix(file).cells]
    assert names == ["target, wire", "target, jobs", "flawed, wire", "flawed, jobs"]


def test_a_vendor_gets_a_certificate(tmp_path: Path) -> None:
    """From nothing to a verified bundle, and a failure that is explained."""
    done = typed("\n".join(blocks("FOR_VENDORS.md", "sh")), tmp_path)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Certified: every MUST that applies is met." in said
    assert "FAIL HTTP-method-not-allowed (MUST)" in said
    assert (tmp_path / "tiny/report/badge.svg").exists()


@contextmanager
def up(folder: Path) -> Iterator[str]:
    """Run `scanwright up` in another terminal; yields the address of the service."""
    command = [sys.executable, "-m", "scanwright", "up", "--json", "--port-base", "0"]
    with subprocess.Popen(
        command,
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(first_line(process.stdout, READY_S))["api"]
        finally:
            process.terminate()
            process.wait(GONE_S)


def test_a_developer_scans_without_a_scanner(tmp_path: Path) -> None:
    """The service, the scanner, its bad day, and what may be relied on."""
    page = Image.new("L", (827, 1169), 200)
    page.save(tmp_path / "invoice.pdf", resolution=100)
    with up(tmp_path) as api:
        script = "\n".join(blocks("FOR_DEVELOPERS.md", "sh"))
        script = script.replace("http://127.0.0.1:18622", api)
        done = typed(script, tmp_path, XDG_RUNTIME_DIR=str(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr
    with Image.open(tmp_path / "page1.png") as image:
        assert image.width == 827


def test_the_test_of_the_document_passes(tmp_path: Path) -> None:
    """In pytest, with no configuration at all."""
    (test,) = blocks("FOR_DEVELOPERS.md", "python")
    (tmp_path / "test_mine.py").write_text(test)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "test_mine.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
