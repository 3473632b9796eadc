"""Names of files: the published rule, and no way out of the folder."""

from __future__ import annotations

import unicodedata
from pathlib import Path, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.protocol.file_names import ENDINGS, RESERVED, SPECIAL, file_name
from scanwright.protocol.saving import FileType

ROUGH = st.text(
    st.sampled_from("./\\:. \0\n~-_conCONaux1²\u202e\u0301ä\U0001f600.pdfPDFjpg")
    | st.characters()
)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("x", FileType.PDF, "x.pdf"),
        ("x.jpg", FileType.PDF, "x.jpg.pdf"),
        ("x.pdf", FileType.PDF, "x.pdf"),
        ("x.PDF", FileType.PDF, "x.PDF"),
        ("x.jpeg", FileType.JPEG, "x.jpeg"),
        ("x.JPE", FileType.JPEG, "x.JPE"),
        ("x.tif", FileType.TIFF, "x.tif"),
        ("x.tiff", FileType.TIFF, "x.tiff"),
        ("x.dib", FileType.BMP, "x.dib"),
        ("x.gif", FileType.PNG, "x.gif.png"),
        ("Größe 1.2", FileType.TIFF, "Größe 1.2.tif"),
    ],
)
def test_the_right_ending_is_added_where_it_is_missing(
    name: str, kind: FileType, expected: str
) -> None:
    """A name that ends as its type does stays, in whatever case."""
    assert file_name(name, kind) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("", "scan.pdf"),
        (".pdf", "scan.pdf"),
        (" .. ", "scan.pdf"),
        ("../../etc/passwd", "_.._etc_passwd.pdf"),
        ("C:\\temp\\x.pdf", "C__temp_x.pdf"),
        ("a\0b\nc\x1b[31m", "abc[31m.pdf"),
        ("a\u202efdp.exe", "afdp.exe.pdf"),
        ("nul", "_nul.pdf"),
        ("Con.pdf", "_Con.pdf"),
        ("com1 .x", "_com1 .x.pdf"),
        ("LPT².pdf", "_LPT².pdf"),
        ("console", "console.pdf"),
        (".bashrc", "bashrc.pdf"),
        ("x. .pdf", "x.pdf"),
    ],
)
def test_harm_is_taken_out(name: str, expected: str) -> None:
    """Folders, devices, hidden files, what turns text round or colours it."""
    assert file_name(name, FileType.PDF) == expected


@given(ROUGH, st.sampled_from(FileType))
def test_every_name_is_harmless(name: str, kind: FileType) -> None:
    """It is one file of this folder, on Linux and on Windows, and of its type."""
    safe = file_name(name, kind)
    assert Path(safe).name == safe
    assert PureWindowsPath(safe).name == safe
    assert not SPECIAL & set(safe)
    assert len(safe.encode()) <= 255
    assert safe.lower().endswith(ENDINGS[kind])
    assert safe[0] not in " ."
    assert all(unicodedata.category(char)[0] != "C" for char in safe)
    assert safe.split(".")[0].rstrip(" ").lower() not in RESERVED


@given(ROUGH, st.sampled_from(FileType))
def test_a_safe_name_stays(name: str, kind: FileType) -> None:
    """What was made once is not changed again."""
    safe = file_name(name, kind)
    assert file_name(safe, kind) == safe


@given(
    st.integers(0, 300), st.sampled_from("xä€\U0001f600. "), st.sampled_from(FileType)
)
def test_long_names_are_cut_at_whole_letters(
    length: int, letter: str, kind: FileType
) -> None:
    """The ending stays, and no letter is cut in two."""
    safe = file_name("con" + letter * length + "nul", kind)
    assert len(safe.encode()) <= 255
    assert safe.endswith(ENDINGS[kind][0])
    assert safe.split(".")[0].rstrip(" ").lower() not in RESERVED
