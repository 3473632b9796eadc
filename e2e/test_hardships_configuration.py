"""Broken configuration, of every kind: told with its place, and what was good stays."""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path

import pytest
import requests
from hardship import Service, serving, until
from live import READY_S
from test_hardships_start import LIKE_EVERYBODY

pytestmark = pytest.mark.slow

ALLOWED, FOREIGN = "https://app.example.com", "https://evil.example.com"
GOOD = f"[DS]\nLogLevel=14\nAccess-Control-Allow-Origin={ALLOWED}\n"
VERBOSE = 30

LINES = [
    "LogLevel=99",
    "LogLevel=",
    "Port_mp_1=99999",
    "Port_mp_0=18626",
    "Server=here",
    "EnableWebSetup=perhaps",
    "EnableScannerAccessAuth=2",
    "Invented=1",
    "LogLevel",
    "[broken",
]
"""Each is wrong in a way of its own."""

FILES = {
    "binary": bytes(range(256)) * 64,
    "not UTF-8": b"[DS]\nServer=\xff\xfe\n",
    "no section": b"LogLevel=14\n",
    "very large": b"x" * (16 * 1024 * 1024),
}


def write(home: Path, content: bytes | str) -> Path:
    """Write DSConfiguration.ini."""
    home.mkdir(exist_ok=True)
    file = home / "DSConfiguration.ini"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def status(service: Service, origin: str) -> int:
    """Ask as a page of this origin."""
    headers = {"Origin": origin}
    url = f"{service.api}/api/server"
    return requests.get(url, headers=headers, timeout=READY_S).status_code


def check_good_stays(service: Service) -> None:
    """The log level and the list of origins are what they were."""
    assert service.get().json()["logLevel"] == VERBOSE
    assert (status(service, ALLOWED), status(service, FOREIGN)) == (200, 403)


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_line_is_told_with_its_place(tmp_path: Path, line: str) -> None:
    """File and line are in the log; all the rest of the file counts."""
    file = write(tmp_path / "home", f"{GOOD}{line}\n")
    before = file.read_bytes()
    with serving(tmp_path / "home") as service:
        assert f"{file}, line 4" in service.log()
        assert (status(service, ALLOWED), status(service, FOREIGN)) == (200, 403)
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_none_keeps_nobody_from_starting(
    tmp_path: Path, kind: str
) -> None:
    """It is told, left as it is, and the defaults count."""
    file = write(tmp_path / "home", FILES[kind])
    with serving(tmp_path / "home") as service:
        assert str(file) in service.log()
        assert service.get().status_code == 200
    assert file.read_bytes() == FILES[kind]


def test_what_goes_wrong_while_it_runs_changes_nothing(tmp_path: Path) -> None:
    """One defect after the other: each is told, and the last good values stay."""
    home = tmp_path / "home"
    file = write(home, GOOD)
    with serving(home) as service:
        check_good_stays(service)
        contents: list[bytes | str] = [f"{GOOD}{line}\n" for line in LINES]
        for content in (*contents, FILES["binary"]):
            seen = service.log().count(str(file))
            write(home, content)
            until(partial(says_more_of, service, file, seen))
            check_good_stays(service)


def says_more_of(service: Service, file: Path, times: int) -> bool:
    """Tell whether the log has a file more often than that."""
    return service.log().count(str(file)) > times


@pytest.mark.parametrize("how", ["unreadable", "a folder"])
def test_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path, how: str) -> None:
    """The last good values stay, and count anew when it can be read again."""
    home = tmp_path / "home"
    file = write(home, GOOD)
    with serving(home, prefix=LIKE_EVERYBODY) as service:
        check_good_stays(service)
        seen = service.log().count(str(file))
        if how == "unreadable":
            file.chmod(0)
        else:
            file.unlink()
            file.mkdir()
        until(partial(says_more_of, service, file, seen))
        check_good_stays(service)
        if how == "unreadable":
            file.chmod(0o600)
        else:
            shutil.rmtree(file)
        write(home, GOOD.replace("=14", "=1"))
        until(lambda: service.get().json()["logLevel"] == 1)
