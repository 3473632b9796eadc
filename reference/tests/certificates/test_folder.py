"""Two files change as one: at no moment is there half a pair to read."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scanwright.certificates import folder as folder_module
from scanwright.certificates.folder import (
    CertificateFolder,
    FolderBusy,
    PairFiles,
    write_private,
)
from scanwright.certificates.inspection import Pair, belongs

MakePair = Callable[..., Pair]


@pytest.fixture
def files(tmp_path: Path) -> PairFiles:
    """The files of the TLS ports."""
    return CertificateFolder(tmp_path).server


def test_what_was_written_is_read(files: PairFiles, make_pair: MakePair) -> None:
    """A pair comes back as it was; its files are for the owner only."""
    pair = make_pair()
    files.write(pair)
    assert files.read() == pair
    assert {f.stat().st_mode & 0o777 for f in files.chain.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("missing", ["server.pem", "server_key.pem"])
def test_half_a_pair_is_none(
    files: PairFiles, make_pair: MakePair, missing: str
) -> None:
    """Where a file is missing there is no pair."""
    files.write(make_pair())
    (files.chain.parent / missing).unlink()
    assert files.read() is None


def test_every_moment_of_a_change_has_a_pair(
    files: PairFiles, make_pair: MakePair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads between two steps finds the old pair or the new one.

    That holds for a crash at that moment, too.
    """
    old, new = make_pair(), make_pair()
    files.write(old)
    seen: list[Pair | None] = []
    replace = Path.replace

    def watched(source: Path, target: Path) -> Path:
        seen.append(files.read())
        moved = replace(source, target)
        seen.append(files.read())
        return moved

    monkeypatch.setattr(Path, "replace", watched)
    files.write(new)
    assert seen == [old, new, new, new]


def test_two_files_that_do_not_belong_together_are_shown_as_they_are(
    files: PairFiles, make_pair: MakePair
) -> None:
    """Somebody else says what is wrong; nothing is made up."""
    files.write(make_pair())
    files.key.write_bytes(make_pair().key)
    pair = files.read()
    assert pair is not None
    assert not belongs(pair)


def test_a_joined_file_is_a_pair(tmp_path: Path, make_pair: MakePair) -> None:
    """A certificate with its key in one file, as it was once, is recognised."""
    own, pair = CertificateFolder(tmp_path), make_pair()
    assert own.joined() is None
    own.server.chain.write_bytes(pair.chain + pair.key)
    assert own.joined() == pair


def test_a_key_beside_a_joined_file_counts(tmp_path: Path, make_pair: MakePair) -> None:
    """A key file that is there is the key."""
    own, pair = CertificateFolder(tmp_path), make_pair()
    own.server.write(pair)
    own.server.chain.write_bytes(pair.chain + make_pair().key)
    assert own.joined() is None


def test_no_name_leads_out_of_the_folder(tmp_path: Path) -> None:
    """Names come from a configuration file; only their last part counts."""
    files = CertificateFolder(tmp_path).pair("../../etc/passwd", "/etc/shadow")
    assert files == PairFiles(tmp_path / "passwd", tmp_path / "shadow")


def test_writers_wait_for_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes second is told when the first one hangs."""
    monkeypatch.setattr(folder_module, "LOCK_S", 0.05)
    other = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)
    own = CertificateFolder(tmp_path)
    with pytest.raises(FolderBusy, match=str(tmp_path)), own.locked():
        pass
    os.close(other)
    with own.locked():
        assert own.path == tmp_path


def test_a_full_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written whole is not written."""
    file = tmp_path / "trust.json"
    write_private(file, b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_removed_pair_is_gone(files: PairFiles, make_pair: MakePair) -> None:
    """Nothing of it stays."""
    files.write(make_pair())
    files.remove()
    assert not list(files.chain.parent.iterdir())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away: sudo")
def test_root_writes_for_the_owner_of_the_folder(tmp_path: Path) -> None:
    """An administrator's command leaves nothing that the service cannot read."""
    os.chown(tmp_path, 4711, 4712)
    file = tmp_path / "file"
    write_private(file, b"content")
    assert (file.stat().st_uid, file.stat().st_gid) == (4711, 4712)
