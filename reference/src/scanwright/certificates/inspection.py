"""Looks at a certificate and its key, and says why a browser would refuse them.

Values only: PEM text and a time come in, facts or a `PairRefused` come out.

Implements: TLS-replace-refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID

from scanwright.errors import ClientError, Code

__all__ = [
    "CA_NAME_PREFIX",
    "Pair",
    "PairRefused",
    "authority_name",
    "belongs",
    "certificates_of",
    "check_pair",
    "fingerprint",
    "is_confined",
    "is_issued_by_us",
    "names_of",
    "normalised",
]

CA_NAME_PREFIX: Final = "Scanwright local CA "
LEAST_RSA_BITS: Final = 2048
SERVER_USES: Final = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
CURVES: Final = (ec.SECP256R1, ec.SECP384R1)
"""Those that every browser takes from a server."""
WEAK_HASHES: Final = (hashes.MD5, hashes.SHA1)
UNREADABLE: Final = (
    ValueError,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What cryptography raises for parts that it parses when they are asked for."""


class PairRefused(ClientError):
    """A certificate or its key is of no use; the message says what to mend."""

    code = Code.INVALID_PARAMETER


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with those that vouch for it, and its key: PEM both."""

    chain: bytes
    key: bytes = field(repr=False)

    @property
    def leaf(self) -> x509.Certificate:
        """The certificate itself.

        Raises:
            PairRefused: There is none.
        """
        return certificates_of(self.chain)[0]


def check_pair(
    cert_pem: bytes, key_pem: bytes, *, now: datetime, names: Iterable[str]
) -> None:
    """Refuse what a browser would not accept at `now` for each of `names`.

    Raises:
        PairRefused: The message names the first thing that is wrong.
    """
    chain = certificates_of(cert_pem)
    key = _load_key(key_pem)
    if not _is_of(chain[0], key):
        where = (
            " The chain holds its certificate: put that first."
            if any(_is_of(other, key) for other in chain[1:])
            else ""
        )
        raise PairRefused(f"The key does not belong to the certificate.{where}")
    _check_strength(key)
    _check_signature(chain[0])
    _check_time(chain[0], now)
    _check_names(chain[0], names)
    _check_use(chain[0])


def normalised(cert_pem: bytes, key_pem: bytes) -> Pair:
    """Return the same pair without whatever else the two texts hold.

    Raises:
        PairRefused: One of them cannot be read.
    """
    chain = [each.public_bytes(Encoding.PEM) for each in certificates_of(cert_pem)]
    key = _load_key(key_pem)
    form = PrivateFormat.PKCS8
    return Pair(b"".join(chain), key.private_bytes(Encoding.PEM, form, NoEncryption()))


def belongs(pair: Pair) -> bool:
    """Whether both can be read, and the key is that of the certificate."""
    try:
        return _is_of(pair.leaf, _load_key(pair.key))
    except PairRefused:
        return False


def certificates_of(pem: bytes) -> list[x509.Certificate]:
    """Read all certificates of a PEM text; there is at least one.

    Raises:
        PairRefused: There is none, or one is damaged.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise PairRefused(
            "This is no certificate. It has to be PEM text: lines between "
            "BEGIN CERTIFICATE and END CERTIFICATE."
        ) from error
    except x509.InvalidVersion as error:
        raise PairRefused(f"The certificate is damaged: {error}.") from error
    for each in found:
        _check_readable(each)
    return found


