"""What the user has said: kept, shared between processes, bounded, not guessed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.configuration.writing import alone
from scanwright.http.consents import MAX_PENDING, ONCE, Consents, ConsentsBusy
from scanwright.protocol.access import Access, Consent

APP = "https://app.example"
START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the consents are kept."""
    return tmp_path / "consents.json"


@pytest.fixture
def consents(file: Path, clock: Clock) -> Consents:
    """Consents of a home where nobody was asked yet."""
    return Consents(file, clock=clock)


def test_who_asks_first_is_pending(consents: Consents) -> None:
    """An unknown origin is listed once per kind, however often it asks."""
    for _ in range(3):
        assert consents.check(APP, Access.SCANNER) is Consent.PENDING
    consents.check(APP, Access.FILE)
    assert [(e.origin, e.access) for e in consents.entries()] == [
        (APP, Access.SCANNER),
        (APP, Access.FILE),
    ]


def test_who_asks_later_stands_below(consents: Consents) -> None:
    """No page can put its question in the place of one that is being answered."""
    origins = [APP, "https://aaa.example", "http://zzz.example"]
    for origin in origins:
        consents.check(origin, Access.SCANNER)
    assert [entry.origin for entry in consents.entries()] == origins


def test_an_answer_is_not_asked_away(file: Path) -> None:
    """One that is given between a look and a question stands."""

    def answer() -> datetime:
        if not Consents(file).entries():
            Consents(file).deny(APP, Access.SCANNER)
        return START

    consents = Consents(file, clock=answer)
    assert consents.check(APP, Access.SCANNER) is Consent.DENIED
    assert [e.consent for e in Consents(file).entries()] == [Consent.DENIED]


def test_an_answer_counts_in_every_process(consents: Consents, file: Path) -> None:
    """What another program writes is taken up with the next request."""
    consents.check(APP, Access.SCANNER)
    Consents(file).allow(APP, Access.SCANNER)
    assert consents.check(APP, Access.SCANNER) is Consent.ALLOWED
    Consents(file).deny(APP, Access.SCANNER)
    assert consents.check(APP, Access.SCANNER) is Consent.DENIED


def test_an_allowance_is_for_one_kind(consents: Consents) -> None:
    """Who may scan may not read files."""
    consents.allow(APP, Access.SCANNER)
    assert consents.check(APP, Access.FILE) is Consent.PENDING


def test_an_origin_has_one_spelling(consents: Consents) -> None:
    """Letter case and a final slash make no other origin."""
    consents.allow("HTTPS://App.Example/", Access.SCANNER)
    assert consents.check(APP, Access.SCANNER) is Consent.ALLOWED


@pytest.mark.parametrize("jump", [ONCE, -timedelta(days=1)])
def test_once_ends(consents: Consents, clock: Clock, jump: timedelta) -> None:
    """After its time, and when the clock was set back: the user is asked again."""
    consents.allow(APP, Access.SCANNER, once=True)
    clock.now += ONCE / 2
    assert consents.check(APP, Access.SCANNER) is Consent.ALLOWED
    clock.now += jump
    assert consents.check(APP, Access.SCANNER) is Consent.PENDING


def test_what_is_forgotten_is_asked_again(consents: Consents) -> None:
    """Forgetting says whether there was anything to forget."""
    consents.deny(APP, Access.SCANNER)
    assert consents.forget(APP, Access.SCANNER)
    assert not consents.forget(APP, Access.SCANNER)
    assert consents.entries() == []


def test_pending_origins_are_bounded(consents: Consents) -> None:
    """The oldest makes room; answers stay."""
    consents.allow(APP, Access.SCANNER)
    for number in range(MAX_PENDING + 2):
        consents.check(f"https://{number}.example", Access.SCANNER)
    origins = [entry.origin for entry in consents.entries()]
    assert len(origins) == MAX_PENDING + 1
    assert APP in origins
    assert "https://1.example" not in origins


@pytest.mark.parametrize("origin", ["null", "app.example", "https://" + 300 * "a"])
def test_what_is_no_origin_is_not_kept(consents: Consents, origin: str) -> None:
    """Sandboxed pages and nonsense cannot be told apart, so not be allowed."""
    with pytest.raises(ValueError, match="origin"):
        consents.check(origin, Access.SCANNER)
    assert consents.entries() == []


def test_nobody_waits_for_the_lock(consents: Consents, file: Path) -> None:
    """A page stays unheard and an answer is refused while somebody else writes."""
    with alone(file.parent):
        assert consents.check(APP, Access.SCANNER) is Consent.PENDING
        with pytest.raises(ConsentsBusy, match="Try again"):
            consents.allow(APP, Access.SCANNER)
    assert consents.entries() == []


def test_the_file_is_private(consents: Consents, file: Path) -> None:
    """Which pages somebody uses is nobody else's business."""
    consents.allow(APP, Access.SCANNER)
    assert file.stat().st_mode & 0o777 == 0o600


def test_where_nothing_can_be_written_nobody_is_in(tmp_path: Path) -> None:
    """A full disk or a folder that is gone refuses pages, and fails no request."""
    consents = Consents(tmp_path / "gone" / "consents.json")
    assert consents.check(APP, Access.SCANNER) is Consent.PENDING
    with pytest.raises(OSError, match="gone"):
        consents.allow(APP, Access.SCANNER)


@settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary() | st.sampled_from([b"[]", b'{"consents": [{}]}', b"1"]))
def test_a_damaged_file_allows_nobody(tmp_path: Path, content: bytes) -> None:
    """Whatever is in it; the next answer makes it whole."""
    file = tmp_path / "consents.json"
    file.write_bytes(content)
    consents = Consents(file)
    assert consents.entries() == []
    consents.allow(APP, Access.SCANNER)
    assert Consents(file).check(APP, Access.SCANNER) is Consent.ALLOWED
