"""The vigil's decisions, look by look."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scanwright.supervision.process import Glimpse
from scanwright.supervision.vigil import BEAT_S, Order, Vigil

SLEEPING = Glimpse("S", 0.0)
STOPPED = Glimpse("T", 0.0)


class Watched:
    """A vigil with its clock; each look comes a beat after the one before."""

    def __init__(self, *, has_beats: bool = True) -> None:
        self.now_s = 100.0
        self.vigil = Vigil(self.now_s, has_beats=has_beats)

    def look(self, seen: Glimpse = SLEEPING, *, after_s: float = BEAT_S) -> Order:
        """Let time pass, and look."""
        self.now_s += after_s
        return self.vigil.look(self.now_s, seen)

    def looks(self, count: int, seen: Glimpse = SLEEPING) -> list[Order]:
        """Look so often."""
        return [self.look(seen) for _ in range(count)]


def beating() -> Watched:
    """Return one whose process has just beaten."""
    watched = Watched()
    watched.vigil.heard()
    return watched


def test_silence_is_borne_for_a_while_then_ended() -> None:
    """After a second: SIGABRT for a traceback, then SIGKILL."""
    watched = beating()
    assert watched.looks(3) == [Order.NOTHING] * 3
    assert watched.look() is Order.ABORT
    assert watched.look() is Order.KILL


def test_there_is_time_for_last_words() -> None:
    """SIGKILL does not come before the tracebacks can be written."""
    watched = beating()
    watched.looks(4)
    assert watched.look(after_s=0.1) is Order.NOTHING
    assert watched.look(after_s=0.125) is Order.KILL


def test_a_beat_ends_the_silence() -> None:
    """Who beats in time is left in peace, for ever."""
    watched = beating()
    for _ in range(20):
        assert Order.ABORT not in watched.looks(3)
        watched.vigil.heard()


def test_a_start_may_take_its_time() -> None:
    """Before the first beat half a minute of silence is borne."""
    watched = Watched()
    assert set(watched.looks(119)) == {Order.NOTHING}
    assert watched.look() is Order.ABORT


def test_a_stopped_process_is_continued_first() -> None:
    """SIGCONT comes at the first look: nothing is lost then."""
    watched = beating()
    assert watched.look(STOPPED) is Order.CONTINUE
    watched.vigil.heard()
    assert watched.look() is Order.NOTHING


def test_a_process_that_stays_stopped_is_killed() -> None:
    """Who is found stopped again and again is not worth waiting for."""
    watched = beating()
    continued = [Order.CONTINUE] * 3
    assert watched.looks(4, STOPPED) == [*continued, Order.KILL]


def test_a_continued_process_that_stays_silent_is_killed() -> None:
    """SIGCONT is no absolution."""
    watched = beating()
    watched.look(STOPPED)
    assert Order.ABORT in watched.looks(6)


def test_waiting_for_a_core_is_no_silence() -> None:
    """A machine under load does not make a process stuck."""
    watched = beating()
    waiting = [Glimpse("R", BEAT_S * beat) for beat in range(1, 200)]
    assert {watched.look(seen) for seen in waiting} == {Order.NOTHING}


def test_a_busy_loop_is_silence() -> None:
    """Who has the core and does not beat is stuck."""
    watched = beating()
    assert Order.ABORT in watched.looks(7, Glimpse("R", 0.01))


def test_a_disk_or_a_debugger_may_hold_a_process() -> None:
    """Neither is a reason to end it."""
    for state in "Dt":
        assert set(beating().looks(100, Glimpse(state, 0.0))) == {Order.NOTHING}


def test_who_overslept_does_not_judge() -> None:
    """When the watcher itself was frozen, the other may have been, too."""
    watched = beating()
    assert watched.look(after_s=3600.0) is Order.NOTHING


def test_a_process_without_beats_is_only_looked_at() -> None:
    """Silence means nothing then; being stopped does."""
    watched = Watched(has_beats=False)
    assert set(watched.looks(500)) == {Order.NOTHING}
    assert watched.look(STOPPED) is Order.CONTINUE


@given(
    st.lists(
        st.tuples(st.sampled_from("RSDtZ"), st.floats(0.0, 10.0), st.floats(0.0, 1.0)),
        max_size=60,
    )
)
def test_who_beats_before_each_look_is_never_signalled(
    looks: list[tuple[str, float, float]],
) -> None:
    """However long the looks are apart, and whatever state is seen."""
    watched = Watched()
    for state, after_s, waited_s in looks:
        watched.vigil.heard()
        if after_s < 1.5:
            seen = Glimpse(state, waited_s)
            assert watched.look(seen, after_s=after_s) is Order.NOTHING


@given(st.lists(st.floats(0.0, 0.5), min_size=30, max_size=60))
def test_who_falls_silent_is_ended_in_the_end(steps: list[float]) -> None:
    """However the looks fall, enough of them end with SIGKILL."""
    watched = beating()
    orders = [watched.look(after_s=step) for step in [*steps, *[BEAT_S] * 8]]
    assert orders[-1] is Order.KILL
    assert orders.count(Order.ABORT) == 1
