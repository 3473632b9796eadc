"""`scanwright replay`: asks a service that runs now what was asked of one then."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.arguments import ArgumentParser
from scanwright_conformance.bundle.opening import (
    DIFFERENT,
    EQUAL,
    USAGE_ERROR,
    NotOpened,
    complain,
    open_bundle,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.bundle.file import Bundle
    from scanwright_conformance.bundle.replay import Repetition
    from scanwright_conformance.results import Result
    from scanwright_conformance.transcript import Exchange, Transcript

__all__ = ["replay"]

FORMAT: Final = "scanwright-replay/1"
WIDTH: Final = 120

EXAMPLES: Final = """\
examples:
  scanwright replay evidence.zip JOBS-start --list
  scanwright replay evidence.zip JOBS-start --target http://127.0.0.1:18622
  scanwright replay evidence.zip JOBS-start --all --target target.toml
  scanwright replay evidence.zip HTTP-licence-strict --label valid --licence KEY

Without --label and --all those exchanges are repeated that the judgement names, and
all where it names none. What an earlier answer gave, as the id of a job, is of today
only where that is repeated, too.

exit status:
  0 the answers agree in status and shape of JSON   1 they differ
  3 nobody answers, or the bundle or the arguments are wrong
"""


class _Refused(Exception):
    """What was asked for cannot be done; the message says what can."""


def replay(argv: Sequence[str]) -> int:
    """Repeat an exchange of a bundle against a service that runs now."""
    arguments = _parser().parse_args(argv)
    try:
        bundle = open_bundle(arguments.bundle)
        result = _result(bundle, arguments.clause)
        if arguments.list:
            print("\n".join(_listed(result)))
            return EQUAL
        exchanges = _exchanges(result, arguments)
        repetitions = _repeated(bundle, result, exchanges, arguments)
    except (_Refused, NotOpened) as problem:
        complain("replay", problem)
        return USAGE_ERROR
    if arguments.json:
        print(json.dumps(_as_json(result, repetitions), indent=1))
    else:
        _show(result, repetitions)
    return _status(repetitions)


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright replay",
        description="Repeat recorded exchanges, and show both answers side by side.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("bundle", type=Path, help="the zip file")
    add("clause", help="the clause whose conversation it is")
    add(
        "--label",
        nargs="+",
        action="extend",
        default=[],
        help="repeat these exchanges",
    )
    add("--all", action="store_true", help="repeat the whole conversation")
    add("--list", action="store_true", help="list the labels and ask nobody")
    add(
        "--target",
        metavar="URL|FILE",
        help="REST port of a service, or a target.toml (default: the address of then, "
        "where that is one of this computer)",
    )
    add("--licence", metavar="KEY", help="the licence key, which no bundle has")
    add(
        "--secret",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another secret: the value of a header, a member or a parameter",
    )
    add("--json", action="store_true", help="print JSON")
    return parser


def _result(bundle: Bundle, word: str) -> Result:
    results = {each.clause.id.upper(): each for each in bundle.run.results}
    result = results.get(word.upper())
    if result is None:
        from difflib import get_close_matches

        close = get_close_matches(word.upper(), results, n=1)
        hint = f"; is {results[close[0]].clause.id} meant?" if close else ""
        raise _Refused(f"the bundle has no clause {word!r}{hint}")
    if result.transcript is None:
        raise _Refused(
            f"{result.clause.id} is {result.verdict.value}: nothing was asked for it"
            + (f" ({result.reason})" if result.reason else ""),
        )
    return result


def _listed(result: Result) -> list[str]:
    from scanwright_conformance.bundle.printable import printable
    from scanwright_conformance.transcript import Exchange

    transcript, judgement = _conversation(result)
    lines = [f"{result.clause.id}: {result.verdict.value}"]
    for entry in transcript.entries:
        mark = "*" if entry.label in judgement else " "
        kind = type(entry).__name__.lower()
        if isinstance(entry, Exchange):
            answer = entry.answer.status if entry.answer else "no answer"
            kind = f"{entry.request.method} {entry.request.url} -> {answer}"
        lines.append(printable(f"{mark} {entry.label:<24} {kind}"))
    return lines


def _conversation(result: Result) -> tuple[Transcript, tuple[str, ...]]:
    """Return what is shown of a result, and the labels that its judgement names."""
    transcript, judgement = result.transcript, result.judgement
    if transcript is None:
        raise _Refused(f"nothing was asked for {result.clause.id}")
    return transcript, judgement.labels if judgement else ()


def _exchanges(result: Result, arguments: argparse.Namespace) -> tuple[Exchange, ...]:
    from scanwright_conformance.bundle.replay import chosen

    transcript, named = _conversation(result)
    known = [each.label for each in transcript.exchanges]
    wanted = [] if arguments.all else arguments.label or list(named)
    if unknown := [label for label in arguments.label if label not in known]:
        raise _Refused(
            f"no exchange is called {', '.join(unknown)}; there are {', '.join(known)}"
        )
    if not known:
        raise _Refused(f"the conversation about {result.clause.id} has no exchange")
    exchanges = chosen(transcript, wanted)
    if not exchanges:
        raise _Refused(
            f"the conversation about {result.clause.id} was held with the session of"
            " a page, which has ended: `scanwright certify --only"
            f" {result.clause.id}` holds another one"
        )
    return exchanges


def _repeated(
    bundle: Bundle,
    result: Result,
    exchanges: tuple[Exchange, ...],
    arguments: argparse.Namespace,
) -> tuple[Repetition, ...]:
    import asyncio

    from scanwright_conformance.bundle.filling import LICENCE, SecretMissing
    from scanwright_conformance.bundle.replay import Unrepeatable, live_target, repeat
    from scanwright_conformance.places import PlaceError, check_place
    from scanwright_conformance.target import (
        ControlFailed,
        DescriptionError,
        StartFailed,
        Unsupported,
    )

    subject = bundle.run.subject
    transcript, _ = _conversation(result)

    async def main() -> tuple[Repetition, ...]:
        async with live_target(arguments.target, subject) as target:
            known = {LICENCE: target.licence_key} if target.licence_key else {}
            return await repeat(
                target,
                transcript,
                exchanges,
                subject=subject,
                secrets={**known, **_secrets(arguments)},
            )

    try:
        if arguments.target is not None:
            check_place(arguments.target)
        return asyncio.run(main())
    except SecretMissing as missing:
        option = (
            "--licence KEY"
            if missing.name == LICENCE
            else f"--secret '{missing.name}=VALUE'"
        )
        raise _Refused(
            f"a request has a secret that was taken out; give it with {option}"
        ) from missing
    except (
        DescriptionError,
        PlaceError,
        StartFailed,
        ControlFailed,
        Unrepeatable,
        Unsupported,
    ) as problem:
        raise _Refused(str(problem)) from problem


def _secrets(arguments: argparse.Namespace) -> dict[str, str]:
    from scanwright_conformance.bundle.filling import LICENCE

    secrets = {LICENCE: arguments.licence} if arguments.licence else {}
    for word in arguments.secret:
        name, separator, value = word.partition("=")
        if not separator:
            raise _Refused(f"--secret wants NAME=VALUE, not {word!r}")
        secrets[name.lower()] = value
    return secrets


def _show(result: Result, repetitions: tuple[Repetition, ...]) -> None:
    from scanwright_conformance.bundle.side_by_side import side_by_side
    from scanwright_conformance.bundle.substitution import given_by

    width = min(WIDTH, shutil.get_terminal_size((WIDTH, 40)).columns)
    transcript, _ = _conversation(result)
    labels = {each.recorded.label for each in repetitions}
    for repetition in repetitions:
        print(side_by_side(repetition, width=width))
        giver = given_by(transcript, repetition.recorded)
        if giver and giver not in labels:
            print(f"  it uses what {giver!r} was answered then: --all asks that anew")
        print()


def _status(repetitions: tuple[Repetition, ...]) -> int:
    asked = [each for each in repetitions if each.live is not None]
    if asked and all(each.is_silent for each in asked):
        complain("replay", "nobody answers there; say with --target where a service is")
        return USAGE_ERROR
    return EQUAL if all(each.is_agreeing for each in repetitions) else DIFFERENT


def _as_json(result: Result, repetitions: tuple[Repetition, ...]) -> dict[str, Any]:
    from scanwright_conformance.report._curl import curl_line

    return {
        "format": FORMAT,
        "clause": result.clause.id,
        "exchanges": [
            {
                "label": each.recorded.label,
                "is_agreeing": each.is_agreeing,
                "hindrance": each.hindrance or None,
                "recorded": _answer(each.recorded),
                "live": _answer(each.live),
                "curl": curl_line((each.live or each.recorded).request),
                "deviations": [
                    {
                        "what": deviation.what,
                        "recorded": deviation.recorded,
                        "live": deviation.live,
                        "is_grave": deviation.is_grave,
                    }
                    for deviation in each.deviations
                ],
            }
            for each in repetitions
        ],
    }


def _answer(exchange: Exchange | None) -> dict[str, Any] | None:
    if exchange is None:
        return None
    status = exchange.answer.status if exchange.answer else None
    return {"status": status, "problem": exchange.problem or None}
