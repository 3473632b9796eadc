"""Words by which a defect is known."""

from __future__ import annotations

import pytest

from scanwright_conformance.proof.words import gist, is_known

ID = "614f4590-8775-400c-bf4b-8ef09ae9101d"
OTHER_ID = "00000000-1111-2222-3333-444444444444"


def test_what_is_another_each_time_does_not_count() -> None:
    """Ids, numbers, and what else was in an answer."""
    said = "expected 404, observed 200 with {'jobuid': '%s', 'status': 'faulted'%s"
    assert gist(said % (ID, " and more")) == gist(said % (OTHER_ID, ", or less"))
    said = "expected pixels %s, observed cache/%s.page"
    assert gist(said % ("a" * 63 + "1", "9f" * 8)) == gist(said % ("1b" * 32, "0" * 16))
    assert gist("expected facade, observed deadbeef") == (
        "expected facade, observed deadbeef"
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected a page, observed none", "expected a job, observed none"),
        ("expected a page, observed none", "expected a page, observed two"),
    ],
)
def test_what_was_expected_and_observed_counts(one: str, other: str) -> None:
    """Another reason is another defect."""
    assert gist(one) != gist(other)


def test_words_are_those_of_golden_conversations() -> None:
    """What fails otherwise is not known, nor what was never recorded."""
    said = "expected status pending, observed status running"
    assert is_known("JOBS-autorun", said)
    assert not is_known("JOBS-autorun", said.replace("running", "faulted"))
    assert not is_known("SERVICE-macos-account", said)
