"""What browsers were told is written down, and a damaged page is an empty one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.ledger import Ledger, Scope, read_ledger, update_ledger

SAID = Ledger(frozenset({Scope.USER}), frozenset({"a CA"}), {"a store": 5.0})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    """Also by the next process."""
    folder = CertificateFolder(tmp_path)
    assert update_ledger(folder, lambda _: SAID) == SAID
    assert read_ledger(folder) == SAID
    assert folder.trust.stat().st_mode & 0o777 == 0o600


def test_a_change_sees_what_was_there(tmp_path: Path) -> None:
    """Two writers lose nothing of each other."""
    folder = CertificateFolder(tmp_path)
    update_ledger(folder, lambda _: SAID)
    both = frozenset({"a CA", "another"})
    update_ledger(folder, lambda old: replace(old, told=old.told | {"another"}))
    assert read_ledger(folder) == replace(SAID, told=both)


def test_nothing_is_no_file(tmp_path: Path) -> None:
    """When browsers have forgotten us, so have we."""
    folder = CertificateFolder(tmp_path)
    update_ledger(folder, lambda _: SAID)
    update_ledger(folder, lambda _: Ledger())
    assert not folder.trust.exists()
    assert read_ledger(folder) == Ledger()


@given(content=st.binary(max_size=40))
def test_a_damaged_file_says_nothing(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    """Whatever it holds, it is no reason to stop."""
    folder = CertificateFolder(tmp_path_factory.mktemp("cert"))
    folder.trust.write_bytes(content)
    assert read_ledger(folder) == Ledger()


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"scopes": ["moon"], "told": [], "changed": {}}', "null"]
)
def test_other_json_says_nothing(tmp_path: Path, content: str) -> None:
    """Nor does a file of another version."""
    folder = CertificateFolder(tmp_path)
    folder.trust.write_text(content)
    assert read_ledger(folder) == Ledger()
