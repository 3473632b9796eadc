"""`scanwright verify`: is a bundle what was signed, and do its verdicts follow?"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.arguments import ArgumentParser
from scanwright_conformance.bundle.opening import (
    ANOTHER_SUITE,
    DIFFERENT,
    EQUAL,
    USAGE_ERROR,
    NotOpened,
    complain,
    open_bundle,
)
from scanwright_conformance.bundle.printable import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scanwright_conformance.bundle.file import Bundle
    from scanwright_conformance.bundle.verification import Verification

__all__ = ["verify"]

FORMAT: Final = "scanwright-verification/1"

EXAMPLES: Final = """\
examples:
  scanwright verify evidence.zip
  scanwright verify evidence.zip --trust vendor.pub.pem
  scanwright verify evidence.zip --trust 1405abe8b26898ebf7ed4080bc53eca7 --json

exit status:
  0 intact, and judged again the same   1 changed, differs, or another key
  2 not verified: another version of the suite made it, so that clauses and views
    could not be compared; nothing else differs
  3 the arguments are wrong
"""


def verify(argv: Sequence[str]) -> int:
    """Check a bundle of evidence byte for byte, and judge it again offline."""
    from scanwright_conformance.bundle.keys import KeyProblem, trusted_key_id
    from scanwright_conformance.bundle.suite import this_suite
    from scanwright_conformance.bundle.verification import verification

    arguments = _parser().parse_args(argv)
    try:
        trusted = trusted_key_id(arguments.trust) if arguments.trust else None
        bundle = open_bundle(arguments.bundle)
    except KeyProblem as problem:
        complain("verify", problem)
        return USAGE_ERROR
    except NotOpened as problem:
        if arguments.json and problem.status == DIFFERENT:
            _print(
                {
                    "is_intact": False,
                    "is_equal": False,
                    "is_verified": False,
                    "problem": str(problem),
                }
            )
        else:
            complain("verify", problem)
        return problem.status
    found = verification(bundle, **this_suite())
    is_trusted = None if trusted is None else trusted == bundle.seal.key_id
    if arguments.json:
        _print(_as_json(bundle, found, is_trusted=is_trusted))
    else:
        print(_in_words(bundle, found, arguments.bundle, is_trusted=is_trusted))
    if not found.is_equal or is_trusted is False:
        return DIFFERENT
    return EQUAL if found.is_verified else ANOTHER_SUITE


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright verify",
        description="Check that a bundle is the one that was signed, and that its "
        "verdicts follow from its conversations.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bundle", type=Path, help="the zip file")
    parser.add_argument(
        "--trust",
        metavar="FILE|KEY_ID",
        help="demand that this key has signed: a file with the public key, or its id",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def _in_words(
    bundle: Bundle,
    found: Verification,
    path: Path,
    *,
    is_trusted: bool | None,
) -> str:
    manifest = bundle.manifest
    target = f"{manifest.target_name} {manifest.target_version}".strip()
    moment = manifest.created.isoformat(timespec="seconds")
    suite = f"scanwright {manifest.suite_version}, seed {manifest.seed}"
    lines = [
        f"{path}: intact, signed by key {bundle.seal.key_id}",
        f"  {_TRUST[is_trusted]}",
        f"  target    {target}",
        f"  given     {moment} by {suite}",
    ]
    if manifest.origin is not None:
        lines.append(f"  from      the bundle with sha256:{manifest.origin.sha256}")
    lines += [f"  verdict   {found.said.value}", *_scope_in_words(bundle)]
    verdicts = _counted(found.verdicts, "verdict")
    counted = f"{verdicts}, {_counted(found.conversations, 'conversation')}"
    if found.is_equal:
        lines.append(f"judged again: {counted}, all as the bundle says")
    else:
        lines.append(f"judged again: {counted}; what differs:")
        lines += [f"  {difference}" for difference in found.differences]
    if found.reworded:
        reworded = _counted(found.reworded, "judgement")
        lines.append(f"in other words, with the same meaning: {reworded}")
    if not found.is_same_suite:
        lines += _about_the_suite(found, manifest.suite_version)
    return printable("\n".join(lines))


def _scope_in_words(bundle: Bundle) -> list[str]:
    """Return what the verdict is about: of a part it is worth less than of all."""
    scope, reached = bundle.run.plan.scope, bundle.run.subject.assurance
    lines = [
        f"  profiles  {', '.join(map(str, scope.profiles)) or '-'}",
        f"  level     {scope.level.value} at most; the target is at {reached}",
    ]
    if scope.only:
        lines.append(f"  only      {', '.join(sorted(map(str, scope.only)))}")
    return lines


_TRUST: Final = {
    None: "who holds that key is not proven; --trust demands one that you know",
    True: "that is the key that you trust",
    False: "that is NOT the key that you trust",
}


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _about_the_suite(found: Verification, made_by: str) -> list[str]:
    suites = f"it was made by scanwright {made_by}, this is {found.suite_version}"
    lines = [f"NOT VERIFIED: {suites}"]
    if not found.is_equal:
        lines.append("what differs may be the suite, and need not be the bundle")
    return [
        *lines,
        f"  verify it with scanwright {made_by}; `scanwright rejudge` judges it anew",
    ]


def _as_json(
    bundle: Bundle,
    found: Verification,
    *,
    is_trusted: bool | None,
) -> dict[str, Any]:
    scope = bundle.run.plan.scope
    return {
        "is_intact": True,
        "is_equal": found.is_equal,
        "is_verified": found.is_verified and is_trusted is not False,
        "sha256": bundle.sha256,
        "key": {"id": bundle.seal.key_id, "is_trusted": is_trusted},
        "target": bundle.manifest.target_name,
        "created": bundle.manifest.created.isoformat(timespec="seconds"),
        "suite": {
            "bundle": bundle.manifest.suite_version,
            "this": found.suite_version,
            "is_same": found.is_same_suite,
        },
        "scope": {
            "profiles": list(scope.profiles),
            "level": scope.level.value,
            "only": sorted(map(str, scope.only)),
        },
        "assurance": bundle.run.subject.assurance,
        "roll_up": {"said": found.said.value, "found": found.found.value},
        "verdicts": found.verdicts,
        "conversations": found.conversations,
        "reworded": found.reworded,
        "differences": [
            {"about": each.about, "said": each.said, "found": each.found}
            for each in found.differences
        ],
    }


def _print(value: dict[str, Any]) -> None:
    print(json.dumps({"format": FORMAT, **value}, indent=1))
