"""What a client asks of documents: read, or refused by the name of what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.documents import (
    LONGEST_PASSWORD,
    parse_content,
    parse_metadata,
    parse_password,
    parse_position,
    password_from,
)
from scanwright.protocol.members import Members, parse_object
from scanwright.protocol.saving import (
    FileType,
    PdfCompression,
    PdfPageType,
    TiffCompression,
)


@pytest.mark.parametrize("password", ["Sesame", "päss wörd", "x" * 32, "密码"])
def test_a_password_comes_back_through_the_header(password: str) -> None:
    """What a document was made with opens it, under either name."""
    made = parse_password(Members({"password": password}))
    assert made == password
    assert password_from({"DWT-DOC-PASSWORD": password}) == made
    assert password_from({"X-DICS-DOC-PASSWORD": password}) == made


def test_browsers_send_single_bytes() -> None:
    """A letter of Latin-1 may be one byte in a header; two spellings are one."""
    single = "ü".encode("latin-1").decode("utf-8", "surrogateescape")
    assert password_from({"DWT-DOC-PASSWORD": single}) == "ü"
    assert parse_password(Members({"password": "u\u0308"})) == "ü"


@pytest.mark.parametrize("body", [{}, {"password": ""}])
def test_no_password_and_an_empty_one_are_the_same(body: dict[str, object]) -> None:
    """Neither locks the document."""
    assert parse_password(Members(body)) == ""
    assert password_from({}) == ""


@pytest.mark.parametrize(
    "password",
    ["x" * 33, " a", "a\t", "a\nb", "\x7f", "\ud800", 7, None, "\u0958" * 32],
)
def test_a_password_that_no_header_carries_is_refused(password: object) -> None:
    """Too long, with white space at its ends, with control characters, no string."""
    with pytest.raises(InvalidParameter, match="password"):
        parse_password(Members({"password": password}))


@given(st.text(max_size=LONGEST_PASSWORD + 1))
def test_every_password_is_taken_or_refused(password: str) -> None:
    """One that is taken opens the document when it is sent back."""
    try:
        made = parse_password(Members({"password": password}))
    except InvalidParameter:
        return
    assert len(made) <= LONGEST_PASSWORD
    assert password_from({"DWT-DOC-PASSWORD": password}) == made


@pytest.mark.parametrize(
    "metadata", ["", "text", {}, {"a": [1, None, {"b": "\ud800"}]}]
)
def test_metadata_are_a_string_or_an_object(metadata: object) -> None:
    """Whatever is in them is the client's."""
    assert parse_metadata(Members({"metadata": metadata})) == metadata


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"metadata": null}',
        b'{"metadata": []}',
        b'{"metadata": 1}',
        b'{"metadata": {"a": 1e999}}',
    ],
)
def test_other_metadata_are_refused(body: bytes) -> None:
    """The message names the member."""
    with pytest.raises(InvalidParameter, match="metadata"):
        parse_metadata(parse_object(body))


def test_any_number_is_a_position() -> None:
    """What is out of range means the end, so only its type can be wrong."""
    assert parse_position(Members({})) is None
    for number in (1, 0, -5, 10**300, 2.0):
        assert parse_position(Members({"insertPos": number})) == number
    for wrong in ("1", 1.5, True, None):
        with pytest.raises(InvalidParameter, match="insertPos"):
            parse_position(Members({"insertPos": wrong}))


def test_content_is_a_pdf_of_all_pages_by_default() -> None:
    """The published defaults."""
    wish = parse_content({})
    assert (wish.options.type, wish.pages, wish.takes_all) == (FileType.PDF, (), True)
    assert (wish.options.quality, wish.options.pdf_version) == (80, "1.5")
    assert not parse_content({"type": "image/png"}).takes_all


def test_all_parameters_are_read() -> None:
    """Each goes where the writers look for it."""
    options = parse_content(
        {
            "quality": "30",
            "compression": "6",
            "pageType": "3",
            "author": "A",
            "creator": "C",
            "producer": "P",
            "subject": "S",
            "title": "T",
            "keyWords": "K",
            "creationDate": "D:20260602",
            "modifiedDate": "20260603",
            "version": "1.6",
            "password": "word",
            "unknown": "x",
        }
    ).options
    meta = options.pdf_metadata
    assert (options.quality, options.pdf_compression) == (30, PdfCompression.JPEG2000)
    assert options.page_type is PdfPageType.A4_REVERSE
    texts = (meta.author, meta.creator, meta.producer, meta.subject, meta.title)
    assert (*texts, meta.keywords) == ("A", "C", "P", "S", "T", "K")
    assert (meta.created, meta.modified) == ("D:20260602", "D:20260603")
    assert (options.pdf_version, options.password) == ("1.6", "word")
    tiff = parse_content({"type": "image/tiff", "compression": "32773"}).options
    assert tiff.tiff_compression is TiffCompression.PACKBITS


def test_a_custom_page_without_a_size_is_the_pictures_own() -> None:
    """The interface has no parameter for it."""
    assert parse_content({"pageType": "1"}).options.page_type is PdfPageType.DEFAULT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "image/bmp"),
        ("type", "pdf"),
        ("type", ""),
        ("quality", "101"),
        ("quality", "-1"),
        ("quality", "high"),
        ("compression", "1"),
        ("compression", "32773"),
        ("compression", "x"),
        ("pageType", "10"),
        ("pageType", "-1"),
        ("pageType", "A4"),
        ("creationDate", "yesterday"),
        ("modifiedDate", "D:2026-06"),
        ("version", "2.0"),
        ("version", "1.8"),
        ("password", "x" * 33),
        ("pages", "-1"),
        ("pages", "0,,1"),
        ("pages", "0;1"),
        ("pages", "../x"),
    ],
)
def test_a_wrong_parameter_is_refused_by_its_name(name: str, value: str) -> None:
    """400, and the reader need not guess."""
    with pytest.raises(InvalidParameter, match=name):
        parse_content({name: value})


@pytest.mark.parametrize(
    ("compression", "version"), [("6", "1.4"), ("7", "1.3"), ("6", "1.1")]
)
def test_a_compression_needs_its_version(compression: str, version: str) -> None:
    """JPEG 2000 came with PDF 1.5, JBIG2 with 1.4."""
    with pytest.raises(InvalidParameter, match="compression"):
        parse_content({"compression": compression, "version": version})


def test_pages_are_numbers_and_ids() -> None:
    """In the order that they are named in, as often as they are named."""
    wish = parse_content({"pages": "2, 0,0190817C3001,2"})
    assert wish.pages == ("2", "0", "0190817C3001", "2")


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
def test_a_picture_holds_one_page(kind: str) -> None:
    """Two are refused."""
    assert parse_content({"type": kind, "pages": "1"}).pages == ("1",)
    with pytest.raises(InvalidParameter, match="pages"):
        parse_content({"type": kind, "pages": "0,1"})
