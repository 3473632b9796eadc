"""Views: what a person reads, and what a program gets."""

from __future__ import annotations

import json

import pytest

from scanwright_spec import _views, load
from scanwright_spec._terminal import WIDTH, Ink

PLAIN = Ink()
VIEWS = {
    "overview": _views.overview(load(), PLAIN),
    "codes": _views.codes_view(PLAIN),
    "gaps": _views.gaps_view(load(), PLAIN),
    "capabilities": _views.capabilities_view(PLAIN),
    "matches": _views.matches_view(load().clauses, PLAIN),
    **{area.prefix: _views.area_view(area, PLAIN) for area in load().areas},
    **{clause.id: _views.clause_view(clause, PLAIN) for clause in load().clauses},
}


@pytest.mark.parametrize("name", VIEWS)
def test_text_fits_a_terminal(name: str) -> None:
    """No line is wider than a terminal of 80 columns, nor ends in blanks."""
    for line in VIEWS[name].text.splitlines():
        assert len(line) <= WIDTH
        assert line == line.rstrip()


@pytest.mark.parametrize("name", VIEWS)
def test_data_is_json(name: str) -> None:
    """The data survives JSON unchanged, but for tuples that become arrays."""
    data = VIEWS[name].data
    assert json.dumps(json.loads(json.dumps(data))) == json.dumps(data)


def test_colour_changes_no_word() -> None:
    """Without its escapes a coloured text is the plain one."""
    clause = load().clause("JOBS-start")
    coloured = _views.clause_view(clause, Ink(enabled=True)).text
    for escape in ("\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m"):
        coloured = coloured.replace(escape, "")
    assert coloured == VIEWS["JOBS-start"].text


def test_the_page_channel_is_shown_as_it_is_kept() -> None:
    """The page channel's view is the YAML that the specification keeps."""
    view = _views.channel_view()
    assert view.text.startswith("# The page channel")


def test_openapi_is_shown_as_it_is_kept() -> None:
    """The YAML has its comments and order, the data is the document."""
    view = _views.openapi_view()
    assert view.text.startswith("openapi: 3.1")
    assert isinstance(view.data, dict)
