"""The proof of the judges: which are tried, what is waived, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanwright_conformance.proof import judges
from scanwright_conformance.proof.judges import JudgesError, prove_judges, read_waivers
from scanwright_conformance.proof.judges_code import judge_code

WAIVER = """
[[waiver]]
judge = "http.NoCrash.judge"
was = "{was}"
becomes = "pass"
reason = "{reason}"
"""


@pytest.mark.slow
def test_the_judge_of_one_clause_is_tried() -> None:
    """A clause names its judge; every change of it has an outcome."""
    told: list[str] = []
    report = prove_judges(("server-version-query",), jobs=1, progress=told.append)
    (score,) = report.scores
    assert (score.judge, score.area) == ("server.VersionQuery.judge", "SERVER")
    assert score.changes == score.noticed + len(score.survivors) > 5
    assert report.problems == ()
    assert told == [f"{score.changes} of {score.changes} changes, checks.server"]


def test_an_area_names_its_judges_alone() -> None:
    """What judges of several areas use is tried with all of them only."""
    names = {each.judge for each in judges._chosen(("SERVER",))}
    assert "server.Settings.judge" in names
    assert "server.level_in" not in names
    assert {judges._area(each) for each in judges._chosen(("SERVER",))} == {"SERVER"}


def test_without_a_word_all_are_tried() -> None:
    """Judges, their functions, and the words that they are written in."""
    assert judges._chosen(()) == judge_code()
    assert {each.module for each in judge_code()} >= {"expect", "checks.server"}


def test_a_word_that_names_nothing_is_refused() -> None:
    """A typing error must not prove that all is well."""
    with pytest.raises(JudgesError, match="SERVR: no area and no clause"):
        prove_judges(("servr",))


def test_without_tests_nothing_is_proven(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """An installed suite has no tests of judges, and says what to do."""
    monkeypatch.setattr(judges, "TESTS", tmp_path)
    with pytest.raises(JudgesError, match="run this in a checkout"):
        prove_judges(("HTTP-no-crash",))


def test_waivers_are_read_by_what_they_waive(tmp_path: Path) -> None:
    """A waiver is found by judge, statement and change, not by a line."""
    path = tmp_path / "judges.toml"
    path.write_text(WAIVER.format(was="x", reason="why"))
    assert read_waivers(path).keys() == {("http.NoCrash.judge", "x", "pass")}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[waiver", "judges.toml: "),
        ("[[waiver]]\njudge = 'x'", "judges.toml: .*missing"),
        (WAIVER.format(was="x", reason=" "), "without reason"),
    ],
)
def test_waivers_that_say_no_reason_are_refused(
    text: str, complaint: str, tmp_path: Path
) -> None:
    """A file that cannot be read, and a waiver without a reason, waive nothing."""
    path = tmp_path / "judges.toml"
    path.write_text(text)
    with pytest.raises(JudgesError, match=complaint):
        read_waivers(path)


def test_the_waivers_of_the_project_can_be_read() -> None:
    """Each waiver names a judge that there is, and a change of it."""
    changes = {
        (each.judge, each.was, each.becomes)
        for code in judge_code()
        for each in code.changes
    }
    assert read_waivers().keys() <= changes
