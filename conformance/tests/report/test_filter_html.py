"""The form of filters."""

from __future__ import annotations

from scanwright_conformance.report._filter_html import choice, filter_html
from scanwright_conformance.results import Run


def test_only_what_there_is_can_be_chosen(run: Run) -> None:
    """Profiles and levels that no clause has are not offered."""
    made = filter_html(run)
    assert '<option value="wire">' in made
    assert '<option value="pdf">' not in made
    assert '<option value="L1">' in made


def test_each_verdict_has_a_button_with_its_number(run: Run) -> None:
    """A button tells how many it will show."""
    made = filter_html(run)
    for verdict, count in run.counts.items():
        assert f">{verdict.value} {count}</button>" in made


def test_a_choice_has_all_first() -> None:
    """Nothing is hidden before somebody chooses."""
    made = choice("a", "A", {"x": "X"})
    assert made.index('value=""') < made.index('value="x"')
