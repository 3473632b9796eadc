"""The prompts: questions with their answers on buttons, and what was said."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scanwright.http.consents import Entry
from scanwright.http.manager.views.consents import prompts, requests
from scanwright.protocol.access import Access, Consent

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
APP = "https://app.example"


def entry(consent: Consent, until: datetime | None = None) -> Entry:
    """Return what was said about an origin and scanners."""
    return Entry(APP, Access.SCANNER, consent, NOW, until)


def test_nothing_is_shown_when_nobody_asks() -> None:
    """An answered page asks no more."""
    assert requests([entry(Consent.ALLOWED)]) == ""


def test_a_question_has_its_three_answers() -> None:
    """Each button says aloud whom it is about."""
    shown = requests([entry(Consent.PENDING)])
    assert f"<strong>{APP}</strong> wants to use scanners" in shown
    for label in ("Allow", "Allow once", "Deny"):
        assert f'aria-label="{label}: {APP}, scanners"' in shown


@pytest.mark.parametrize("may_change", [True, False])
def test_switches_tell_their_state(*, may_change: bool) -> None:
    """On, off, and locked while changes are off; pressing turns them round."""
    shown = prompts(frozenset({Access.FILE}), [], may_change=may_change)
    assert shown.count('aria-checked="true"') == 1
    assert shown.count('aria-checked="false"') == 2
    assert (shown.count("disabled") == 3) is not may_change
    assert "EnableFileAccessAuth&quot;, &quot;value&quot;: &quot;FALSE" in shown


def test_answers_can_be_forgotten() -> None:
    """Also while changes are off; a pending one is no answer."""
    said = [entry(Consent.ALLOWED, NOW), entry(Consent.PENDING)]
    shown = prompts(frozenset(), said, may_change=False)
    assert shown.count(">Forget</button>") == 1
    assert "until <time" in shown
    assert "None so far." in prompts(frozenset(), [], may_change=False)
