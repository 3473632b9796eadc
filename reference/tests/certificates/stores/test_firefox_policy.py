"""Firefox's one file of policies is shared: ours goes in and comes out again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.certificates.stores.firefox_policy import FirefoxPolicy
from scanwright.certificates.stores.store import Authority, State

THEIRS: dict[str, Any] = {
    "policies": {
        "DisableTelemetry": True,
        "Certificates": {"ImportEnterpriseRoots": True, "Install": ["company.pem"]},
    }
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of policies, not there yet."""
    return tmp_path / "firefox" / "policies"


@pytest.fixture
def policy(folder: Path, tmp_path: Path) -> FirefoxPolicy:
    """The store under test."""
    return FirefoxPolicy(folder, until=tmp_path)


def policies(folder: Path) -> Any:
    """Read the file."""
    return json.loads((folder / "policies.json").read_text())


def put(folder: Path, content: object) -> None:
    """Write the file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policies.json").write_text(json.dumps(content))


def test_the_file_names_a_certificate_that_all_can_read(
    policy: FirefoxPolicy, folder: Path, ca: Authority
) -> None:
    """The CA's own folder is closed to others, so there is a copy."""
    assert policy.trust(ca).state is State.TRUSTED
    (path,) = policies(folder)["policies"]["Certificates"]["Install"]
    assert Path(path).read_text() == ca.pem
    assert Path(path).stat().st_mode & 0o777 == 0o644
    assert policy.state(ca).state is State.TRUSTED


def test_nothing_stays(policy: FirefoxPolicy, tmp_path: Path, ca: Authority) -> None:
    """A file that was only ours goes, and empty folders with it."""
    policy.trust(ca)
    policy.untrust(ca)
    assert not list(tmp_path.iterdir())


def test_other_policies_stay(
    policy: FirefoxPolicy, folder: Path, ca: Authority
) -> None:
    """Merged in, and taken out exactly."""
    put(folder, THEIRS)
    policy.trust(ca)
    assert policies(folder)["policies"]["DisableTelemetry"] is True
    assert "company.pem" in policies(folder)["policies"]["Certificates"]["Install"]
    policy.untrust(ca)
    assert policies(folder) == THEIRS


def test_a_copy_that_was_removed_is_made_again(
    policy: FirefoxPolicy, folder: Path, ca: Authority
) -> None:
    """A policy that names no file has no effect."""
    policy.trust(ca)
    (certificate,) = folder.glob("*.pem")
    certificate.unlink()
    assert policy.state(ca).state is State.UNTRUSTED
    assert policy.trust(ca).state is State.TRUSTED
    assert len(policies(folder)["policies"]["Certificates"]["Install"]) == 1


def test_a_damaged_file_is_not_overwritten(
    policy: FirefoxPolicy, folder: Path, ca: Authority
) -> None:
    """Somebody meant something by it."""
    folder.mkdir(parents=True)
    (folder / "policies.json").write_text("{ no")
    assert "Mend or remove it" in str(policy.trust(ca).problem)
    assert (folder / "policies.json").read_text() == "{ no"


def test_the_distributors_policies_are_not_hidden(
    folder: Path, tmp_path: Path, ca: Authority
) -> None:
    """Where ours would be the first in /etc it begins as a copy, and goes again."""
    distribution = tmp_path / "distribution.json"
    distribution.write_text(json.dumps(THEIRS))
    policy = FirefoxPolicy(
        folder, until=tmp_path, distributions=[tmp_path / "absent", distribution]
    )
    policy.trust(ca)
    assert policies(folder)["policies"]["DisableTelemetry"] is True
    policy.untrust(ca)
    assert list(tmp_path.iterdir()) == [distribution]


def test_copies_in_profiles_are_forgotten_too(
    folder: Path, tmp_path: Path, ca: Authority, other: Authority
) -> None:
    """Firefox keeps what a policy has installed; so the profiles are told as well."""
    profile = FirefoxPolicy(tmp_path / "profile", until=tmp_path)
    profile.trust(ca)
    profile.trust(other)
    policy = FirefoxPolicy(folder, until=tmp_path, profiles=lambda: [profile])
    policy.trust(ca)
    assert policy.untrust(ca).state is State.UNTRUSTED
    assert profile.state(ca).state is State.UNTRUSTED
    assert profile.state(other).state is State.TRUSTED


def test_a_profile_that_cannot_forget_is_told(
    folder: Path, tmp_path: Path, ca: Authority
) -> None:
    """The rest is done all the same."""
    profile = FirefoxPolicy(tmp_path / "profile", until=tmp_path)
    put(tmp_path / "profile", [])
    policy = FirefoxPolicy(folder, until=tmp_path, profiles=lambda: [profile])
    policy.trust(ca)
    assert "profile" in str(policy.untrust(ca).problem)
    assert not folder.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["policies", "Certificates", "Install", "x"]),
            inner,
            max_size=3,
        )
    ),
)


@given(content=st.dictionaries(st.sampled_from(["policies", "y"]), JSON, max_size=2))
@settings(max_examples=25, deadline=None)
def test_whatever_is_there_is_survived(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, Any]
) -> None:
    """Any JSON object can be added to; what was a list there is still in it."""
    folder = tmp_path_factory.mktemp("etc") / "policies"
    ca = Authority("Scanwright local CA 0", b"certificate")
    put(folder, content)
    policy = FirefoxPolicy(folder, until=folder.parent)
    assert policy.trust(ca).state is State.TRUSTED
    assert policy.state(ca).state is State.TRUSTED
    assert policy.untrust(ca).state is State.UNTRUSTED
    assert policy.state(ca).state is State.UNTRUSTED
