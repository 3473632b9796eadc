"""A PDF's open password: AES-256 as in ISO 32000-2, 7.6, revision 6.

One random key encrypts every string and stream; the password, hardened, encrypts that
key. Whoever has the password may do everything: it is a lock, not a set of rules.
"""

from __future__ import annotations

import hashlib
import secrets
import struct
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from scanwright.imaging.files.pdf_objects import Name, Value

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherContext

__all__ = ["Aes256", "prepared"]

KEY_BYTES: Final = 32
SALT_BYTES: Final = 8
BLOCK_BYTES: Final = 16
LONGEST_PASSWORD_BYTES: Final = 127
EVERYTHING: Final = -4
"""All permissions; the two lowest bits are reserved and 0."""
LEAST_ROUNDS: Final = 64
HASHES: Final = (hashlib.sha256, hashlib.sha384, hashlib.sha512)


class Aes256:
    """Encrypts what is written, and knows the dictionary that tells readers how."""

    def __init__(
        self, password: str, random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._random = random
        self._key = random(KEY_BYTES)
        secret = prepared(password)
        user, user_key = self._entry(secret, b"")
        owner, owner_key = self._entry(secret, user)
        self._entries = {
            "U": user,
            "UE": user_key,  # codespell:ignore
            "O": owner,
            "OE": owner_key,
        }

    def encrypt(self, data: bytes) -> bytes:
        """Return a random start vector and the padded data after it."""
        start = self._random(BLOCK_BYTES)
        padding = BLOCK_BYTES - len(data) % BLOCK_BYTES
        context = _cbc(self._key, start)
        return b"".join(
            (start, context.update(data), context.update(bytes([padding]) * padding))
        )

    def dictionary(self) -> dict[str, Value]:
        """Return the entries of the trailer's Encrypt; its strings stay as they are."""
        stream_filter: dict[str, Value] = {
            "AuthEvent": Name("DocOpen"),
            "CFM": Name("AESV3"),
            "Length": KEY_BYTES,
        }
        return {
            "Filter": Name("Standard"),
            "V": 5,
            "R": 6,
            "Length": KEY_BYTES * 8,
            "P": EVERYTHING,
            "CF": {"StdCF": stream_filter},
            "StmF": Name("StdCF"),
            "StrF": Name("StdCF"),
            "Perms": self._permissions(),
            **self._entries,
        }

    def _entry(self, secret: bytes, user: bytes) -> tuple[bytes, bytes]:
        """Return a password's proof with both salts, and the key under it."""
        check, lock = self._random(SALT_BYTES), self._random(SALT_BYTES)
        proof = _hardened(secret, check, user) + check + lock
        locked = _cbc(_hardened(secret, lock, user), bytes(BLOCK_BYTES))
        return proof, locked.update(self._key)

    def _permissions(self) -> bytes:
        from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

        plain = struct.pack("<ii4s", EVERYTHING, -1, b"Tadb") + self._random(4)
        # The standard wants this single block without chaining (7.6.4.4.9).
        single = modes.ECB()  # noqa: S305
        return Cipher(algorithms.AES(self._key), single).encryptor().update(plain)


def prepared(password: str) -> bytes:
    """Return the bytes of a password: composed as SASLprep does, in UTF-8, cut."""
    composed = unicodedata.normalize("NFKC", password)
    return composed.encode()[:LONGEST_PASSWORD_BYTES]


def _hardened(secret: bytes, salt: bytes, user: bytes) -> bytes:
    """Algorithm 2.B: hash and encrypt until a byte that cannot be foreseen says so."""
    key = hashlib.sha256(secret + salt + user).digest()
    rounds = 0
    while True:
        rounds += 1
        repeated = (secret + key + user) * 64
        mixed = _cbc(key[:16], key[16:32]).update(repeated)
        key = HASHES[sum(mixed[:16]) % 3](mixed).digest()
        if rounds >= LEAST_ROUNDS and mixed[-1] <= rounds - 32:
            return key[:KEY_BYTES]


def _cbc(key: bytes, start: bytes) -> CipherContext:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    return Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
