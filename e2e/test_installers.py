"""`installers.json`, by which a page offers the packages to its users."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from web_scanner import write_installers


def test_it_tells_what_each_package_is(tmp_path: Path) -> None:
    """For which system a package is, how long it is, and its checksum."""
    deb, rpm = tmp_path / "s_1.0_amd64.deb", tmp_path / "s-1.0-1.x86_64.rpm"
    deb.write_bytes(b"one package")
    rpm.write_bytes(b"another")
    write_installers(tmp_path, "1.0", [deb, rpm])
    told = json.loads((tmp_path / "installers.json").read_text())
    assert told["version"] == "1.0"
    assert [file["name"] for file in told["files"]] == [deb.name, rpm.name]
    assert told["files"][0] == {
        "platform": "linux",
        "format": "deb",
        "arch": "amd64",
        "name": deb.name,
        "bytes": 11,
        "sha256": hashlib.sha256(b"one package").hexdigest(),
    }
    assert {file["format"] for file in told["files"]} == {"deb", "rpm"}
    assert {file["arch"] for file in told["files"]} == {"amd64"}


def test_it_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    """Of packages that were built before nothing is offered, and no draft is left."""
    for version in ("1.0", "2.0"):
        package = tmp_path / f"s_{version}_amd64.deb"
        package.write_bytes(version.encode())
        write_installers(tmp_path, version, [package])
    told = json.loads((tmp_path / "installers.json").read_text())
    assert [file["name"] for file in told["files"]] == ["s_2.0_amd64.deb"]
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["installers.json", "s_1.0_amd64.deb", "s_2.0_amd64.deb"]
