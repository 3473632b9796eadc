"""The kill matrix as a page: which defect fails which clause, and what it changes.

A row is a mutant, a column a clause. The pattern is for the eye; the list below it says
the same in words, with the diff of each mutant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

import scanwright_spec

if TYPE_CHECKING:
    from scanwright_conformance.proof.proof import Proof

__all__ = ["matrix_as_html"]

MEANINGS: Final = {
    "killed": "its own clause, not met: the check noticed",
    "met": "another clause, met all the same",
    "collateral": "not met, and declared: it cannot be otherwise",
    "blocked": "not tried, for a clause that it builds upon is not met",
    "survived": "its own clause, met: the check is blind",
    "undeclared": "not met, and not declared: the mutant is too coarse",
}
UNTRIED: Final = "not tried together"


def matrix_as_html(proof: Proof) -> str:
    """Return the page about the proof by mutants."""
    mutants: list[dict[str, Any]] = proof.detail["mutants"]
    tried = {clause for each in mutants for clause in each["cells"]}
    clauses = [each for each in scanwright_spec.load().clauses if each.id in tried]
    ids = [clause.id for clause in clauses]
    areas = [
        (area, len(list(group)))
        for area, group in groupby(clauses, key=lambda clause: clause.area)
    ]
    style = files("scanwright_conformance.proof") / "matrix.css"
    verdict = "holds" if proof.holds else "does not hold"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kill matrix: {len(mutants)} mutants</title>
<style>{style.read_text(encoding="utf-8")}</style>
</head>
<body>
<header>
<h1>Kill matrix</h1>
<p>{len(mutants)} services with one defect each, and what the suite says about
{len(ids)} clauses. The proof {verdict}: {escape(proof.claim)}.</p>
{_problems(proof)}
<ul class="legend">{"".join(_legend())}</ul>
</header>
<main>
<div class="scroll" tabindex="0" role="region" aria-label="The matrix">
<table aria-describedby="words">
<thead><tr><td></td>{"".join(_heads(areas))}</tr></thead>
<tbody>{"".join(_row(each, ids) for each in mutants)}</tbody>
</table>
</div>
<h2 id="words">The mutants in words</h2>
{"".join(map(_words, mutants))}
<h2>Clauses without a mutant</h2>
<dl>{"".join(_waivers(proof.detail["waivers"]))}</dl>
</main>
</body>
</html>
"""


def _problems(proof: Proof) -> str:
    if not proof.problems:
        return ""
    items = "".join(f"<li>{escape(problem)}</li>" for problem in proof.problems)
    return f'<ul class="problems">{items}</ul>'


def _legend() -> Iterator[str]:
    for name, meaning in MEANINGS.items():
        yield f'<li><i class="{name}"></i><b>{name}</b> {meaning}</li>'


def _heads(areas: list[tuple[str, int]]) -> Iterator[str]:
    for area, count in areas:
        yield f'<th scope="colgroup" colspan="{count}">{area}</th>'


def _row(mutant: Mapping[str, Any], ids: list[str]) -> str:
    cells = "".join(_cell(mutant["cells"].get(clause), clause) for clause in ids)
    name = escape(mutant["name"])
    return f'<tr><th scope="row"><a href="#{name}">{name}</a></th>{cells}</tr>'


def _cell(state: str | None, clause: str) -> str:
    if state is None:
        return "<td></td>"
    if state == "met":
        return '<td class="met"></td>'
    return f'<td class="{state}" title="{clause}: {state}"></td>'


def _words(mutant: Mapping[str, Any]) -> str:
    cells: dict[str, str] = mutant["cells"]
    name = escape(mutant["name"])
    broken = [
        f"<li><b>{state}</b> {', '.join(sorted(named))}</li>"
        for state in MEANINGS
        if state not in {"met", "killed"}
        and (named := [clause for clause, seen in cells.items() if seen == state])
    ]
    reasons = "".join(
        f"<li>{escape(clause)}: {escape(reason)}</li>"
        for clause, reason in mutant["collateral"].items()
    )
    return (
        f'<details id="{name}"><summary><b>{name}</b> '
        f"{escape(mutant['defect'])}</summary>"
        f"<p>{escape(mutant['said'])}</p>"
        f"<pre>{escape(mutant['diff'])}</pre>"
        f"<ul>{''.join(broken)}{reasons}</ul></details>"
    )


def _waivers(waivers: Mapping[str, str]) -> Iterator[str]:
    for clause, reason in waivers.items():
        yield f"<dt>{escape(clause)}</dt><dd>{escape(reason)}</dd>"
