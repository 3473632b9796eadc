"""INI text: each line by its number, and edits that lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scanwright.configuration.ini import Entry, NotText, edited, parse

TEXT = """\
; a comment
[DS]
LogLevel = 1

# another
Server=192.0.2.7
[scan.example.com]
cert_name=scan.pem
"""
ENTRIES = (
    Entry("DS", "LogLevel", "1", 3),
    Entry("DS", "Server", "192.0.2.7", 6),
    Entry("scan.example.com", "cert_name", "scan.pem", 8),
)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_every_kind_of_text_reads_alike(ending: str, encoding: str) -> None:
    """Byte order mark and line ends do not matter; lines are counted as editors do."""
    ini = parse(TEXT.replace("\n", ending).encode(encoding))
    assert (ini.entries, ini.faults) == (ENTRIES, ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("foo", "is no setting"),
        ("=value", "is no setting"),
        ("[DS", "is no section"),
        ("[ ]", "is no section"),
    ],
)
def test_a_line_that_says_nothing_is_a_fault(line: str, reason: str) -> None:
    """It is told by its number, and the lines after it count."""
    ini = parse(f"[A]\n{line}\n[DS]\nLogLevel=1\n".encode())
    (fault,) = ini.faults
    assert (fault.line, fault.text, fault.reason) == (2, line, reason)
    assert ini.entries == (Entry("DS", "LogLevel", "1", 4),)


def test_a_broken_section_owns_what_follows() -> None:
    """Settings below a broken header do not fall to the section before."""
    ini = parse(b"[DS]\n[scan.example.com\nServer=192.0.2.7\n")
    assert ini.entries == (Entry("", "Server", "192.0.2.7", 3),)


def test_a_byte_that_is_no_text_spoils_one_line() -> None:
    """A comment may hold anything; a setting is a fault of its line."""
    ini = parse(b"; f\xfcr mich\n[DS]\nServer=\xfc\nLogLevel=1\n")
    assert [fault.line for fault in ini.faults] == [3]
    assert ini.entries == (Entry("DS", "LogLevel", "1", 4),)


def test_a_value_may_hold_anything_but_a_line_end() -> None:
    """Only the first `=` divides, and comments do not begin in mid-line."""
    (entry,) = parse(b"k = a=b ; c").entries
    assert (entry.key, entry.value) == ("k", "a=b ; c")


@pytest.mark.parametrize("data", [b"\x00", b"\x7fELF\x02\x01\x00", b"\xff\xfea"])
def test_what_is_no_text_is_said_to_be_none(data: bytes) -> None:
    """A program or a picture in the file's place is no configuration."""
    with pytest.raises(NotText):
        parse(data)


@given(st.binary())
@example(b"\xff\xfe\x00\xd8")
def test_no_bytes_are_an_accident(data: bytes) -> None:
    """Whatever the bytes are, they are read, or are no text."""
    try:
        ini = parse(data)
    except NotText:
        return
    assert all(entry.key for entry in ini.entries)


words = st.text("abcXYZ019_-ü", min_size=1)
lines = st.one_of(
    st.builds("{}={}".format, words, words),
    st.builds("[{}]".format, words),
    st.builds("; {}".format, words),
    st.just(""),
    words,
)


@given(
    st.lists(lines),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["DS", "ds"]),
    words,
    st.none() | words,
)
def test_an_edit_changes_one_key_only(
    text: list[str], ending: str, section: str, key: str, value: str | None
) -> None:
    """The key has its value once, or not at all; all else is as it was, in order."""

    def is_it(entry: Entry) -> bool:
        return (entry.section.lower(), entry.key.lower()) == ("ds", key.lower())

    data = ending.join(text).encode()
    before, after = parse(data), parse(edited(data, section, key, value))
    assert [e.value for e in after.entries if is_it(e)] == [value] * (value is not None)
    assert [(e.section, e.key, e.value) for e in after.entries if not is_it(e)] == [
        (e.section, e.key, e.value) for e in before.entries if not is_it(e)
    ]
    assert [f.text for f in after.faults] == [f.text for f in before.faults]


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (b"", "14", b"[DS]\nLogLevel=14\n"),
        (b"", None, b""),
        (b"[DS]\r\n; why\r\nloglevel=1\r\n", "14", b"[DS]\r\n; why\r\nLogLevel=14\r\n"),
        (b"[DS]\nA=1\n\n[x]\n", "14", b"[DS]\nA=1\nLogLevel=14\n\n[x]\n"),
        (b"[DS]\nLogLevel=1\nLogLevel=2\n", "14", b"[DS]\nLogLevel=14\n"),
        (b"[DS]\nLogLevel=1\n; \xfc", None, b"[DS]\n; \xfc\n"),
        (b"[ds]", "14", b"[ds]\nLogLevel=14\n"),
    ],
)
def test_examples_of_edits(before: bytes, value: str | None, after: bytes) -> None:
    """Comments, line ends and bytes that are no text survive."""
    assert edited(before, "DS", "LogLevel", value) == after
