"""The installation's key: made once, private, and missed when it is gone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from scanwright.errors import DocumentDamaged
from scanwright.storage.files import FileSystem
from scanwright.storage.installation import InstallationKey


def key_in(folder: Path) -> InstallationKey:
    """Return the key of a folder."""
    return InstallationKey(folder, FileSystem(), os.urandom)


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    """The next start finds the key of the first."""
    key_in(tmp_path).ensure()
    first = key_in(tmp_path).wrapping(b"salt")
    key_in(tmp_path).ensure()
    assert key_in(tmp_path).wrapping(b"salt") == first
    assert key_in(tmp_path).wrapping(b"pepper") != first
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


def test_a_half_made_key_is_made_anew(tmp_path: Path) -> None:
    """What a crash has left of it is no key."""
    (tmp_path / "key.new").write_bytes(b"half")
    key_in(tmp_path).ensure()
    assert len((tmp_path / "key").read_bytes()) == 32
    assert not (tmp_path / "key.new").exists()


@pytest.mark.parametrize("content", [None, b"", b"short"])
def test_a_key_that_is_gone_is_told(tmp_path: Path, content: bytes | None) -> None:
    """The message names the file, and nothing is made in its place."""
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    with pytest.raises(DocumentDamaged, match=str(tmp_path / "key")):
        key_in(tmp_path).wrapping(b"salt")
