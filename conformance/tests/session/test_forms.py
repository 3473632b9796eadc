"""Facts about bytes: text, noise, pictures, and what is packed."""

from __future__ import annotations

import gzip
import os
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright_conformance.session._forms import form_of

PROSE = b"A page was scanned, and then another page was scanned.\n" * 9999


def picture(kind: str) -> bytes:
    """Return a small picture."""
    file = BytesIO()
    Image.new("L", (64, 64), 7).save(file, kind)
    return file.getvalue()


def test_text_is_text() -> None:
    """UTF-8 with line ends and tabs is, and its longest word is measured."""
    form = form_of("Größe:\t7 bytes\r\n".encode())
    assert (form["is_text"], form["longest_word"], form["contains"]) == (True, 8, [])


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a\0b", b"\x1b[31m\x07"])
def test_control_characters_are_no_text(data: bytes) -> None:
    """Broken UTF-8, zeros and bells are not."""
    assert not form_of(data)["is_text"]


@pytest.mark.parametrize(("kind", "name"), [("PNG", "PNG"), ("JPEG", "JPEG")])
def test_a_picture_is_found(kind: str, name: str) -> None:
    """At the beginning, and where a header of the file's own stands before it."""
    data = picture(kind)
    assert name in form_of(data)["contains"]
    assert name in form_of(b"own header 12" + data)["contains"]


def test_a_picture_in_the_midst_is_found() -> None:
    """A signature that noise does not have is found anywhere."""
    assert "PNG" in form_of(os.urandom(5000) + picture("PNG"))["contains"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(PROSE), "gzip"),
        (zlib.compress(PROSE), "deflate"),
        (b"seven b" + zlib.compress(PROSE, wbits=-15), "deflate"),
    ],
)
def test_packed_data_are_found(data: bytes, name: str) -> None:
    """Whatever unpacks to sense is readable."""
    assert name in form_of(data)["contains"]


@given(st.binary(min_size=32, max_size=32))
def test_noise_contains_nothing(seed: bytes) -> None:
    """Cipher is noise: no text, no picture, nothing that unpacks."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    cipher = Cipher(algorithms.AES(seed), modes.CTR(bytes(16))).encryptor()
    form = form_of(cipher.update(bytes(20_000)))
    assert (form["is_text"], form["contains"]) == (False, [])
    assert form["bits_per_byte"] > 7.9


def test_nothing_is_text_of_no_entropy() -> None:
    """An empty file hides nothing."""
    form = form_of(b"")
    assert form == {
        "is_text": True,
        "longest_word": 0,
        "contains": [],
        "bits_per_byte": 0,
    }
