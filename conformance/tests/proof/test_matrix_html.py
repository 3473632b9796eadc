"""The kill matrix as a page."""

from __future__ import annotations

from scanwright_conformance.proof.matrix_html import matrix_as_html
from scanwright_conformance.proof.proof import Proof

MUTANT = {
    "name": "SERVER-version",
    "clause": "SERVER-version",
    "defect": "The version is a <number>",
    "said": "FAIL expected a string",
    "collateral": {"PORTS-core-http": "asks for it"},
    "diff": "-a\n+b",
    "cells": {
        "SERVER-version": "killed",
        "PORTS-core-http": "collateral",
        "JOBS-start": "met",
    },
}


def page(*problems: str) -> str:
    """Return the page about one mutant."""
    detail = {"mutants": [MUTANT], "waivers": {"DOCS-x": "no module"}}
    return matrix_as_html(Proof("mutants", "it works", 1, problems, 1.0, detail))


def test_the_page_shows_cells_and_words() -> None:
    """A row, a column for each clause, the diff, and the reasons."""
    text = page()
    assert '<td class="killed" title="SERVER-version: killed">' in text
    assert "PORTS-core-http: asks for it" in text
    assert "-a\n+b" in text
    assert "no module" in text


def test_nothing_in_it_is_markup() -> None:
    """A defect's words are words."""
    assert "a &lt;number&gt;" in page()


def test_problems_come_first() -> None:
    """Where the proof does not hold the page says why."""
    assert "<li>it survives</li>" in page("it survives")
