"""What keeps a service from starting: named, with the remedy, and nothing is lost."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hardship import refused, serving

pytestmark = pytest.mark.slow

LIKE_EVERYBODY: Sequence[str] = (
    ("setpriv", "--inh-caps=-all", "--bounding-set=-all") if os.geteuid() == 0 else ()
)
"""Root keeps its number, and loses the right to pass over permissions."""


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on, good as the base of four."""
    with socket.socket() as listener:
        for port in range(21001, 31000, 5):
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            listener.listen()
            yield port
            return


def test_the_owner_of_a_taken_port_is_named(tmp_path: Path, taken: int) -> None:
    """Port, command line, process, and two ways out."""
    words = refused("--home", str(tmp_path), "--port-base", str(taken))
    assert f"Port {taken} is in use by" in words
    assert f"(process {os.getpid()})" in words
    assert "--port-base" in words
    assert "DSConfiguration.ini" in words


def test_an_owner_who_hides_is_said_to_be_hidden(tmp_path: Path, taken: int) -> None:
    """Without the right to look into other processes there is advice."""
    if not LIKE_EVERYBODY:
        pytest.skip("needs a program of another user on the port: sudo make test")
    home = ("--home", str(tmp_path))
    words = refused(*home, "--port-base", str(taken), prefix=LIKE_EVERYBODY)
    assert f"Port {taken} is in use by another user's program" in words
    assert "ss -ltnp" in words


@pytest.mark.parametrize("name", [".", "cache", "cert", "log", "storage"])
def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, name: str) -> None:
    """No start, the folder and the remedy; then, with its rights back, all is there."""
    home = tmp_path / "home"
    with serving(home, prefix=LIKE_EVERYBODY):
        (home / "storage" / "document").write_text("kept")
        authority = (home / "cert" / "ca.pem").read_bytes()
    closed = home / name
    closed.chmod(0)
    try:
        words = refused("--home", str(home), "--port-base", "0", prefix=LIKE_EVERYBODY)
    finally:
        closed.chmod(0o700)
    assert str(closed) in words
    assert "owner" in words or "--home" in words
    with serving(home, prefix=LIKE_EVERYBODY) as service:
        assert service.get().status_code == 200
    assert (home / "storage" / "document").read_text() == "kept"
    assert (home / "cert" / "ca.pem").read_bytes() == authority


def test_a_file_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    """It is left as it is."""
    home = tmp_path / "home"
    home.write_text("mine")
    words = refused("--home", str(home), "--port-base", "0")
    assert str(home) in words
    assert home.read_text() == "mine"


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The folder above it lets nobody write."""
    above = tmp_path / "above"
    above.mkdir(mode=0o500)
    home = above / "home"
    words = refused("--home", str(home), "--port-base", "0", prefix=LIKE_EVERYBODY)
    assert str(home) in words
    assert "--home" in words


@pytest.mark.parametrize("name", ["server.pem", "server_key.pem"])
def test_a_damaged_certificate_is_made_anew(tmp_path: Path, name: str) -> None:
    """Half a file, as a full disk leaves it, keeps nobody from starting."""
    home = tmp_path / "home"
    with serving(home):
        pass
    file = home / "cert" / name
    file.write_bytes(file.read_bytes()[:100])
    with serving(home) as service:
        assert service.get().status_code == 200
