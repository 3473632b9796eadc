"""Keys that sign bundles: given as a file, or made once for this user."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.seal import ID_DIGITS, key_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["KeyProblem", "key_path", "signing_key", "trusted_key_id"]

ID: Final = re.compile(rf"[0-9a-f]{{{ID_DIGITS}}}")


class KeyProblem(Exception):
    """A key cannot be used; the message has the file and what to do."""


def key_path(environment: Mapping[str, str] | None = None) -> Path:
    """Return where the key of this user is kept."""
    found = (os.environ if environment is None else environment).get("XDG_CONFIG_HOME")
    # relative paths are to be ignored, says the XDG Base Directory Specification
    is_good = found is not None and Path(found).is_absolute()
    folder = Path(found) if found and is_good else Path.home() / ".config"
    return folder / "scanwright" / "certify-key.pem"


def signing_key(path: Path | None = None) -> Ed25519PrivateKey:
    """Return the key in `path`, or that of this user, made when there is none."""
    if path is not None:
        return _read(path)
    own = key_path()
    try:
        if not own.exists():
            _make(own)
    except OSError as error:
        raise KeyProblem(
            f"{own}: no key could be made there: {error.strerror}; give one with --key",
        ) from error
    return _read(own)


def trusted_key_id(word: str) -> str:
    """Return the id that `word` says, or that of the public key in the file `word`."""
    if ID.fullmatch(word.lower()):
        return word.lower()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    path = Path(word)
    try:
        key = load_pem_public_key(_bytes_of(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyProblem(
            f"{path}: this is no public key of ed25519 in PEM, and no key id of "
            f"{ID_DIGITS} digits; `openssl pkey -in KEY -pubout` writes the file",
        )
    return key_id(key.public_bytes_raw())


def _read(path: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(_bytes_of(path), password=None)
    except TypeError:
        raise KeyProblem(
            f"{path}: the key is locked by a password; "
            "`openssl pkey -in KEY -out NEW` writes one that is not",
        ) from None
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyProblem(
            f"{path}: this is no private key of ed25519 in PEM; "
            "`openssl genpkey -algorithm ed25519 -out KEY` makes one",
        )
    return key


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyProblem(f"{path}: {error.strerror}") from error


def _make(path: Path) -> None:
    """Make a key that nobody else can read, whole or not at all."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent) as file:
        file.write(pem)
        file.flush()
        # a link, for it fails where a rename would take away another's new key
        with contextlib.suppress(FileExistsError):
            os.link(file.name, path)
