"""The format of clauses: what is read, and what is refused with its line."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_spec import Area, Level, Provenance, SpecificationError
from scanwright_spec._markdown import parse_area

NAMES = ("tls", "scanner")
GAPS = (1, 2)


def read(markdown: str) -> Area:
    """Parse an area whose prefix is T."""
    return parse_area("T", "t.md", markdown=markdown, capabilities=NAMES, gaps=GAPS)


def area(clause: str) -> Area:
    """Parse an area with a title and one clause; the clause begins in line 3."""
    return read(f"# Title\n\n{clause}")


def test_area_has_title_and_introduction() -> None:
    """What stands before the first clause introduces the area."""
    found = read("# Some title\n\nOne\ntwo.\n\nThree.\n")
    assert (found.title, found.intro, found.clauses) == (
        "Some title",
        "One two.\n\nThree.",
        (),
    )


def test_clause_has_all_its_parts() -> None:
    """Level, provenance, detail, gaps, needs and text come out of the Markdown."""
    (clause,) = area(
        "### T-a-1\n`MUST NOT` · documented: page 1; decides gap 2: so it is"
        " · needs: tls, scanner\n\nA b\nc.\n\nD.\n"
    ).clauses
    assert clause.level is Level.MUST_NOT
    assert clause.level.is_required
    assert clause.provenance is Provenance.DOCUMENTED
    assert clause.detail == "page 1; decides gap 2: so it is"
    assert clause.decides == (2,)
    assert clause.needs == {"tls", "scanner"}
    assert clause.text == "A b c.\n\nD."
    assert (clause.area, clause.line) == ("T", 3)


def test_gap_may_stand_before_the_colon() -> None:
    """The reason of a choice that decides a gap is its detail."""
    (clause,) = area("### T-a\n`MAY` · own choice, decides gap 1: reason\n\nX.").clauses
    assert (clause.decides, clause.detail) == ((1,), "reason")
    assert not clause.level.is_required


@pytest.mark.parametrize(
    ("markdown", "line", "problem"),
    [
        ("", 1, "title"),
        ("No title\n", 1, "title"),
        ("# T\n\nIt MUST be.\n", 3, "MUST stands outside"),
        ("# T\n\n## T-a\n`MUST` · observed\n\nX.", 3, "is not `### T-words"),
        ("# T\n\n### T-A\n`MUST` · observed\n\nX.", 3, "is not `### T-words"),
        ("# T\n\n### U-a\n`MUST` · observed\n\nX.", 3, "begin with T-, not U-a"),
        ("# T\n\n### T-a", 4, "after the id comes"),
        ("# T\n\n### T-a\n\nX.", 4, "after the id comes"),
        ("# T\n\n### T-a\n`OUGHT` · observed\n\nX.", 4, "unknown level `OUGHT`"),
        ("# T\n\n### T-a\n`MUST` · guessed\n\nX.", 4, "unknown provenance 'guessed'"),
        (
            "# T\n\n### T-a\n`MUST` · observed, decides gap 9\n\nX.",
            4,
            "there is no gap 9",
        ),
        (
            "# T\n\n### T-a\n`MUST` · observed · wants: tls\n\nX.",
            4,
            "'wants' stands where",
        ),
        (
            "# T\n\n### T-a\n`MUST` · observed · needs: gold\n\nX.",
            4,
            "unknown need 'gold'",
        ),
        ("# T\n\n### T-a\n`MUST` · observed\n\n", 3, "T-a has no text"),
        ("# T\n\n### T-a\n`MUST` · observed\n\nX\nMAY be.", 7, "MAY stands outside"),
    ],
)
def test_mistake_is_named_with_its_line(markdown: str, line: int, problem: str) -> None:
    """Every mistake is refused, and the message begins with file and line."""
    with pytest.raises(SpecificationError) as caught:
        read(markdown)
    assert str(caught.value).startswith(f"t.md:{line}: ")
    assert problem in caught.value.problem
    assert (caught.value.file, caught.value.line) == ("t.md", line)


WORDS = st.text("abcdefgh ·:,`#-\n", min_size=0, max_size=200)


@given(WORDS)
def test_any_text_is_read_or_refused(noise: str) -> None:
    """No text makes the reader fail in another way than by a SpecificationError."""
    with suppress(SpecificationError):
        assert read(f"# T\n{noise}").title == "T"
