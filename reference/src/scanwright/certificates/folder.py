"""The folder `cert/`: which files a pair consists of, and how they change together.

A certificate and its key are two files, as published, and no file system replaces two
files at once. So whoever writes goes by steps: both new texts are on the disk, then the
key is put in place, then the certificate. Whoever reads in between finds the new key,
and beside the old certificate the new one that is about to follow: the two make a pair.
The same holds after a crash in the middle, for as long as it takes.

Writers exclude each other by a lock on the folder; readers need none.

Implements: FILES-private, TLS-renewal.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright.errors import ScanwrightError

if TYPE_CHECKING:
    from scanwright.certificates.inspection import Pair

__all__ = ["CertificateFolder", "FolderBusy", "PairFiles", "write_private"]

PRIVATE_MODE: Final = 0o600
LOCK_S: Final = 2.0
LOCK_RETRY_S: Final = 0.02
READ_ATTEMPTS: Final = 3
KEY: Final = re.compile(
    rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----\n?",
    re.DOTALL,
)


class FolderBusy(ScanwrightError):
    """Another process is changing certificates and does not come to an end."""


@dataclass(frozen=True, slots=True)
class PairFiles:
    """Two files that belong together."""

    chain: Path
    key: Path

    def read(self) -> Pair | None:
        """Return what is there; None where a file is missing.

        Where the two do not belong together the pair is returned nevertheless: whoever
        wants to know why asks `check_pair`.
        """
        from scanwright.certificates.inspection import Pair, belongs

        pair = None
        for _ in range(READ_ATTEMPTS):
            for chain in (self.chain, _new(self.chain)):
                with contextlib.suppress(FileNotFoundError):
                    found = Pair(key=self.key.read_bytes(), chain=chain.read_bytes())
                    if belongs(found):
                        return found
                    pair = pair or found
        return pair

    def write(self, pair: Pair) -> None:
        """Put a pair in place of the old one, so that no reader finds half of it."""
        _prepare(self.chain, pair.chain)
        _prepare(self.key, pair.key)
        _new(self.key).replace(self.key)
        _new(self.chain).replace(self.chain)

    def remove(self) -> None:
        """Forget the pair."""
        for file in (self.chain, _new(self.chain), self.key, _new(self.key)):
            file.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class CertificateFolder:
    """The certificates of one installation."""

    path: Path

    @property
    def authority(self) -> PairFiles:
        """The local CA."""
        return self.pair("ca.pem", "ca_key.pem")

    @property
    def next_authority(self) -> PairFiles:
        """The CA that follows it: trusted already, but not yet signing."""
        return self.pair("next_ca.pem", "next_ca_key.pem")

    @property
    def server(self) -> PairFiles:
        """What the TLS ports show: ours, or the user's."""
        return self.pair("server.pem", "server_key.pem")

    @property
    def previous(self) -> PairFiles:
        """What was there before somebody replaced it."""
        return self.pair("previous.pem", "previous_key.pem")

    @property
    def trust(self) -> Path:
        """Whether browsers shall trust the CA, and what has been told to them."""
        return self.path / "trust.json"

    def pair(self, chain: str, key: str) -> PairFiles:
        """Return the pair of two names in this folder; no name leads out of it."""
        return PairFiles(self.path / Path(chain).name, self.path / Path(key).name)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Be the only one who writes here.

        Raises:
            FolderBusy: Another one has been at it for too long.
        """
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(descriptor, self.path)
            yield
        finally:
            os.close(descriptor)

    def joined(self) -> Pair | None:
        """Return the pair of a `server.pem` that holds the key as well."""
        from scanwright.certificates.inspection import Pair

        try:
            text = self.server.chain.read_bytes()
        except FileNotFoundError:
            return None
        key = KEY.search(text)
        if key is None or self.server.key.exists():
            return None
        return Pair(KEY.sub(b"", text), key.group())


def write_private(file: Path, content: bytes) -> None:
    """Write a private file whole: a reader sees the old one or the new one."""
    _prepare(file, content)
    _new(file).replace(file)


def _prepare(file: Path, content: bytes) -> None:
    """Put the next content of `file` beside it, safe from a loss of power."""
    new = _new(file)
    new.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        with os.fdopen(os.open(new, flags, PRIVATE_MODE), "wb") as stream:
            _give_to_owner_of(file.parent, stream.fileno())
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _give_to_owner_of(folder: Path, descriptor: int) -> None:
    # An administrator's command must leave nothing that the service cannot read.
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _lock(descriptor: int, path: Path) -> None:
    until = time.monotonic() + LOCK_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise FolderBusy(
                    f"Another process has been changing {path} for {LOCK_S:g} s. "
                    "Try again; if that goes on, restart the service."
                ) from None
            threading.Event().wait(LOCK_RETRY_S)
        else:
            return


def _new(file: Path) -> Path:
    return file.with_name(f"{file.name}.new")
