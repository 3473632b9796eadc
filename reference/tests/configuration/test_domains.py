"""Sections for host names."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright.configuration.domains import read_domains
from scanwright.configuration.layers import make_layer
from scanwright.configuration.values import CertificateFiles

FILE = Path("/DSConfiguration.ini")
GOOD = b"[Scan.Example.com]\ncert_name=scan.pem\nkey_name=scan key.pem\n"
PAIR = CertificateFiles("scan.pem", "scan key.pem")


def test_a_section_names_two_files() -> None:
    """The host name is compared without regard to capitals."""
    domains = read_domains([make_layer(FILE, GOOD)], {})
    assert domains.pairs == {"scan.example.com": PAIR}
    assert domains.sources["[scan.example.com] cert_name"].line == 2
    assert domains.values["[scan.example.com] key_name"] == "scan key.pem"
    assert domains.problems == []


def test_a_stronger_file_may_change_one_name() -> None:
    """Sections of several files are taken together."""
    change = make_layer(Path("/user.ini"), b"[scan.example.com]\ncert_name=new.pem\n")
    domains = read_domains([make_layer(FILE, GOOD), change], {})
    assert domains.pairs["scan.example.com"].cert_name == "new.pem"
    assert domains.pairs["scan.example.com"].key_name == "scan key.pem"


@pytest.mark.parametrize(
    "name", ["", "../ca_key.pem", "/etc/passwd", ".hidden", "a/b", "a\\b", "a\x1b"]
)
def test_a_name_cannot_leave_the_folder(name: str) -> None:
    """What is no plain file name is refused, and the pair that was good stays."""
    text = f"[scan.example.com]\ncert_name={name}\nkey_name=b.pem\n".encode()
    domains = read_domains([make_layer(FILE, text)], {"scan.example.com": PAIR})
    assert domains.pairs == {"scan.example.com": PAIR}
    (problem,) = domains.problems
    assert (problem.line, problem.key) == (2, "cert_name")
    assert read_domains([make_layer(FILE, text)], {}).pairs == {}


def test_half_a_pair_is_none() -> None:
    """The missing key is named."""
    domains = read_domains([make_layer(FILE, GOOD[: GOOD.index(b"key")])], {})
    assert domains.pairs == {}
    (problem,) = domains.problems
    assert (problem.key, problem.reason) == (
        "key_name",
        "is missing in [scan.example.com]",
    )


@pytest.mark.parametrize(
    "text",
    [b"LogLevel=14", b"[DSS]\nLogLevel=14", b"[scan example]\ncert_name=a.pem"],
)
def test_a_key_in_the_wrong_place_is_told(text: bytes) -> None:
    """Where it stands, and where it would count."""
    domains = read_domains([make_layer(FILE, text)], {})
    (problem,) = domains.problems
    assert problem.reason.startswith("stands in")
    assert domains.pairs == {}


def test_a_section_that_is_gone_is_gone() -> None:
    """The last good pair stays for a mistake, not for a removal."""
    assert read_domains([], {"scan.example.com": PAIR}).pairs == {}
