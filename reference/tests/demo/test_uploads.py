"""Uploads: any order, repeats and interruptions end in the same bytes, or in words."""

from __future__ import annotations

import hashlib
import io
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from scanwright.demo.chunks import digest, read_piece
from scanwright.demo.database import Database, sqlite_url
from scanwright.demo.documents import find_document
from scanwright.demo.names import FileFacts
from scanwright.demo.refusals import Refused
from scanwright.demo.uploads import Segment, Uploads

WHOLE = bytes(range(256)) * 4
SHA256 = hashlib.sha256(WHOLE).hexdigest()


def facts(sha256: str | None = SHA256, length: int = len(WHOLE)) -> FileFacts:
    """Announce the test's file."""
    return FileFacts("a.bin", "application/octet-stream", length, sha256)


def segment(start: int, end: int, data: bytes = WHOLE) -> Segment:
    """Cut a segment."""
    cut = data[start:end]
    return Segment(start, end, hashlib.sha256(cut).hexdigest(), io.BytesIO(cut))


@pytest.fixture
def uploads(database: Database, clock: Any) -> Uploads:
    """The uploads of an empty database, of each kind."""
    return Uploads(database, clock, most_open=3)


def test_segments_in_order_become_a_document(uploads: Uploads) -> None:
    """It has the id of the upload, and the checksum of the whole."""
    upload = uploads.begin(facts())
    assert uploads.append(upload, segment(0, 1000)) == 1000
    assert uploads.append(upload, segment(1000, 1024)) == 1024
    document = uploads.complete(upload)
    assert (document.id, document.sha256, document.bytes) == (upload, SHA256, 1024)
    assert uploads.get(upload).document == document


def test_a_segment_that_came_before_is_accepted(uploads: Uploads) -> None:
    """Its answer was lost; also after the whole has become a document."""
    upload = uploads.begin(facts())
    for _ in range(2):
        assert uploads.append(upload, segment(0, 1024)) == 1024
    uploads.complete(upload)
    assert uploads.append(upload, segment(500, 1024)) == 1024
    assert uploads.complete(upload).sha256 == SHA256


@pytest.mark.parametrize("wrong", [(10, 20), (0, 8), (4, 12)])
def test_a_segment_elsewhere_learns_the_offset(
    uploads: Uploads, wrong: tuple[int, int]
) -> None:
    """A gap, other bytes than before, and half of both."""
    upload = uploads.begin(facts())
    uploads.append(upload, segment(0, 8, b"\xff" * 8))
    with pytest.raises(Refused) as caught:
        uploads.append(upload, segment(*wrong))
    assert (caught.value.status, caught.value.offset) == (409, 8)
    assert uploads.get(upload).offset == 8


def test_a_whole_that_is_another_is_dropped(uploads: Uploads) -> None:
    """The announced checksum is of the whole file."""
    upload = uploads.begin(facts(sha256="0" * 64))
    uploads.append(upload, segment(0, 1024))
    with pytest.raises(Refused) as caught:
        uploads.complete(upload)
    assert caught.value.status == 422
    with pytest.raises(Refused, match="no such upload"):
        uploads.get(upload)
    with uploads.database.reading() as connection:
        assert read_piece(connection, upload, 0) == b""


def test_only_one_of_many_moves_the_offset(uploads: Uploads) -> None:
    """The same segment from four requests at once is stored once."""
    upload = uploads.begin(facts())
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(uploads.append, upload, segment(0, 1024)) for _ in range(4)
        ]
        assert {call.result() for call in calls} == {1024}
        ends = [pool.submit(uploads.complete, upload) for _ in range(4)]
        assert {end.result().sha256 for end in ends} == {SHA256}


def test_there_are_so_many_uploads_and_no_more(uploads: Uploads) -> None:
    """One that is dropped makes room."""
    several = [uploads.begin(facts()) for _ in range(3)]
    with pytest.raises(Refused) as caught:
        uploads.begin(facts())
    assert caught.value.status == 429
    uploads.drop(several[0])
    uploads.begin(facts())


def test_the_limit_holds_when_many_begin_at_once(
    database: Database, clock: Any
) -> None:
    """Who comes too late is refused, and nobody else."""
    some = Uploads(database, clock, most_open=2)
    all_are_there = Barrier(12)

    def begin(_: int) -> bool:
        all_are_there.wait(60)
        try:
            some.begin(facts())
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(begin, range(12))) == 2


