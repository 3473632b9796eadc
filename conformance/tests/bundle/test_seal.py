"""The signature: of one key, over every byte, in one spelling."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from scanwright_conformance.bundle.archive import BundleError, pack
from scanwright_conformance.bundle.seal import COMMENT_SIZE, key_id, opened, sealed

ARCHIVE = pack({"a": b"1"}, comment_size=COMMENT_SIZE)


def refused(data: bytes, words: str) -> None:
    """Assert that `data` is refused, with `words` in the reason."""
    with pytest.raises(BundleError, match=words):
        opened(data)


def test_what_was_sealed_is_opened(key: Ed25519PrivateKey) -> None:
    """The archive comes back, and whose key it was."""
    archive, seal = opened(sealed(ARCHIVE, key))
    assert archive == ARCHIVE
    assert seal.key_id == key_id(key.public_key().public_bytes_raw())


def test_the_comment_is_json_of_the_announced_length(key: Ed25519PrivateKey) -> None:
    """The length is signed, and known before anything is."""
    comment = sealed(ARCHIVE, key)[len(ARCHIVE) :]
    assert len(comment) == COMMENT_SIZE
    assert json.loads(comment)["algorithm"] == "ed25519"


def test_a_signature_of_another_key_does_not_fit(key: Ed25519PrivateKey) -> None:
    """The public key that stands there must have signed."""
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    comment = json.loads(sealed(ARCHIVE, key)[len(ARCHIVE) :])
    strange = json.loads(sealed(ARCHIVE, other)[len(ARCHIVE) :])
    comment["signature"] = strange["signature"]
    refused(ARCHIVE + written(comment), "does not fit")


def test_a_comment_has_one_spelling(key: Ed25519PrivateKey) -> None:
    """The same fields in another order are refused."""
    comment = json.loads(sealed(ARCHIVE, key)[len(ARCHIVE) :])
    turned = dict(reversed(comment.items()))
    refused(ARCHIVE + written(turned), "not written as bundles have it")


def test_keys_have_the_size_that_the_algorithm_says(key: Ed25519PrivateKey) -> None:
    """A shorter key with a longer signature is none of ed25519."""
    comment = json.loads(sealed(ARCHIVE, key)[len(ARCHIVE) :])
    comment["public_key"] = b64encode(bytes(30)).decode()
    comment["signature"] = b64encode(bytes(68)).decode()
    refused(ARCHIVE + written(comment), "not those of ed25519")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "no zip"),
        (b"<html>", "no zip"),
        (ARCHIVE, "does not end with a signature"),
        (b"PK" + b"[" * COMMENT_SIZE, "does not end with a signature"),
    ],
)
def test_what_has_no_signature_is_no_bundle(data: bytes, words: str) -> None:
    """The reason says what the file is not."""
    refused(data, words)


def test_what_is_signed_is_a_line_of_text(key: Ed25519PrivateKey) -> None:
    """Other tools can verify it: EVIDENCE.md tells how."""
    comment = json.loads(sealed(ARCHIVE, key)[len(ARCHIVE) :])
    line = f"scanwright-bundle/1 sha256:{sha256(ARCHIVE).hexdigest()}\n"
    key.public_key().verify(b64decode(comment["signature"]), line.encode())


def written(comment: dict[str, str]) -> bytes:
    """Return a comment in the order of its fields."""
    return json.dumps(comment, separators=(",", ":")).encode()
