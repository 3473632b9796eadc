"""What the `spec` command shows: a text for people and data for programs."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from scanwright_spec._channel import channel, channel_text
from scanwright_spec._errors import error_codes
from scanwright_spec._openapi import openapi, openapi_text
from scanwright_spec._terminal import Ink, wrap
from scanwright_spec._vocabulary import CAPABILITIES, GAPS, capabilities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_spec._clauses import Area, Clause
    from scanwright_spec._errors import ErrorCode
    from scanwright_spec._specification import Specification

__all__ = [
    "View",
    "area_view",
    "capabilities_view",
    "channel_view",
    "clause_view",
    "codes_view",
    "gaps_view",
    "matches_view",
    "openapi_view",
    "overview",
]


@dataclass(frozen=True, slots=True)
class View:
    """One answer of the command; `data` is made of JSON's types only."""

    text: str
    data: object


def overview(specification: Specification, ink: Ink) -> View:
    """Show every area with the number of its clauses."""
    rows = [_counts(area) for area in specification.areas]
    lines = [
        f"{row['area']:<8}{row['clauses']:>7}{row['required']:>10}  {row['title']}"
        for row in rows
    ]
    clauses = specification.clauses
    required = sum(clause.level.is_required for clause in clauses)
    return View(
        "\n".join(
            [
                ink.strong(f"{'AREA':<8}{'CLAUSES':>7}{'REQUIRED':>10}  TITLE"),
                *lines,
                ink.strong(f"{'all':<8}{len(clauses):>7}{required:>10}"),
                "",
                "`scanwright spec JOBS` lists an area; `--help` tells more.",
            ],
        ),
        rows,
    )


def area_view(area: Area, ink: Ink) -> View:
    """Show an area: its introduction and its clauses."""
    return View(
        "\n\n".join(
            [
                ink.strong(f"{area.prefix}: {area.title}"),
                wrap(area.intro) if area.intro else ink.faint("No introduction."),
                *(_entry(clause, ink) for clause in area.clauses),
            ],
        ),
        {
            **_counts(area),
            "intro": area.intro,
            "clauses": [_clause_data(clause) for clause in area.clauses],
        },
    )


def matches_view(clauses: Sequence[Clause], ink: Ink) -> View:
    """Show the clauses that a word was found in."""
    return View(
        "\n\n".join(_entry(clause, ink) for clause in clauses),
        [_clause_data(clause) for clause in clauses],
    )


def clause_view(clause: Clause, ink: Ink) -> View:
    """Show everything about one clause."""
    origin = f"{clause.provenance}: {clause.detail}".removesuffix(": ")
    notes = [
        wrap(origin, first="from   "),
        *(
            wrap(f"{need}: {CAPABILITIES[need]}", first="needs  ")
            for need in sorted(clause.needs)
        ),
        *(wrap(GAPS[gap], first=f"gap {gap:<3}") for gap in clause.decides),
    ]
    codes = [_code_line(code) for code in _codes_in(clause)]
    return View(
        "\n".join(
            [
                f"{ink.strong(clause.id)}  {ink.level(clause.level)}",
                *(ink.faint(note) for note in notes),
                "",
                wrap(clause.text),
                *(["", *codes] if codes else []),
            ],
        ),
        _clause_data(clause),
    )


def codes_view(ink: Ink) -> View:
    """Show the table of error codes."""
    head = ink.strong(f"{'CODE':>5}  {'STATUS':<8}NAME AND MEANING")
    lines = [_code_line(code) for code in error_codes()]
    return View("\n".join([head, *lines]), [asdict(code) for code in error_codes()])


def gaps_view(specification: Specification, ink: Ink) -> View:
    """Show what the published facts leave open, and which clauses decide it."""
    entries = []
    data = []
    for gap, question in GAPS.items():
        clauses = specification.deciding(gap)
        answers = [wrap(f"{c.id}: {c.text}", first="    ") for c in clauses]
        entries.append(
            "\n".join([ink.strong(wrap(question, first=f"{gap:>2}  ")), *answers]),
        )
        ids = [clause.id for clause in clauses]
        data.append({"gap": gap, "question": question, "clauses": ids})
    return View("\n\n".join(entries), data)


def capabilities_view(ink: Ink) -> View:
    """Show what clauses may need of a target, by kind."""
    kinds = dict.fromkeys(capability.kind for capability in capabilities())
    blocks = [
        "\n".join(
            [
                ink.strong(kind),
                *(
                    wrap(c.meaning, first=f"  {c.name:<18}")
                    for c in capabilities()
                    if c.kind == kind
                ),
            ],
        )
        for kind in kinds
    ]
    return View("\n\n".join(blocks), [asdict(c) for c in capabilities()])


def openapi_view() -> View:
    """Show the description of the REST interface as it is kept."""
    return View(openapi_text().rstrip("\n"), openapi())


def channel_view() -> View:
    """Show the page channel as it is kept."""
    return View(channel_text().rstrip("\n"), channel())


def _entry(clause: Clause, ink: Ink) -> str:
    """Return a clause as it stands in a list."""
    heading = f"{ink.strong(clause.id)}  {ink.level(clause.level)}"
    return f"{heading}\n{wrap(clause.text, first='  ')}"


def _counts(area: Area) -> dict[str, object]:
    """Return the row of an area in the overview."""
    return {
        "area": area.prefix,
        "title": area.title,
        "clauses": len(area.clauses),
        "required": sum(clause.level.is_required for clause in area.clauses),
    }


def _codes_in(clause: Clause) -> list[ErrorCode]:
    """Return the error codes that the text of a clause names."""
    named = {int(number) for number in re.findall(r"-\d{4}\b", clause.text)}
    return [code for code in error_codes() if code.code in named]


def _code_line(code: ErrorCode) -> str:
    """Return a row of the table of error codes."""
    status = ",".join(str(status) for status in code.status)
    first = f"{code.code:>5}  {status:<8}"
    return wrap(f"{code.name}: {code.meaning}", first=first)


def _clause_data(clause: Clause) -> dict[str, object]:
    """Return a clause as JSON has it."""
    return {
        **asdict(clause),
        "needs": sorted(clause.needs),
        "codes": [code.code for code in _codes_in(clause)],
    }
