"""Checks of the certificates: the leaf of both TLS ports, and the CA that signed it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks.tls import tls_ports, tried_ports
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Unsupported

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

__all__ = ["parsed_ca"]

Extension = TypeVar("Extension", bound=x509.ExtensionType)

# Clients compare addresses with addresses, and never with host names (RFC 9525).
NAMES: Final = frozenset({"DNS:localhost", "IP:127.0.0.1", "IP:::1"})
LONGEST: Final = timedelta(days=397)


class _Leaf(Check):
    """One look at the certificate of each TLS port."""

    async def stimulate(self, session: Session) -> None:
        """Shake hands with each TLS port, trusting anybody."""
        session.fact("now", datetime.now(UTC).isoformat())
        for port in tls_ports(session):
            await session.handshake(label=port.value, port=port)


@check("TLS-leaf-names")
class LeafNames(_Leaf):
    """The leaf is valid for each name of the loopback interface."""

    def judge(self, transcript: Transcript) -> None:
        """Look for the names among the alternative ones."""
        for label, leaf in _leaves(transcript):
            names = _alternative_names(leaf, label)
            if missing := NAMES - names:
                wanted = f"{', '.join(sorted(missing))} among the names"
                raise Mismatch(wanted, ", ".join(sorted(names)) or "none", label)


@check("TLS-leaf-lifetime")
class LeafLifetime(_Leaf):
    """The leaf is valid now, and not for longer than browsers take."""

    def judge(self, transcript: Transcript) -> None:
        """Compare the dates of the leaf with the clock and with the limit."""
        now = datetime.fromisoformat(transcript.fact("now"))
        for label, leaf in _leaves(transcript):
            first, last = leaf.not_valid_before_utc, leaf.not_valid_after_utc
            if not first <= now <= last:
                raise Mismatch(f"a leaf valid at {now}", f"{first} to {last}", label)
            if last - first > LONGEST:
                raise Mismatch("at most 397 days", f"{last - first}", label)


@check("TLS-leaf-key")
class LeafKey(_Leaf):
    """The leaf's key is on the curve that all browsers take."""

    def judge(self, transcript: Transcript) -> None:
        """Look at the kind of key."""
        for label, leaf in _leaves(transcript):
            kind = _kind_of_key(leaf)
            if kind != "secp256r1":
                raise Mismatch("an ECDSA key on P-256 (secp256r1)", kind, label)


@check("TLS-ca-constrained")
class CaConstrained(Check):
    """The local CA may sign leaves, and no further CA."""

    async def stimulate(self, session: Session) -> None:
        """Read the certificate of the CA."""
        file = session.target.addresses.ca
        if file is None:
            raise Unsupported("the target's description names no CA certificate")
        try:
            text = await asyncio.to_thread(file.read_text, "ascii", "replace")
        except OSError as error:
            raise Unsupported(f"the CA certificate cannot be read: {error}") from error
        session.fact("ca", text)

    def judge(self, transcript: Transcript) -> None:
        """Look at the basic constraints and at the key usage."""
        ca = parsed_ca(transcript.fact("ca"))
        basic = _extension(ca, x509.BasicConstraints, "ca")
        if basic is None or not basic.ca or basic.path_length != 0:
            seen = str(basic or "no basic constraints")
            raise Mismatch("a CA with path length 0", seen, "ca")
        # RFC 5280 section 4.2.1.3: without this extension a key may serve for all.
        usage = _extension(ca, x509.KeyUsage, "ca")
        if usage is not None and not usage.key_cert_sign:
            raise Mismatch("a key that may sign certificates", str(usage), "ca")


def parsed_ca(text: str) -> x509.Certificate:
    """Return the certificate in a file of PEM; that it is none is a mismatch."""
    try:
        return x509.load_pem_x509_certificate(text.encode())
    except ValueError as error:
        raise Mismatch("the CA as a PEM certificate", str(error), "ca") from error


def _leaves(transcript: Transcript) -> Iterator[tuple[str, x509.Certificate]]:
    for label in tried_ports(transcript):
        handshake = transcript.handshake(label)
        if handshake.certificate_der is None:
            raise Mismatch("a handshake", handshake.problem, label)
        try:
            leaf = x509.load_der_x509_certificate(handshake.certificate_der)
        except ValueError as error:
            raise Mismatch("an X.509 certificate", str(error), label) from error
        yield label, leaf


def _extension(
    certificate: x509.Certificate,
    kind: type[Extension],
    label: str,
) -> Extension | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except (ValueError, x509.DuplicateExtension) as error:
        raise Mismatch("readable extensions", str(error), label) from error


def _alternative_names(leaf: x509.Certificate, label: str) -> frozenset[str]:
    names = _extension(leaf, x509.SubjectAlternativeName, label)
    if names is None:
        return frozenset()
    hosts = names.get_values_for_type(x509.DNSName)
    addresses = names.get_values_for_type(x509.IPAddress)
    return frozenset(
        {f"DNS:{host.lower()}" for host in hosts}
        | {f"IP:{address}" for address in addresses},
    )


def _kind_of_key(leaf: x509.Certificate) -> str:
    try:
        key = leaf.public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        return f"an unreadable key: {error}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name
    return type(key).__name__
