"""The managed SANE test backend: a private configuration that libsane obeys."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.sane_options import read_options
from scanwright_simulators.scenario import SaneTest

NEEDS_LIBSANE = "install it first: apt-get install libsane1 sane-utils"

READ_A_PAGE = """
import pyinsane2, sys
pyinsane2.init()
scanner = pyinsane2.Scanner(name="test:1")
scanner.options["mode"].value = "Color"
scanner.options["test-picture"].value = "Color pattern"
session = scanner.scan(multiple=False)
try:
    while True:
        session.scan.read()
except EOFError:
    session.images[-1].save(sys.argv[1])
pyinsane2.exit()
"""


def configured(folder: Path, sane: SaneTest) -> dict[str, str]:
    """Return an environment in which libsane sees `sane` alone."""
    assert sane_test.is_available(), NEEDS_LIBSANE
    sane_test.write_configuration(folder, sane, {})
    return {**os.environ, "SANE_CONFIG_DIR": str(folder)}


def scanimage(environment: dict[str, str], *arguments: str) -> bytes:
    """Return the output of Debian's `scanimage`."""
    assert shutil.which("scanimage"), NEEDS_LIBSANE
    done = subprocess.run(
        ["scanimage", *arguments],
        env=environment,
        capture_output=True,
        check=True,
        timeout=30,
    )
    return done.stdout


def test_devices_are_listed_and_no_others(tmp_path: Path) -> None:
    """Libsane lists exactly the test devices of the scenario."""
    sane = SaneTest(3, read_options(None))
    listing = scanimage(configured(tmp_path, sane), "-f", "%d%n")
    assert listing.decode().split() == list(sane_test.device_names(sane))


@pytest.mark.slow
def test_the_bed_is_a4_by_default(tmp_path: Path) -> None:
    """Without any option a scan is an A4 page at 300 dpi in colour."""
    environment = configured(tmp_path, SaneTest(1, read_options(None)))
    page = tmp_path / "page.pnm"
    page.write_bytes(scanimage(environment, "-d", "test:0", "--format=pnm"))
    with Image.open(page) as image:
        assert image.mode == "RGB"
        assert image.width == pytest.approx(2480, abs=1)
        assert image.height == pytest.approx(3508, abs=1)


def test_options_reach_the_backend(tmp_path: Path) -> None:
    """What a scenario sets is what the device starts with."""
    options = dict(read_options(None)) | {"mode": '"Gray"', "resolution": "50.0"}
    environment = configured(tmp_path, SaneTest(1, tuple(options.items())))
    page = tmp_path / "page.pnm"
    page.write_bytes(scanimage(environment, "-d", "test:0", "--format=pnm"))
    with Image.open(page) as image:
        assert image.mode == "L"
        assert image.width == pytest.approx(413, abs=1)


@pytest.mark.slow
def test_pyinsane_reads_the_same_page(tmp_path: Path) -> None:
    """A client of other descent reads the pixels that `scanimage` reads."""
    options = dict(read_options(None)) | {"resolution": "75.0"}
    environment = configured(tmp_path, SaneTest(2, tuple(options.items())))
    subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            READ_A_PAGE,
            str(tmp_path / "theirs.png"),
        ],
        env={**environment, "PYINSANE_SINGLE_THREAD": "1"},
        check=True,
        timeout=60,
    )
    ours = scanimage(environment, "-d", "test:1", "--format=pnm", "--mode=Color")
    (tmp_path / "ours.pnm").write_bytes(ours)
    with (
        Image.open(tmp_path / "theirs.png") as theirs,
        Image.open(tmp_path / "ours.pnm") as expected,
    ):
        assert theirs.size == expected.size
        assert theirs.tobytes() == expected.tobytes()


def test_the_hosts_own_network_scanners_are_hidden(tmp_path: Path) -> None:
    """Scanners that the machine knows are disabled, unless a virtual one is meant."""
    host, private = tmp_path / "host", tmp_path / "private"
    (host / "airscan.d").mkdir(parents=True)
    private.mkdir()
    (host / "airscan.conf").write_text(
        '[devices]\n# "No" = http://x\n"Upstairs" = http://y, eSCL\n'
        "plain = http://z\n[options]\nmodel = network\n",
        "utf-8",
    )
    (host / "airscan.d" / "more.conf").write_text(
        '[devices]\n"Mine" = http://q\n',
        "utf-8",
    )
    sane_test.write_configuration(
        private,
        SaneTest(0, ()),
        {"Mine": "http://127.0.0.1:1/eSCL"},
        host_folder=host,
    )
    lines = (private / "airscan.conf").read_text("utf-8").splitlines()
    assert lines == [
        "[devices]",
        '"Mine" = http://127.0.0.1:1/eSCL, eSCL',
        '"Upstairs" = disable',
        '"plain" = disable',
        "[options]",
        "discovery = disable",
    ]
    assert (private / "dll.conf").read_text("utf-8") == "airscan\n"
