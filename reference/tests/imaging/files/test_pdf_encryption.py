"""The password, tried by others' readers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf._encryption import AlgV5

from scanwright.imaging.files.pdf_encryption import Aes256, _hardened, prepared
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import FileType, PdfMetadata, SaveOptions


@pytest.fixture
def locked(
    saved: Callable[..., bytes], noise: Callable[..., Raster]
) -> Callable[[str], bytes]:
    """A PDF with a password."""
    title = PdfMetadata(title="A secret title")

    def save(password: str) -> bytes:
        options = SaveOptions(FileType.PDF, password=password, pdf_metadata=title)
        return saved(options, noise(1))

    return save


@pytest.mark.parametrize("password", ["geheim", "pässwörd", "\u00bd x", "€" * 32])
def test_the_password_opens(locked: Callable[[str], bytes], password: str) -> None:
    """Both qpdf and pypdf open it with the password, and see what was encrypted."""
    data = locked(password)
    composed = prepared(password).decode()
    with pikepdf.open(BytesIO(data), password=composed) as pdf:
        assert pdf.encryption.R == 6
        assert str(pdf.docinfo.Title) == "A secret title"
        assert b"A secret title" in pdf.Root.Metadata.read_bytes()
        assert pdf.allow.extract
    reader = pypdf.PdfReader(BytesIO(data), password=composed)
    assert len(reader.pages) == 1


@pytest.mark.parametrize("wrong", ["", "Geheim", "geheim "])
def test_no_other_password_opens(locked: Callable[[str], bytes], wrong: str) -> None:
    """Nothing opens without the very password."""
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(locked("geheim")), password=wrong)


def test_nothing_of_the_text_is_in_the_file(locked: Callable[[str], bytes]) -> None:
    """Neither strings nor metadata stand in clear."""
    data = locked("geheim")
    assert b"A secret title" not in data
    assert b"A secret title".hex().encode() not in data


def test_same_page_twice_is_two_different_files(
    locked: Callable[[str], bytes],
) -> None:
    """Keys and start vectors are random: equal pages do not show."""
    assert locked("geheim") != locked("geheim")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=40), st.binary(min_size=8, max_size=8), st.booleans())
def test_hardening_ends_when_the_standard_says(
    secret: bytes,
    salt: bytes,
    for_owner: bool,  # noqa: FBT001
) -> None:
    """The number of rounds is random: pypdf's is the same for any password."""
    user = bytes(48) if for_owner else b""
    expected = AlgV5.calculate_hash(6, secret, salt, user)
    assert _hardened(secret, salt, user) == expected


@settings(max_examples=20)
@given(st.binary(max_size=100))
def test_data_is_padded_to_blocks(data: bytes) -> None:
    """A start vector and at least one byte of padding are added."""
    encrypted = Aes256("x").encrypt(data)
    assert len(encrypted) == 16 + (len(data) // 16 + 1) * 16


def test_password_is_composed_and_cut() -> None:
    """What looks alike is the same, and 127 bytes count."""
    assert prepared("a\u0308") == prepared("\u00e4")
    assert len(prepared("\U0001f600" * 40)) == 127
