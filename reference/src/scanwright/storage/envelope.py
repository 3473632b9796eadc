"""The envelope: the beginning of a document's index, which holds the document's key.

Every document has a random key of its own. It lies in the envelope, wrapped with
AES-256-GCM under a key that is made from the document's password by scrypt, or, when
there is none, from the installation's key. An envelope is made once and stays as it is
when the index behind it is written anew, so only opening needs the password.

    bytes   0-7    SWDOC, two zeros, version 1
    byte    8      lock: 0 installation, 1 password
    bytes   9-11   log2 of scrypt's N; r; p (zeros without a password)
    bytes  12-27   salt
    bytes  28-75   the wrapped key
    bytes  76-79   CRC-32 of all before: tells damage from a wrong password

Costs of scrypt: 32 MiB and some 0.3 s for each try, right or wrong.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from scanwright.buffer.sealed_file import Damaged

__all__ = [
    "ENVELOPE_BYTES",
    "KEY_BYTES",
    "Cost",
    "Envelope",
    "Lock",
    "WrongKey",
    "file_key",
]

MAGIC: Final = b"SWDOC\0\0\1"
KEY_BYTES: Final = 32
SALT_BYTES: Final = 16
WRAPPED_BYTES: Final = KEY_BYTES + 16
_FORM: Final = struct.Struct(f">8s4B{SALT_BYTES}s{WRAPPED_BYTES}s")
ENVELOPE_BYTES: Final = _FORM.size + 4
NONCE: Final = bytes(12)
"""Each wrapping key is used once: its salt is random."""


class WrongKey(Exception):
    """The key, or the password that it was made from, is another one."""


class Lock(IntEnum):
    """What a document is locked with."""

    INSTALLATION = 0
    PASSWORD = 1


@dataclass(frozen=True, slots=True)
class Cost:
    """Parameters of scrypt (RFC 7914)."""

    log_n: int = 15
    r: int = 8
    p: int = 3

    @property
    def is_sane(self) -> bool:
        """Whether a file may ask for it: 256 MiB and some seconds at most."""
        return 1 <= self.log_n <= 18 and 1 <= self.r <= 8 and 1 <= self.p <= 16

    def derive(self, password: str, salt: bytes) -> bytes:
        """Return the key of a password; blocks."""
        return hashlib.scrypt(
            password.encode(),
            salt=salt,
            n=1 << self.log_n,
            r=self.r,
            p=self.p,
            maxmem=1 << 30,
            dklen=KEY_BYTES,
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope as it lies in the file; `cost` is None without a password."""

    cost: Cost | None
    salt: bytes
    wrapped: bytes

    @property
    def lock(self) -> Lock:
        """What it is locked with."""
        return Lock.INSTALLATION if self.cost is None else Lock.PASSWORD

    @classmethod
    def make(
        cls, wrapping: bytes, *, cost: Cost | None, salt: bytes, key: bytes
    ) -> Envelope:
        """Put `key` into a new envelope; `salt` has never been used."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        about = _about(cost, salt)
        return cls(cost, salt, AESGCM(wrapping).encrypt(NONCE, key, about))

    def open(self, wrapping: bytes) -> bytes:
        """Return the document's key.

        Raises:
            WrongKey: `wrapping` is not the key that it was closed with.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        about = _about(self.cost, self.salt)
        try:
            return AESGCM(wrapping).decrypt(NONCE, self.wrapped, about)
        except InvalidTag as error:
            raise WrongKey from error

    def to_bytes(self) -> bytes:
        """Return it as it lies in the file."""
        body = _about(self.cost, self.salt) + self.wrapped
        return body + zlib.crc32(body).to_bytes(4, "big")

    @classmethod
    def from_bytes(cls, data: bytes) -> Envelope:
        """Read it.

        Raises:
            Damaged: It is none, or one of another version.
        """
        if len(data) != ENVELOPE_BYTES or zlib.crc32(data[:-4]) != int.from_bytes(
            data[-4:], "big"
        ):
            raise Damaged("the envelope is damaged")
        magic, lock, log_n, r, p, salt, wrapped = _FORM.unpack(data[:-4])
        cost = Cost(log_n, r, p) if lock == Lock.PASSWORD else None
        if magic != MAGIC or lock not in set(Lock):
            raise Damaged("the envelope is of a version that is not known here")
        if cost is not None and not cost.is_sane:
            raise Damaged("the envelope asks for too much work")
        return cls(cost, salt, wrapped)


def file_key(key: bytes, purpose: bytes, salt: bytes) -> bytes:
    """Return the key of one file of a document: nonces then begin anew in each."""
    return hmac.digest(key, purpose + b"\0" + salt, "sha256")


def _about(cost: Cost | None, salt: bytes) -> bytes:
    numbers = (Lock.PASSWORD, cost.log_n, cost.r, cost.p) if cost else (0, 0, 0, 0)
    return struct.pack(f">8s4B{SALT_BYTES}s", MAGIC, *numbers, salt)
