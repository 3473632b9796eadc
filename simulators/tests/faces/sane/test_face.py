"""The face in a simulation: what programs are told, and what is said when it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from scanwright_simulators.device import Journal, VirtualScanner
from scanwright_simulators.errors import StartError
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.face import Face, Installed, RunningDevice, Site
from scanwright_simulators.faces.sane import SaneFace, face, socket_in
from scanwright_simulators.faces.sane.library import locate


class Plan:
    """As much of a plan as a face looks at."""

    def __init__(self, *faces: str) -> None:
        self.faces = faces


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    """Return a thread to draw in."""
    with ThreadPoolExecutor(1) as threads:
        yield threads


@pytest.fixture
def site(
    make_scanner: Callable[..., VirtualScanner],
    threads: ThreadPoolExecutor,
    short_folder: Path,
) -> Site:
    """Return a site with one device."""
    scanner = make_scanner()
    installed = Installed(scanner, cast("Any", Plan("sane")))
    return Site((installed,), Journal(scanner.clock), threads, short_folder)


async def test_what_programs_need(site: Site) -> None:
    """The device has its name in libsane; the folder of the library is a variable."""
    it: Face = SaneFace()
    async with it.serving(site) as presence:
        address = "scanwright:virtual-office"
        assert presence.devices == [RunningDevice("Virtual Office", "sane", address)]
        assert presence.variables == {
            "LD_LIBRARY_PATH": str(locate().parent),
            "SANE_DEFAULT_DEVICE": address,
        }
        assert presence.notes == ()
        assert socket_in(site.folder).is_socket()
    assert not socket_in(site.folder).exists()


async def test_nobody_wants_it(site: Site) -> None:
    """Without a device for libsane nothing is served."""
    nobody = Site((), site.journal, site.threads, site.folder)
    async with SaneFace().serving(nobody) as presence:
        assert (presence.devices, presence.notes) == ((), ())
        assert not socket_in(site.folder).exists()


async def test_without_libsane(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note has the command that helps."""
    monkeypatch.setattr(sane_test, "is_available", lambda: False)
    async with SaneFace().serving(site) as presence:
        assert presence.devices == ()
        assert "apt-get install libsane1" in presence.notes[0]


async def test_without_a_compiler(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What keeps the library from being made is a note, not an error."""

    def fail() -> Path:
        raise StartError("no compiler")

    monkeypatch.setattr(face, "locate", fail)
    async with SaneFace().serving(site) as presence:
        assert presence.notes == ("no compiler",)


def test_the_configuration(tmp_path: Path) -> None:
    """Libsane is led to the backend, and the backend to its socket."""
    from scanwright_simulators.scenario import SaneTest

    socket = socket_in(tmp_path)
    sane_test.write_configuration(tmp_path, SaneTest(1), {}, own=socket)
    assert (tmp_path / "dll.conf").read_text("utf-8") == "scanwright\ntest\n"
    assert (tmp_path / "scanwright.conf").read_text("utf-8") == f"socket {socket}\n"
