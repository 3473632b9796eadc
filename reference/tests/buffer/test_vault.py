"""Pixels on disk: private, complete, and gone with the service."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.buffer.vault import CHUNK_BYTES, PageGone, Vault
from scanwright.errors import Code, InternalError

PARTS = st.lists(st.lists(st.binary(max_size=40), max_size=4), min_size=1, max_size=3)


@given(PARTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_part_comes_back(tmp_path: Path, parts: list[list[bytes]]) -> None:
    """Parts are read one by one, in any order."""
    vault = Vault(tmp_path)
    sealed = vault.seal(parts)
    for index in reversed(range(len(parts))):
        assert b"".join(vault.unseal(sealed, index)) == b"".join(parts[index])
    vault.discard(sealed)


def test_parts_larger_than_a_chunk_come_back(tmp_path: Path) -> None:
    """Pieces and chunks need not fall together."""
    vault = Vault(tmp_path)
    first, second = os.urandom(CHUNK_BYTES - 3), os.urandom(CHUNK_BYTES + 3)
    sealed = vault.seal([[first, second], [first]])
    assert b"".join(vault.unseal(sealed, 0)) == first + second
    assert b"".join(vault.unseal(sealed, 1)) == first


def test_file_is_private_and_unreadable(tmp_path: Path) -> None:
    """Only the owner can open the file, and there is nothing to see in it."""
    sealed = Vault(tmp_path / "cache").seal([[b"secret" * 100]])
    assert stat.S_IMODE(sealed.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(sealed.path.parent.stat().st_mode) == 0o700
    assert b"secret" not in sealed.path.read_bytes()


def test_same_page_never_looks_the_same(tmp_path: Path) -> None:
    """Equal pages make different files, under one key and under another."""
    one, other = Vault(tmp_path / "one"), Vault(tmp_path / "other")
    files = {
        vault.seal([[b"page" * 50]]).path.read_bytes() for vault in (one, one, other)
    }
    assert len(files) == 3


def test_damage_is_noticed(tmp_path: Path) -> None:
    """A changed, shortened, swapped or deleted file is no page."""
    vault = Vault(tmp_path)
    first, second = vault.seal([[b"a" * 99]]), vault.seal([[b"b" * 99]])
    good = first.path.read_bytes()
    for bad in (b"\0" + good[1:], good[:-1], b"", second.path.read_bytes()):
        first.path.write_bytes(bad)
        with pytest.raises(PageGone, match="Scan the page again"):
            list(vault.unseal(first, 0))
    first.path.unlink()
    with pytest.raises(PageGone):
        list(vault.unseal(first, 0))


def test_orphans_are_swept_and_nothing_else(tmp_path: Path) -> None:
    """A start removes what a crash left behind, and leaves other files alone."""
    orphan = Vault(tmp_path).seal([[b"page"]]).path
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    Vault(tmp_path)
    assert not orphan.exists()
    assert other.exists()


def test_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """What cannot be written is said with a code, and removed."""
    vault = Vault(tmp_path / "cache")
    (tmp_path / "cache").rmdir()
    with pytest.raises(InternalError) as caught:
        vault.seal([[b"page"]])
    assert caught.value.code is Code.WRITE_ERROR
    assert list(tmp_path.iterdir()) == []
