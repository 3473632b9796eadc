"""What the terminal shows while a run goes on, and at its end."""

from __future__ import annotations

import io

from scanwright_conformance.certification import Watcher
from scanwright_conformance.report import watcher_for
from scanwright_conformance.results import Run
from scanwright_conformance.verdict import Verdict


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        """Claim it."""
        return True


def play(run: Run, watcher: Watcher) -> None:
    """Let `watcher` see all of `run`."""
    watcher.began(run.subject, [result.clause for result in run.results])
    for result in run.results:
        watcher.started(result.clause)
        watcher.ended(result)
    watcher.finished()


def test_plain_lines_where_nobody_watches(run: Run) -> None:
    """Areas are lines, failures are told in full with a command that shows them."""
    stream = io.StringIO()
    play(run, watcher_for(stream, is_quiet=False))
    text = stream.getvalue()
    failed = next(each for each in run.results if each.verdict is Verdict.FAIL)
    assert f"FAIL {failed.clause.id} (MUST" in text
    assert "    expected: 409 / -1011\n" in text
    assert "    $ curl -i -X POST " in text
    assert text.count("\nPORTS    ") == 1
    assert "\x1b[1" not in text


def test_a_terminal_shows_the_same_words(run: Run) -> None:
    """Colours and a bar are added, nothing is left out."""
    stream = Terminal()
    play(run, watcher_for(stream, is_quiet=False))
    for result in run.results:
        assert (
            result.verdict is not Verdict.FAIL or result.clause.id in stream.getvalue()
        )
    assert "409 / -1011" in stream.getvalue()


def test_quiet_is_quiet(run: Run) -> None:
    """Nothing is printed while a quiet run goes on."""
    stream = io.StringIO()
    play(run, watcher_for(stream, is_quiet=True))
    assert stream.getvalue() == ""
