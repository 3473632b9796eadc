"""Policy files are for all to read, and whole at every moment."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanwright.certificates.stores.policies import (
    read_policies,
    remove_empty,
    write_for_all,
)
from scanwright.certificates.stores.store import StoreUnusable


@pytest.fixture
def strict_mask() -> Iterator[None]:
    """An administrator's shell that gives nothing to others."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.usefixtures("strict_mask")
def test_a_file_is_readable_by_all(tmp_path: Path) -> None:
    """Also where the writer's files are usually not."""
    file = tmp_path / "a" / "b" / "policies.json"
    write_for_all(file, "{}")
    assert file.stat().st_mode & 0o777 == 0o644
    assert [each.stat().st_mode & 0o777 for each in (*file.parents,)[:2]] == [0o755] * 2
    assert list(file.parent.iterdir()) == [file]


def test_an_absent_file_says_nothing(tmp_path: Path) -> None:
    """That is no error."""
    assert read_policies(tmp_path / "absent.json") == {}


@pytest.mark.parametrize("content", ["{", "[]", "1", "\xff"])
def test_a_damaged_file_is_named(tmp_path: Path, content: str) -> None:
    """It is not overwritten: somebody meant something by it."""
    file = tmp_path / "policies.json"
    file.write_text(content, "latin-1")
    with pytest.raises(StoreUnusable, match=str(file)):
        read_policies(file)


def test_empty_folders_go_and_others_stay(tmp_path: Path) -> None:
    """Up to the one that is not ours."""
    folder = tmp_path / "a" / "b" / "c"
    folder.mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    remove_empty(folder, until=tmp_path)
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["file"]
    (tmp_path / "a" / "file").unlink()
    remove_empty(tmp_path / "a", until=tmp_path)
    assert tmp_path.is_dir()
    assert not list(tmp_path.iterdir())
