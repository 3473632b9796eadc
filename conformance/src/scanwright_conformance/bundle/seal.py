"""The seal: a signature in the comment of the zip, over all bytes before the comment.

What is signed is one line of text, so that other tools can verify it:
`scanwright-bundle/1 sha256:<hash of the bytes before the comment>` and a line feed.
Those bytes end with the length of the comment. The comment itself is the JSON of four
fields, of which there is only one spelling. So no byte of the file can be another.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.bundle.archive import BundleError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = ["COMMENT_SIZE", "FORMAT", "Seal", "key_id", "opened", "sealed"]

FORMAT: Final = "scanwright-bundle/1"
ALGORITHM: Final = "ed25519"
KEY_SIZE: Final = 32
SIGNATURE_SIZE: Final = 64
ID_DIGITS: Final = 32


@dataclass(frozen=True, slots=True)
class Seal:
    """Who signed, as far as that can be known: the public key, and the signature."""

    public_key: bytes
    signature: bytes

    @property
    def key_id(self) -> str:
        """The short name of the key."""
        return key_id(self.public_key)


def key_id(public_key: bytes) -> str:
    """Return the name of a raw public key: half of its SHA-256."""
    return sha256(public_key).hexdigest()[:ID_DIGITS]


def sealed(archive: bytes, key: Ed25519PrivateKey) -> bytes:
    """Return the file: `archive`, made for a comment of COMMENT_SIZE, and its seal."""
    public_key = key.public_key().public_bytes_raw()
    seal = Seal(public_key, key.sign(_message(archive)))
    return archive + _comment(seal)


def opened(data: bytes) -> tuple[bytes, Seal]:
    """Return the archive in a file that nobody changed, and its seal."""
    if not data.startswith(b"PK"):
        raise BundleError("it is no zip, so it is no bundle")
    archive, comment = data[:-COMMENT_SIZE], data[-COMMENT_SIZE:]
    seal = _seal_in(comment)
    if _comment(seal) != comment:
        raise BundleError("the signature is not written as bundles have it")
    _verify(archive, seal)
    return archive, seal


def _verify(archive: bytes, seal: Seal) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(seal.public_key)
        key.verify(seal.signature, _message(archive))
    except (InvalidSignature, ValueError):
        raise BundleError(
            "the signature does not fit: bytes were changed after it was signed",
        ) from None


def _message(archive: bytes) -> bytes:
    return f"{FORMAT} sha256:{sha256(archive).hexdigest()}\n".encode()


def _comment(seal: Seal) -> bytes:
    fields = {
        "algorithm": ALGORITHM,
        "key_id": seal.key_id,
        "public_key": b64encode(seal.public_key).decode(),
        "signature": b64encode(seal.signature).decode(),
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


COMMENT_SIZE: Final = len(_comment(Seal(bytes(KEY_SIZE), bytes(SIGNATURE_SIZE))))


def _seal_in(comment: bytes) -> Seal:
    try:
        fields: Any = json.loads(comment)
        public_key = b64decode(fields["public_key"], validate=True)
        signature = b64decode(fields["signature"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, Base64Error):
        raise BundleError(
            "it does not end with a signature: it is no bundle, was cut off, or has "
            "something behind it",
        ) from None
    if len(public_key) != KEY_SIZE or len(signature) != SIGNATURE_SIZE:
        raise BundleError("its key and its signature are not those of ed25519")
    return Seal(public_key, signature)
