"""Chromium's policy has a file of ours, and no other is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scanwright.certificates.stores.chromium_policy import ChromiumPolicy
from scanwright.certificates.stores.store import Authority, State


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of managed policies, not there yet."""
    return tmp_path / "chromium" / "policies" / "managed"


@pytest.fixture
def policy(folder: Path, tmp_path: Path) -> ChromiumPolicy:
    """The store under test."""
    return ChromiumPolicy(folder, until=tmp_path)


def test_the_file_says_what_chromium_wants(
    policy: ChromiumPolicy, folder: Path, ca: Authority
) -> None:
    """A list of certificates without the lines around them."""
    assert policy.trust(ca).state is State.TRUSTED
    said = json.loads((folder / "scanwright.json").read_text())
    assert said == {"CACertificates": [ca.base64]}
    assert policy.state(ca).state is State.TRUSTED


def test_two_cas_are_trusted_side_by_side(
    policy: ChromiumPolicy, ca: Authority, other: Authority
) -> None:
    """As it has to be while one follows the other."""
    policy.trust(ca)
    policy.trust(other)
    policy.untrust(ca)
    assert policy.state(ca).state is State.UNTRUSTED
    assert policy.state(other).state is State.TRUSTED


def test_nothing_stays(policy: ChromiumPolicy, tmp_path: Path, ca: Authority) -> None:
    """With the last certificate the file goes, and empty folders with it."""
    policy.trust(ca)
    policy.untrust(ca)
    assert not list(tmp_path.iterdir())
    assert policy.untrust(ca).state is State.UNTRUSTED


def test_other_policies_stay(
    policy: ChromiumPolicy, folder: Path, ca: Authority
) -> None:
    """Each file is its owner's."""
    folder.mkdir(parents=True)
    theirs = folder / "company.json"
    theirs.write_text('{"HomepageLocation": "https://example.com"}')
    policy.trust(ca)
    policy.untrust(ca)
    assert list(folder.iterdir()) == [theirs]


def test_a_rival_is_told(policy: ChromiumPolicy, folder: Path, ca: Authority) -> None:
    """Chromium takes the list of one file only, so the administrator has to decide."""
    folder.mkdir(parents=True)
    (folder / "company.json").write_text('{"CACertificates": []}')
    report = policy.trust(ca)
    assert report.state is State.UNTRUSTED
    assert "company.json sets CACertificates" in str(report.problem)
    assert ca.base64 in str(report.problem)


def test_a_file_of_ours_that_was_edited_is_repaired(
    policy: ChromiumPolicy, folder: Path, ca: Authority
) -> None:
    """What is no list is none."""
    folder.mkdir(parents=True)
    (folder / "scanwright.json").write_text('{"CACertificates": "x"}')
    assert policy.trust(ca).state is State.TRUSTED
