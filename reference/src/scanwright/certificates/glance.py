"""A glance at the leaf that `cert/` holds: enough to show it when it is plainly ours.

`inspection` knows why a pair is refused, and takes 8 MB and 50 ms before it says a
word, for it needs cryptography. Main asks it only in cases of doubt. At each start, and
after each renewal, the files hold a leaf of our own CA that is good; and that is seen
by what TLS is made of anyway. The context that would show the pair shows it, in memory,
to a client that trusts our CA and nothing else. Both check what browsers check:
signature, names, use, time, strength, and that the key belongs to the certificate.

A glance never refuses. It knows the pair to be good, or does not know it.

Implements: TLS-renewal.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from scanwright.certificates.folder import CertificateFolder

__all__ = ["NAMES", "Good", "context_of", "glance", "new_context"]

NAMES: Final = ("127.0.0.1",)
"""What a certificate of the TLS ports has to name: where pages look for the service."""


@dataclass(frozen=True, slots=True)
class Good:
    """A pair that may be shown, and until when."""

    chain: bytes
    context: ssl.SSLContext
    fingerprint: str
    not_before: datetime
    not_after: datetime
    is_own: bool

    def is_good_at(self, now: datetime) -> bool:
        """Whether its time has come, and is not over."""
        return self.not_before <= now < self.not_after


def glance(own: CertificateFolder, now: datetime) -> Good | None:
    """Return the leaf of ours that lies in the files, if it is plainly good."""
    try:
        chain, key = own.server.chain.read_bytes(), own.server.key.read_bytes()
        client = _client_of(own.authority.chain.read_text("ascii"))
        context = context_of(chain, key)
        for name in NAMES:
            der, begins, ends = _shown_to(client, context, name)
    except (OSError, ValueError):  # an SSLError is an OSError
        return None
    fingerprint = hashlib.sha256(der).digest().hex(":").upper()
    seen = Good(chain, context, fingerprint, begins, ends, is_own=True)
    return seen if seen.is_good_at(now) else None


def context_of(chain: bytes, key: bytes) -> ssl.SSLContext:
    """Return what shows a pair: PEM both.

    Raises:
        ssl.SSLError: OpenSSL cannot read it, or the key is another certificate's.
    """
    context = new_context()
    # OpenSSL reads files only. This one is the pair as it was checked, whatever has
    # become of the folder since, and is in memory.
    with os.fdopen(os.memfd_create("scanwright-pair"), "wb") as file:
        file.write(chain + key)
        file.flush()
        # Without a password OpenSSL would ask for one, at the terminal, and wait.
        context.load_cert_chain(f"/proc/self/fd/{file.fileno()}", password="")
    return context


def new_context() -> ssl.SSLContext:
    """Return what speaks TLS, and shows nothing yet."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _client_of(authority: str) -> ssl.SSLContext:
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    client.load_verify_locations(cadata=authority)
    return client


def _shown_to(
    client: ssl.SSLContext, server: ssl.SSLContext, name: str
) -> tuple[bytes, datetime, datetime]:
    """Return what a client meets under a name: DER, its begin and its end."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    asking = client.wrap_bio(to_client, to_server, server_hostname=name)
    answering = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (asking, answering, asking):
        with contextlib.suppress(ssl.SSLWantReadError):
            side.do_handshake()
    der, facts = asking.getpeercert(binary_form=True), asking.getpeercert()
    if not der or not facts:
        raise ValueError("the client was shown nothing")
    return der, _time(facts["notBefore"]), _time(facts["notAfter"])


def _time(text: object) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(str(text)), UTC)
