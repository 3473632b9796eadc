"""`scanwright rejudge`: what the present suite says about an old bundle."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.arguments import ArgumentParser
from scanwright_conformance.bundle.opening import (
    USAGE_ERROR,
    NotOpened,
    complain,
    open_bundle,
)
from scanwright_conformance.bundle.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.bundle.file import Bundle
    from scanwright_conformance.bundle.rejudgement import Change, Rejudgement

__all__ = ["rejudge"]

FORMAT: Final = "scanwright-rejudgement/1"

EXAMPLES: Final = """\
examples:
  scanwright rejudge old.zip
  scanwright rejudge old.zip --report report --bundle new.zip
  scanwright rejudge old.zip --json

No target is needed: the conversations are those of the bundle. A clause that is new
has none, so it is NOT-RUN; certify again to try it.

exit status, by the verdicts of today:
  0 certified   1 failed   2 incomplete   3 the bundle or the arguments are wrong
"""


def rejudge(argv: Sequence[str]) -> int:
    """Judge an old bundle by the present catalogue, and show what changed."""
    from scanwright_conformance.bundle.contents import roll_up_of
    from scanwright_conformance.bundle.keys import KeyProblem
    from scanwright_conformance.bundle.rejudgement import rejudgement
    from scanwright_conformance.bundle.suite import this_suite
    from scanwright_conformance.outputs import OutputError
    from scanwright_conformance.verdict import EXIT_STATUS

    arguments = _parser().parse_args(argv)
    try:
        bundle = open_bundle(arguments.bundle)
        _try_places(arguments)
        found = rejudgement(bundle, **this_suite())
        written = _write(arguments, bundle, found)
    except (NotOpened, KeyProblem, OutputError) as problem:
        complain("rejudge", problem)
        return USAGE_ERROR
    except OSError as error:
        complain("rejudge", f"{error.filename}: {error.strerror}")
        return USAGE_ERROR
    if arguments.json:
        print(json.dumps(_as_json(bundle, found), indent=1))
    else:
        print(printable(_in_words(bundle, found)))
        print("\n".join(map(str, written)), end="\n" if written else "")
    return EXIT_STATUS[roll_up_of(found.events)]


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright rejudge",
        description="Judge the conversations of a bundle by the clauses and checks of "
        "this suite.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("bundle", type=Path, help="the zip file")
    add("--report", type=Path, metavar="DIR", help="write reports into this folder")
    add(
        "--bundle",
        dest="out",
        type=Path,
        metavar="FILE",
        help="write a new bundle, which names the old one as its origin",
    )
    add("--key", type=Path, metavar="FILE", help="the key that signs the new bundle")
    add("--json", action="store_true", help="print JSON")
    return parser


def _try_places(arguments: argparse.Namespace) -> None:
    """Raise OutputError for a place that nothing can be written to."""
    from scanwright_conformance.outputs import try_file, try_folder

    if arguments.report is not None:
        try_folder(arguments.report)
    if arguments.out is not None:
        try_file(arguments.out)


def _write(
    arguments: argparse.Namespace,
    bundle: Bundle,
    found: Rejudgement,
) -> list[Path]:
    """Write what was asked for, and return its files."""
    written: list[Path] = []
    if arguments.report is not None:
        from scanwright_conformance.report import write_reports

        written += write_reports(found.run, arguments.report).all
    if arguments.out is not None:
        from datetime import UTC, datetime

        from scanwright_conformance.bundle.file import write_bundle
        from scanwright_conformance.bundle.keys import signing_key

        write_bundle(
            found.events,
            arguments.out,
            signing_key(arguments.key),
            created=datetime.now(UTC),
            origin=bundle.origin,
        )
        written.append(arguments.out)
    return written


def _in_words(bundle: Bundle, found: Rejudgement) -> str:
    from scanwright_conformance.bundle.contents import roll_up_of

    then, now = bundle.manifest, found.run
    suites = f"judged by scanwright {then.suite_version}, now by {now.suite_version}"
    lines = [
        f"{then.target_name}: {suites}",
        *_section("new clauses, which nobody has tried", found.of("clause"), "now"),
        *_section("clauses that are gone", found.of("clause"), "then"),
    ]
    for what in ("level", "provenance", "needs", "duty"):
        lines += _section(f"another {what}", found.of(what), "both")
    if texts := found.of("text"):
        lines += ["another text:", *(f"  {change.clause}" for change in texts)]
    lines += _section("another verdict", found.of("verdict"), "both", _reasons(found))
    if not found.changes:
        lines.append("nothing has changed")
    before, after = then.roll_up.value, roll_up_of(found.events).value
    lines.append(f"verdict then: {before}; verdict now: {after}")
    return "\n".join(lines)


def _section(
    title: str,
    changes: Sequence[Change],
    side: str,
    reasons: dict[str, str] | None = None,
) -> list[str]:
    """Return lines for the changes that have something on that side."""
    lines = []
    for change in changes:
        then, now = change.then or "none", change.now or "none"
        if side == "both":
            reason = (reasons or {}).get(change.clause)
            because = f"  ({reason})" if reason else ""
            lines.append(f"  {change.clause:<30} {then:<15} -> {now}{because}")
        elif getattr(change, side):
            lines.append(f"  {change.clause:<30} {getattr(change, side)}")
    return [f"{title}:", *lines] if lines else []


def _reasons(found: Rejudgement) -> dict[str, str]:
    reasons = {}
    for result in found.run.results:
        judgement = result.judgement
        if judgement is not None and not judgement.is_met:
            said = f"expected {judgement.expected}, observed {judgement.observed}"
            reasons[result.clause.id] = said
        else:
            reasons[result.clause.id] = result.reason.strip().rpartition("\n")[2]
    return reasons


def _as_json(bundle: Bundle, found: Rejudgement) -> dict[str, Any]:
    from scanwright_conformance.bundle.contents import roll_up_of

    then = bundle.manifest
    return {
        "format": FORMAT,
        "origin": bundle.sha256,
        "target": then.target_name,
        "suite": {"then": then.suite_version, "now": found.run.suite_version},
        "roll_up": {
            "then": then.roll_up.value,
            "now": roll_up_of(found.events).value,
        },
        "changes": [
            {
                "clause": change.clause,
                "what": change.what,
                "then": change.then or None,
                "now": change.now or None,
            }
            for change in found.changes
        ],
    }