def names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the host names and addresses that it is for."""
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return ()
    addresses = names.get_values_for_type(x509.IPAddress)
    return (*names.get_values_for_type(x509.DNSName), *map(str, addresses))


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 fingerprint as browsers show it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def is_issued_by_us(certificate: x509.Certificate) -> bool:
    """Whether a local CA of an installation of ours has issued it."""
    issuer = certificate.issuer.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return any(str(name.value).startswith(CA_NAME_PREFIX) for name in issuer)


def authority_name(certificate: x509.Certificate) -> str:
    """Return the name that a CA goes by."""
    names = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()


def is_confined(certificate: x509.Certificate) -> bool:
    """Whether it is a CA that can sign for names of the loopback interface only."""
    try:
        constraints = certificate.extensions.get_extension_for_class(
            x509.NameConstraints
        ).value
    except x509.ExtensionNotFound:
        return False
    permitted = constraints.permitted_subtrees or []
    names = [name.value for name in permitted if isinstance(name, x509.DNSName)]
    networks = [name.value for name in permitted if isinstance(name, x509.IPAddress)]
    # A kind of name that is not mentioned at all is not constrained.
    return (
        names == ["localhost"]
        and bool(networks)
        and all(network.is_loopback for network in networks)
    )


def _load_key(pem: bytes) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, password=None)
    except TypeError as error:
        raise PairRefused(
            "The key is encrypted with a password. The service starts without anybody "
            "to ask: store the key without one, readable by its owner only."
        ) from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise PairRefused(
            "This is no private key. It has to be PEM text: lines between "
            "BEGIN PRIVATE KEY and END PRIVATE KEY."
        ) from error


def _is_of(certificate: x509.Certificate, key: PrivateKeyTypes) -> bool:
    try:
        return certificate.public_key() == key.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False


def _check_readable(certificate: x509.Certificate) -> None:
    """Have all of it parsed now: later nobody expects that it is damaged."""
    try:
        _ = certificate.subject, certificate.issuer, certificate.extensions
    except UNREADABLE as error:
        raise PairRefused(f"The certificate is damaged: {error}.") from error


def _check_strength(key: PrivateKeyTypes) -> None:
    match key:
        case rsa.RSAPrivateKey() if key.key_size < LEAST_RSA_BITS:
            raise PairRefused(
                f"The RSA key has {key.key_size} bits; browsers want "
                f"{LEAST_RSA_BITS} at least."
            )
        case ec.EllipticCurvePrivateKey() if not isinstance(key.curve, CURVES):
            raise PairRefused(
                f"The key is on the curve {key.curve.name}; browsers want P-256 or "
                "P-384."
            )
        case rsa.RSAPrivateKey() | ec.EllipticCurvePrivateKey():
            return
        case _:
            raise PairRefused("Browsers accept RSA and elliptic-curve keys only.")


def _check_signature(leaf: x509.Certificate) -> None:
    try:
        digest = leaf.signature_hash_algorithm
    except UnsupportedAlgorithm:
        return  # newer than this program; a browser may know it
    if isinstance(digest, WEAK_HASHES):
        raise PairRefused(
            f"The certificate is signed with {digest.name.upper()}, which browsers "
            "refuse: have it signed with SHA-256."
        )


def _check_time(leaf: x509.Certificate, now: datetime) -> None:
    if leaf.not_valid_after_utc <= now:
        raise PairRefused(
            f"The certificate expired on {leaf.not_valid_after_utc:%Y-%m-%d}."
        )
    if leaf.not_valid_before_utc > now:
        raise PairRefused(
            f"The certificate is not valid before {leaf.not_valid_before_utc:%Y-%m-%d}."
        )


def _check_names(leaf: x509.Certificate, names: Iterable[str]) -> None:
    present = names_of(leaf)
    for name in names:
        if not any(_covers(each, name) for each in present):
            listed = ", ".join(present) or "nothing"
            raise PairRefused(f"The certificate names {listed}, not {name}.")


def _check_use(leaf: x509.Certificate) -> None:
    """Refuse a certificate that says that it is for something else (RFC 5280 4.2)."""
    try:
        uses = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not SERVER_USES & set(uses):
        raise PairRefused("The certificate is not one for servers.")


def _covers(pattern: str, name: str) -> bool:
    """Whether a certificate for `pattern` is one for `name` (RFC 9525 section 6)."""
    try:
        return ip_address(pattern) == ip_address(name)
    except ValueError:
        pattern, name = pattern.lower(), name.lower()
    _, dot, parent = name.partition(".")
    return pattern == name or (bool(dot) and pattern == f"*.{parent}")
