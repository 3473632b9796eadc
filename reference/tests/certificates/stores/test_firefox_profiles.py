"""Every profile that has been used is found, wherever Firefox is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.certificates.stores.firefox_profiles import firefox_profiles


def use(profile: Path) -> Path:
    """Leave what the first use of a profile leaves."""
    profile.mkdir(parents=True)
    (profile / "cert9.db").touch()
    return profile


@pytest.mark.parametrize(
    "root",
    [
        ".mozilla/firefox",
        ".config/mozilla/firefox",
        "snap/firefox/common/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/.mozilla/firefox",
        ".var/app/org.mozilla.firefox/config/mozilla/firefox",
    ],
)
def test_a_profile_is_found(tmp_path: Path, root: str) -> None:
    """Of a distribution's Firefox, of Snap's and of Flatpak's."""
    profile = use(tmp_path / root / "abc.default")
    (found,) = firefox_profiles(tmp_path, {})
    assert found.folder == profile
    assert str(profile) in found.label


def test_an_unused_profile_is_left_alone(tmp_path: Path) -> None:
    """Firefox makes its database when it needs one."""
    (tmp_path / ".mozilla" / "firefox" / "new.default").mkdir(parents=True)
    assert firefox_profiles(tmp_path, {}) == []


def test_a_profile_elsewhere_is_found_once(tmp_path: Path) -> None:
    """`profiles.ini` may name any place, and one that is found anyway."""
    root = tmp_path / ".mozilla" / "firefox"
    inside, outside = use(root / "abc.default"), use(tmp_path / "elsewhere")
    (root / "profiles.ini").write_text(
        f"[Profile0]\nPath=abc.default\nIsRelative=1\n[Profile1]\nPath={outside}\n"
        "IsRelative=0\n[General]\nPath=nowhere\n[Install1]\nDefault=abc.default\n"
    )
    found = {each.folder for each in firefox_profiles(tmp_path, {})}
    assert found == {inside, outside}
    assert len(firefox_profiles(tmp_path, {})) == 2


@pytest.mark.parametrize("content", [b"[Profile0\n", b"\xff\xfe", b"[P]\nx\n"])
def test_a_damaged_list_hides_no_profile(tmp_path: Path, content: bytes) -> None:
    """What is in the folder is found without it."""
    root = tmp_path / ".mozilla" / "firefox"
    profile = use(root / "abc.default")
    (root / "profiles.ini").write_bytes(content)
    assert [each.folder for each in firefox_profiles(tmp_path, {})] == [profile]
