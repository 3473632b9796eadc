"""The stores of a user, and those of a machine."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path

import pytest

from scanwright.certificates.stores import registry
from scanwright.certificates.stores.nss import NssDatabase
from scanwright.certificates.stores.registry import stores_for
from scanwright.certificates.stores.store import Authority, State


def test_a_user_has_databases(tmp_path: Path) -> None:
    """Those in the HOME that the environment names."""
    for place in (".pki/nssdb", ".mozilla/firefox/abc.default"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "cert9.db").touch()
    stores = stores_for({"HOME": str(tmp_path)}, is_system=False)
    assert [type(store) for store in stores] == [NssDatabase, NssDatabase]
    assert [store.label.split(" (")[0] for store in stores] == [
        "Chromium",
        "Firefox profile",
    ]


def test_a_machine_has_policies(
    tmp_path: Path, ca: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of Chromium, Chrome and Firefox; undone, nothing is left of them."""
    monkeypatch.setattr(pwd, "getpwall", list)
    (tmp_path / "etc").mkdir()
    stores = stores_for({}, is_system=True, root=tmp_path)
    assert [store.trust(ca).state for store in stores] == [State.TRUSTED] * 3
    files = {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.json")}
    assert files == {
        "etc/chromium/policies/managed/scanwright.json",
        "etc/opt/chrome/policies/managed/scanwright.json",
        "etc/firefox/policies/policies.json",
    }
    assert [store.untrust(ca).state for store in stores] == [State.UNTRUSTED] * 3
    assert not list(tmp_path.rglob("*.json"))


def test_a_distributors_policies_are_known(tmp_path: Path, ca: Authority) -> None:
    """They lie beside the program."""
    distribution = tmp_path / "usr/lib/firefox-esr/distribution/policies.json"
    distribution.parent.mkdir(parents=True)
    distribution.write_text('{"policies": {"DisableTelemetry": true}}')
    (tmp_path / "etc").mkdir()
    firefox = stores_for({}, is_system=True, root=tmp_path)[-1]
    firefox.trust(ca)
    policies = json.loads((tmp_path / "etc/firefox/policies/policies.json").read_text())
    assert policies["policies"]["DisableTelemetry"] is True


def test_profiles_of_all_users_are_found_once(tmp_path: Path) -> None:
    """Two accounts may share a home, and some have none."""
    profile = tmp_path / ".mozilla" / "firefox" / "abc.default"
    profile.mkdir(parents=True)
    (profile / "cert9.db").touch()
    users = [
        pwd.struct_passwd((name, "x", os.geteuid(), 0, "", str(home), ""))
        for name, home in [
            ("one", tmp_path),
            ("two", tmp_path),
            ("root of all", "/"),
            ("none", tmp_path / "absent"),
        ]
    ]
    (found,) = registry._profiles_of(users)
    assert str(profile) in found.label
