"""Opening a bundle: damage is one thing, a file that is not there another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright_conformance.bundle.opening import (
    DIFFERENT,
    USAGE_ERROR,
    NotOpened,
    complain,
    open_bundle,
)
from scanwright_conformance.events import Event

Events = tuple[Event, ...]


def test_a_bundle_is_opened(passing: Events, write: Callable[[Events], Path]) -> None:
    """As it was written."""
    assert open_bundle(write(passing)).events == passing


def test_damage_is_told_apart_from_absence(tmp_path: Path) -> None:
    """Each has its own exit status, and the name of the file."""
    path = tmp_path / "evidence.zip"
    with pytest.raises(NotOpened, match=r"evidence\.zip: No such file") as absent:
        open_bundle(path)
    path.write_bytes(b"no zip")
    with pytest.raises(
        NotOpened, match=r"evidence\.zip is refused: it is no"
    ) as damaged:
        open_bundle(path)
    assert (absent.value.status, damaged.value.status) == (USAGE_ERROR, DIFFERENT)


def test_complaints_are_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    """They name the command, and go where errors go."""
    complain("verify", "bad\x1b[2J")
    assert capsys.readouterr().err == "scanwright verify: bad\ufffd[2J\n"