def test_an_upload_that_nobody_touches_is_forgotten(
    uploads: Uploads, clock: Any
) -> None:
    """A day after its last segment, with all its bytes; that makes room, too."""
    old, touched, _ = (uploads.begin(facts()) for _ in range(3))
    uploads.append(old, segment(0, 8))
    clock.now += 24 * 3600 - 1
    uploads.append(touched, segment(0, 8))
    assert uploads.expire() == 0
    clock.now += 2
    assert uploads.begin(facts())
    with pytest.raises(Refused, match="Begin it anew"):
        uploads.append(old, segment(8, 16))
    assert uploads.get(touched).offset == 8
    with uploads.database.reading() as connection:
        assert read_piece(connection, old, 0) == b""


def test_dropping_leaves_the_document(uploads: Uploads) -> None:
    """Only what is under way can be dropped."""
    upload = uploads.begin(facts())
    uploads.append(upload, segment(0, 1024))
    uploads.complete(upload)
    uploads.drop(upload)
    assert find_document(uploads.database, upload) is not None


class AnyOrder(RuleBasedStateMachine):
    """A page that sends what it likes, and a server that is started again and again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = sqlite_url(Path(self.folder.name) / "demo.sqlite3")
        self.database = Database(self.url)
        self.safe = 0

    @initialize()
    def begin(self) -> None:
        """Announce the file."""
        self.upload = self.uploads.begin(facts())

    @property
    def uploads(self) -> Uploads:
        """The uploads of the server as it runs now."""
        return Uploads(self.database, lambda: 0.0)

    @rule()
    def restart(self) -> None:
        """Start the server again."""
        self.database.close()
        self.database = Database(self.url)

    @rule(start=st.integers(0, 1023), length=st.integers(1, 1024))
    def send_any(self, start: int, length: int) -> None:
        """Send any segment: it is the next one, a repeat, or refused."""
        end = min(start + length, len(WHOLE))
        if start == self.safe:
            self.safe = end
        if end <= self.safe:
            found = self.uploads.append(self.upload, segment(start, end))
            assert found == self.safe
            return
        with pytest.raises(Refused) as caught:
            self.uploads.append(self.upload, segment(start, end))
        assert (caught.value.status, caught.value.offset) == (409, self.safe)

    @rule(length=st.integers(1, 400))
    def send_next(self, length: int) -> None:
        """Send the next segment."""
        self.send_any(self.uploads.get(self.upload).offset % 1024, length)

    @rule(start=st.integers(0, 1023), length=st.integers(1, 1024))
    def send_others(self, start: int, length: int) -> None:
        """Send bytes that differ from those before: refused where they are known."""
        end = min(start + length, self.safe)
        if start >= end:
            return
        with pytest.raises(Refused):
            self.uploads.append(self.upload, segment(start, end, b"\xaa" * 1024 * 2))

    @rule()
    def break_off(self) -> None:
        """End the server in the middle of a segment."""
        if self.safe == len(WHOLE):
            return
        cut = segment(self.safe, len(WHOLE))
        broken = Segment(cut.start, cut.end, cut.sha256, Breaking())
        with pytest.raises(ConnectionResetError):
            self.uploads.append(self.upload, broken)

    @invariant()
    def what_is_safe_is_right(self) -> None:
        """The offset counts bytes that are those of the file."""
        if not hasattr(self, "upload"):
            return
        state = self.uploads.get(self.upload)
        assert state.offset == self.safe
        with self.database.reading() as connection:
            found = digest(connection, self.upload)
        assert found == hashlib.sha256(WHOLE[: self.safe]).hexdigest()
        if self.safe == len(WHOLE):
            assert self.uploads.complete(self.upload).sha256 == SHA256

    def teardown(self) -> None:
        """Clean up."""
        self.database.close()
        self.folder.cleanup()


class Breaking(io.BytesIO):
    """A source that ends in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Fail."""
        raise ConnectionResetError(size)


@pytest.mark.slow
def test_any_order_ends_in_the_same_bytes_or_in_words() -> None:
    """Whatever a page sends, and wherever the server ends, the offset is right."""
    some = settings(deadline=None, max_examples=25, stateful_step_count=20)
    run_state_machine_as_test(AnyOrder, settings=some)
