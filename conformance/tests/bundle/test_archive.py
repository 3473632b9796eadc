"""The zip: readable by anybody, with nothing in it but its members."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.bundle import archive
from scanwright_conformance.bundle.archive import BundleError, pack, unpack

MEMBERS = {"manifest.json": b"{}", "events.ndjson": b"event\n" * 1000}

names = st.from_regex(r"\A[a-z]{1,8}(?:\.[a-z]{1,4})?\Z")


def refused(data: bytes, words: str) -> None:
    """Assert that `data` is refused, with `words` in the reason."""
    with pytest.raises(BundleError, match=words):
        unpack(data, comment_size=0)


def zipped(*members: tuple[str, bytes], mode: int = 0o644) -> bytes:
    """Return a zip as other programs make it."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            made.writestr(info, data)
    return file.getvalue()


@pytest.mark.slow
@given(st.dictionaries(names, st.binary(max_size=200), min_size=1, max_size=5))
def test_members_come_back_in_their_order(members: dict[str, bytes]) -> None:
    """What was packed is unpacked, as it was and in its order."""
    found = unpack(pack(members, comment_size=0), comment_size=0)
    assert list(found.items()) == list(members.items())


def test_equal_members_give_equal_bytes() -> None:
    """No time and no chance is in a zip."""
    assert pack(MEMBERS, comment_size=9) == pack(dict(MEMBERS), comment_size=9)


def test_ordinary_programs_can_read_it() -> None:
    """It is a zip like any other."""
    with zipfile.ZipFile(BytesIO(pack(MEMBERS, comment_size=3) + b"abc")) as found:
        assert found.testzip() is None
        assert found.comment == b"abc"
        assert {name: found.read(name) for name in found.namelist()} == MEMBERS
        assert {info.date_time[0] for info in found.infolist()} == {1980}


@pytest.mark.parametrize(
    "name", ["../x", "/etc/passwd", "a/../b", ".x", "a\\b", "a//b"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    """Who unpacks a bundle gets files below one folder."""
    refused(pack({name: b""}, comment_size=0), "may not be called")


def test_a_name_is_there_once() -> None:
    """Of two members of one name nobody knows which one is meant."""
    one = archive._pack(b"a", b"1")
    other = archive._pack(b"a", b"2")
    refused(archive._assembled((one, other), 0), "twice")


def test_a_link_is_refused() -> None:
    """A member that is a link in the eyes of UNIX is none that a bundle has."""
    refused(zipped(("a", b"/etc/passwd"), mode=0o120777), "not built as a bundle is")


def test_what_another_program_packed_is_refused() -> None:
    """The same members in another zip are no bundle."""
    refused(zipped(*MEMBERS.items()), "not built as a bundle is")


def test_more_than_the_zip_says_is_refused() -> None:
    """A member that swells when it is unpacked ends where it said that it would."""
    honest = archive._pack(b"a", bytes(10_000_000))
    liar = archive._Packed(b"a", honest.crc, 10, honest.data)
    refused(archive._assembled((liar,), 0), "has not the size")


def test_too_much_is_refused_before_it_is_unpacked() -> None:
    """A size beyond the limit is not tried."""
    bomb = archive._Packed(b"a", 0, archive.SIZE_LIMIT + 1, b"")
    refused(archive._assembled((bomb,), 0), "too large")


def test_bytes_behind_packed_data_are_refused() -> None:
    """Packed data ends where it says."""
    honest = archive._pack(b"a", b"data")
    longer = archive._Packed(b"a", honest.crc, honest.size, honest.data + b"more")
    refused(archive._assembled((longer,), 0), "has not the size")


def test_data_that_is_not_packed_is_refused() -> None:
    """What zlib does not understand is said to be the member's fault."""
    refused(
        archive._assembled((archive._Packed(b"a", 0, 1, b"\xff"),), 0),
        "a cannot be unpacked",
    )


def test_too_many_members_are_refused() -> None:
    """A bundle has a few members."""
    members = {f"m{number}": b"" for number in range(archive.MEMBERS_LIMIT + 1)}
    refused(pack(members, comment_size=0), "more than 32")


def test_a_zip_that_is_cut_off_is_refused() -> None:
    """What ends within a header has no member there."""
    refused(pack(MEMBERS, comment_size=0)[:20], "ends within a member")


def test_what_is_no_zip_is_refused() -> None:
    """Something must lie at the first byte."""
    refused(b"PK\x05\x06" + bytes(18), "does not begin as a zip")


def test_a_run_that_is_too_large_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be read again is not written."""
    monkeypatch.setattr(archive, "SIZE_LIMIT", 10)
    with pytest.raises(BundleError, match="too large"):
        pack(MEMBERS, comment_size=0)
