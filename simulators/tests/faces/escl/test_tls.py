"""The certificate of the devices: self-signed, for loopback, and verifiable."""

from __future__ import annotations

import ssl
from pathlib import Path

from cryptography import x509

from scanwright_simulators.faces.escl.tls import CERTIFICATE, server_context


def test_the_certificate_names_the_devices(tmp_path: Path) -> None:
    """It holds for loopback and for the names that were given."""
    server_context(tmp_path, ["office.local"])
    made = x509.load_pem_x509_certificate((tmp_path / CERTIFICATE).read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "office.local"]
    assert str(names.get_values_for_type(x509.IPAddress)[0]) == "127.0.0.1"
    assert made.issuer == made.subject


def test_the_key_is_private(tmp_path: Path) -> None:
    """Nobody else on the machine can read it."""
    server_context(tmp_path, [])
    modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()}
    assert modes["escl-key.pem"] == 0


def test_it_is_made_once(tmp_path: Path) -> None:
    """A second face in the same folder shows the same certificate."""
    server_context(tmp_path, [])
    first = (tmp_path / CERTIFICATE).read_bytes()
    assert isinstance(server_context(tmp_path, []), ssl.SSLContext)
    assert (tmp_path / CERTIFICATE).read_bytes() == first
