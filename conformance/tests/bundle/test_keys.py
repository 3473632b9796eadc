"""Keys: read with a reason when that fails, made once and for one user."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from scanwright_conformance.bundle import keys
from scanwright_conformance.bundle.keys import (
    KeyProblem,
    key_path,
    signing_key,
    trusted_key_id,
)
from scanwright_conformance.bundle.seal import key_id

PEM, PKCS8 = Encoding.PEM, PrivateFormat.PKCS8


def raw(key: Ed25519PrivateKey) -> bytes:
    """Return the public half."""
    return key.public_key().public_bytes_raw()


def test_a_key_is_read_from_its_file(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    """PEM as openssl writes it is what --key takes."""
    path = tmp_path / "key.pem"
    path.write_bytes(key.private_bytes(PEM, PKCS8, NoEncryption()))
    assert raw(signing_key(path)) == raw(key)


def test_a_key_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file the user has a key, readable by nobody else, and keeps it."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    first, second = signing_key(), signing_key()
    path = tmp_path / "scanwright" / "certify-key.pem"
    assert raw(first) == raw(second)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_key_that_somebody_else_just_made_stays(tmp_path: Path) -> None:
    """Of two that make one at the same time both use the same."""
    path = tmp_path / "certify-key.pem"
    keys._make(path)
    before = path.read_bytes()
    keys._make(path)
    assert path.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The message says where, and what to do."""
    (tmp_path / "scanwright").write_text("in the way")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    with pytest.raises(KeyProblem, match=r"certify-key\.pem.*--key"):
        signing_key()


@pytest.mark.parametrize("found", [None, "", "relative/folder"])
def test_without_a_folder_it_is_the_usual_one(found: str | None) -> None:
    """A variable that is no absolute path counts as none."""
    environment = {} if found is None else {"XDG_CONFIG_HOME": found}
    path = key_path(environment)
    assert path == Path.home() / ".config" / "scanwright" / "certify-key.pem"


def test_what_is_no_key_is_said(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    """Missing, locked, of another kind, or no key at all."""
    path = tmp_path / "key.pem"
    with pytest.raises(KeyProblem, match="No such file"):
        signing_key(path)
    path.write_bytes(key.private_bytes(PEM, PKCS8, BestAvailableEncryption(b"x")))
    with pytest.raises(KeyProblem, match="locked by a password"):
        signing_key(path)
    other = generate_private_key(SECP256R1())
    path.write_bytes(other.private_bytes(PEM, PKCS8, NoEncryption()))
    with pytest.raises(KeyProblem, match="openssl genpkey"):
        signing_key(path)


def test_trust_is_said_by_id_or_by_file(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    """Both name the same key."""
    path = tmp_path / "key.pub"
    public = key.public_key()
    path.write_bytes(public.public_bytes(PEM, PublicFormat.SubjectPublicKeyInfo))
    assert trusted_key_id(str(path)) == key_id(raw(key))
    assert trusted_key_id(key_id(raw(key)).upper()) == key_id(raw(key))


def test_what_is_neither_is_refused(tmp_path: Path) -> None:
    """A word that is no file and no id is said to be that."""
    with pytest.raises(KeyProblem, match="No such file"):
        trusted_key_id("1405abe8")
    path = tmp_path / "key.pub"
    path.write_text("nonsense")
    with pytest.raises(KeyProblem, match="openssl pkey"):
        trusted_key_id(str(path))
