"""`scanwright spec`: the specification in the terminal."""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_spec._specification import Specification
    from scanwright_spec._terminal import Ink
    from scanwright_spec._views import View

__all__ = ["spec"]

EXAMPLES: Final = """\
examples:
  scanwright spec                every area, with the number of its clauses
  scanwright spec PAGES          the clauses of one area
  scanwright spec JOBS-start     all about one clause
  scanwright spec duplex         every clause that has the word
  scanwright spec -2113          every clause that has the error code
  scanwright spec codes          the table of error codes
  scanwright spec gaps           what the published facts leave open, decided
  scanwright spec capabilities   what clauses may need of a target
  scanwright spec openapi        the description of the REST interface, as YAML
  scanwright spec openapi --json > openapi.json
  scanwright spec page-channel   the methods and events of the page channel, as YAML
"""


def spec(argv: Sequence[str]) -> int:
    """Show the specification: areas, clauses, error codes, OpenAPI."""
    from scanwright_spec._specification import load
    from scanwright_spec._terminal import Ink

    arguments = _parser().parse_args(argv)
    specification = load()
    view = _view(arguments.subject, specification, Ink.for_stream(sys.stdout))
    if view is None:
        print(_not_found(arguments.subject, specification), file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(view.data, indent=2, ensure_ascii=False))
    else:
        print(view.text)
    return 0


def _parser() -> argparse.ArgumentParser:
    """Return the parser of the command's arguments."""
    parser = argparse.ArgumentParser(
        prog="scanwright spec",
        description="Show the specification that a service is measured by.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "subject",
        nargs="?",
        default="areas",
        metavar="ID|AREA|WORD",
        help="a clause, an area, a word to look for, or one of: "
        "areas (the default), codes, gaps, capabilities, openapi, page-channel",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _view(subject: str, specification: Specification, ink: Ink) -> View | None:
    """Return what the subject names: a table, an area, a clause, or a search."""
    from scanwright_spec import _views

    tables = {
        "areas": lambda: _views.overview(specification, ink),
        "codes": lambda: _views.codes_view(ink),
        "gaps": lambda: _views.gaps_view(specification, ink),
        "capabilities": lambda: _views.capabilities_view(ink),
        "openapi": _views.openapi_view,
        "page-channel": _views.channel_view,
    }
    if subject in tables:
        return tables[subject]()
    wanted = subject.casefold()
    for area in specification.areas:
        if area.prefix.casefold() == wanted:
            return _views.area_view(area, ink)
    for clause in specification.clauses:
        if clause.id.casefold() == wanted:
            return _views.clause_view(clause, ink)
    matches = [
        clause
        for clause in specification.clauses
        if wanted in f"{clause.id}\n{clause.text}\n{clause.detail}".casefold()
    ]
    return _views.matches_view(matches, ink) if matches else None


def _not_found(subject: str, specification: Specification) -> str:
    """Say that nothing has this name, and which names are near."""
    names = {clause.id.casefold(): clause.id for clause in specification.clauses}
    near = difflib.get_close_matches(subject.casefold(), names, n=3, cutoff=0.4)
    hint = f" Near: {', '.join(names[name] for name in near)}." if near else ""
    return (
        f"scanwright spec: no area, clause or word {subject!r}.{hint}"
        " `scanwright spec` lists the areas."
    )
