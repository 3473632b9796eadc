"""The recorder keeps entries under labels."""

from __future__ import annotations

from itertools import count

import pytest

from scanwright_conformance.canned import answered
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.session._recorder import Recorder
from scanwright_conformance.transcript import Fact


def test_a_label_is_used_once() -> None:
    """A judge could not tell two entries of one label apart."""
    recorder = Recorder()
    recorder.add(Fact("a", 1))
    with pytest.raises(ValueError, match="'a' is used twice"):
        recorder.add(Fact("a", 2))


def test_entries_are_in_the_order_in_which_they_began() -> None:
    """What ended first need not have begun first."""
    recorder = Recorder()
    recorder.add(answered("second", started_s=2.0))
    recorder.add(answered("first", started_s=1.0))
    labels = [entry.label for entry in recorder.transcript().entries]
    assert labels == ["first", "second"]


def test_an_exchange_can_be_renamed_and_dropped() -> None:
    """The answer decides what an exchange is called, and whether it is worth it."""
    recorder = Recorder()
    recorder.add(answered("page-3", 204))
    assert recorder.rename("page-3", "page-end").label == "page-end"
    assert "page-end" in recorder.transcript()
    recorder.drop("page-end")
    assert recorder.transcript().entries == ()


def test_only_exchanges_are_renamed() -> None:
    """A fact is called what it is."""
    recorder = Recorder()
    recorder.add(Fact("a", 1))
    with pytest.raises(TypeError):
        recorder.rename("a", "b")


def test_time_starts_at_zero() -> None:
    """Times are told since the check began."""
    ticks = count(100.0, 5.0)
    recorder = Recorder(lambda: next(ticks))
    assert recorder.now() == 5.0


def test_what_was_never_reached_is_a_mismatch() -> None:
    """A judge asks for a label; that the stimulus stopped before is the answer."""
    recorder = Recorder()
    recorder.add(answered("create", 423))
    transcript = recorder.transcript("'create' made no job")
    for ask in (transcript.__getitem__, transcript.fact, transcript.handshake):
        with pytest.raises(Mismatch) as mismatch:
            ask("page-1")
        assert mismatch.value.judgement.observed == "'create' made no job"
        assert mismatch.value.judgement.labels == ("create",)
