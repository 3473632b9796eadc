"""Pixels on disk: private, complete, and gone with the service."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.buffer.vault import CHUNK_BYTES, Key, PageGone, Vault
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


def test_a_shredded_key_leaves_noise(tmp_path: Path) -> None:
    """Files of a session cannot be read after it, those of others can."""
    vault, key = Vault(tmp_path), Key()
    own, other = vault.seal([[b"a" * 99]], key), vault.seal([[b"b" * 99]])
    assert b"".join(vault.unseal(own, 0)) == b"a" * 99
    key.shred()
    key.shred()
    with pytest.raises(PageGone, match="session is over"):
        list(vault.unseal(own, 0))
    with pytest.raises(PageGone, match="session is over"):
        vault.seal([[b"c"]], key)
    assert b"".join(vault.unseal(other, 0)) == b"b" * 99


def test_a_key_of_another_session_opens_nothing(tmp_path: Path) -> None:
    """Each session has its own."""
    vault = Vault(tmp_path)
    sealed = vault.seal([[b"page"]], Key())
    with pytest.raises(PageGone, match="damaged"):
        list(vault.unseal(replace(sealed, key=Key()), 0))


def test_sizes_of_files_are_known_without_looking(tmp_path: Path) -> None:
    """They are what the disk says, too; and no key is ever printed."""
    vault = Vault(tmp_path)
    for parts in ([[b""]], [[b"x"], []], [[bytes(CHUNK_BYTES + 1)], [b"abc"]]):
        sealed = vault.seal(parts)
        assert sealed.size_bytes == sealed.path.stat().st_size
        assert "key" not in repr(sealed)


def test_a_page_that_stays_in_memory_has_no_file(tmp_path: Path) -> None:
    """It is sealed all the same: unreadable without its key, and after it."""
    vault, key = Vault(tmp_path), Key()
    sealed = vault.seal_in_memory([[b"secret" * 99], [b"second"]], key)
    assert list(tmp_path.iterdir()) == []
    assert b"secret" not in sealed.content
    assert sealed.size_bytes == len(sealed.content)
    assert b"".join(vault.unseal(sealed, 1)) == b"second"
    assert "secret" not in repr(sealed)
    vault.discard(sealed)
    key.shred()
    with pytest.raises(PageGone, match="session is over"):
        list(vault.unseal(sealed, 0))


def test_a_page_moves_from_memory_to_a_file(tmp_path: Path) -> None:
    """Private as any, and the same page; where it was it can still be read."""
    vault = Vault(tmp_path)
    sealed = vault.seal_in_memory([[b"a" * 99], [b"b"]], Key())
    moved = vault.move(sealed)
    assert moved.path.read_bytes() == sealed.content
    assert stat.S_IMODE(moved.path.stat().st_mode) == 0o600
    for place in (moved, sealed):
        assert b"".join(vault.unseal(place, 0)) == b"a" * 99
    vault.discard(moved)
    assert list(tmp_path.iterdir()) == []


def test_a_page_that_cannot_move_stays(tmp_path: Path) -> None:
    """A full disk is said with its code, and leaves nothing."""
    vault = Vault(tmp_path / "cache")
    sealed = vault.seal_in_memory([[b"page"]], Key())
    (tmp_path / "cache").rmdir()
    with pytest.raises(InternalError) as caught:
        vault.move(sealed)
    assert caught.value.code is Code.WRITE_ERROR
    assert b"".join(vault.unseal(sealed, 0)) == b"page"


def test_a_key_tells_of_nothing_unless_asked() -> None:
    """Whoever wants to know that memory is full says so."""
    told: list[int] = []
    Key().on_full(5)
    Key(on_full=told.append).on_full(5)
    assert told == [5]
