"""What the terminal shows while a run goes on, and at its end."""

from __future__ import annotations

import io

from scanwright_conformance.events import Began, Ended, Finished, Listener, Started
from scanwright_conformance.report import watcher_for
from scanwright_conformance.report._terminal import PlainWatcher
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


def play(run: Run, watcher: Listener) -> None:
    """Let `watcher` hear of all of `run`."""
    watcher.take(Began(run.plan))
    for result in run.results:
        watcher.take(Started(result.clause.id))
        watcher.take(Ended(result))
    watcher.take(Finished(run.seconds))


def test_failures_are_told_at_once_and_in_full(run: Run) -> None:
    """A paragraph has both sides, and a command that shows them."""
    stream = io.StringIO()
    play(run, watcher_for(stream, is_quiet=False))
    text = stream.getvalue()
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    assert f"FAIL {failed.clause.id} (MUST" in text
    assert "    expected: 409 / -1011\n" in text
    assert "    $ curl -i -X POST " in text


def test_each_tenth_of_a_run_is_a_line(run: Run) -> None:
    """Whoever reads a log sees that it goes on, and for how long."""
    stream = io.StringIO()
    times = iter(range(100))
    play(run, PlainWatcher(stream, clock=lambda: float(next(times))))
    lines = [line for line in stream.getvalue().splitlines() if "/40 " in line]
    assert len(lines) == 10
    assert lines[0].startswith(" 4/40   1.0 s  1 PASS")
    assert lines[-1].startswith("40/40  10.0 s  5 PASS")


def test_a_target_cannot_command_the_terminal(run: Run) -> None:
    """What a target answers is shown without what a terminal obeys."""
    stream = io.StringIO()
    play(run, watcher_for(stream, is_quiet=False))
    assert "\x1b" not in stream.getvalue()
    assert "\x00" not in stream.getvalue()
    assert stream.getvalue().encode()


def test_a_terminal_shows_the_same_words(run: Run) -> None:
    """Colours and a bar are added, nothing is left out."""
    stream = Terminal()
    play(run, watcher_for(stream, is_quiet=False))
    for result in run.results:
        if result.verdict is Verdict.FAIL:
            assert result.clause.id in stream.getvalue()
    assert "409 / -1011" in stream.getvalue()


def test_quiet_is_quiet(run: Run) -> None:
    """Nothing is printed while a quiet run goes on."""
    stream = io.StringIO()
    play(run, watcher_for(stream, is_quiet=True))
    assert stream.getvalue() == ""
