"""`scanwright prove`: the suite proves itself, and says how far."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.arguments import USAGE_ERROR, ArgumentParser

if TYPE_CHECKING:
    from scanwright_conformance.proof.laboratory import Laboratory
    from scanwright_conformance.proof.proof import Progress, Proof
    from scanwright_conformance.proof.workers import Workers

__all__ = ["prove"]

EXAMPLES: Final = """\
the proofs:
  mutants        for every clause a service that breaks it: its check must notice, and
                 no other clause may fail that the mutant does not declare
  nulls          services that implement nothing: they must pass nothing, soon
  variants       services that differ in all that is free: they must be certified
  capabilities   without a capability just the clauses that need it do not apply
  judges         golden conversations, and changes of the judges' own code
  catalogue      each clause with its check and mutant, ids never used again
  steadiness     the same verdicts each time; only when asked for, since it takes hours

examples:
  scanwright prove                            all of them, and one table
  scanwright prove nulls judges
  scanwright prove mutants --only JOBS-start PAGES
  scanwright prove mutants --alone            every mutant with every clause (hours)
  scanwright prove mutants --alone --part 2/8 an eighth of that
  scanwright prove mutants --record           renew the golden conversations
  scanwright prove steadiness --runs 100      half of them on busy cores
  scanwright prove steadiness --part 2/4      a quarter of that
  scanwright prove --out proof                proof.json and the kill matrix as a page

exit status:
  0 everything holds   1 something does not   3 the arguments are wrong
"""

USUAL: Final = ("catalogue", "judges", "nulls", "capabilities", "variants", "mutants")
NAMES: Final = (*USUAL, "steadiness")
BESIDE: Final = (("variants", "capabilities"), ("mutants",), ("nulls",))
"""They are done at once, for a run is mostly waiting; the longest runs go first.

Capabilities come when the variants are through: then mutants that have to be tried
again one by one do not keep the machine busy any more.
"""
OF_CLAUSES: Final = frozenset({"judges", "steadiness"})
"""The proofs for which the name of a mutant is no word of --only."""


def prove(argv: Sequence[str]) -> int:
    """Prove the suite: mutants, null targets, legal variants, judges."""
    from scanwright_conformance.outputs import Writing, try_folder

    arguments = _parser().parse_args(argv)
    wanted = _wanted(arguments)
    try:
        _check_words(arguments.only, wanted)
        if arguments.out is not None:
            try_folder(arguments.out)
        proofs = _proofs(arguments, wanted)
    except _usage_errors() as error:
        print(f"scanwright prove: {error}", file=sys.stderr)
        return USAGE_ERROR
    writing = Writing()
    if arguments.out is not None:
        with writing.attempt(arguments.out):
            _write(proofs, arguments.out)
    if arguments.json:
        json.dump([_as_json(each) for each in proofs], sys.stdout, indent=1)
        print()
    else:
        _print(proofs, None if writing.problems else arguments.out)
    for problem in writing.problems:
        print(f"scanwright prove: {problem}", file=sys.stderr)
    if writing.problems:
        return USAGE_ERROR
    return 0 if all(each.holds for each in proofs) else 1


def _usage_errors() -> tuple[type[Exception], ...]:
    from scanwright_conformance.outputs import OutputError
    from scanwright_conformance.proof.changes import ChangeError
    from scanwright_conformance.proof.judges import JudgesError
    from scanwright_conformance.scope import UnknownSelection

    return ChangeError, JudgesError, OutputError, UnknownSelection


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright prove",
        description="Prove the certification suite on services whose faults are known.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("proof", nargs="*", metavar="PROOF", help=f"one of {', '.join(NAMES)}")
    add(
        "--only",
        nargs="+",
        action="extend",
        default=[],
        metavar="AREA|ID",
        help="mutants, judges or runs of these clauses only, or mutants of these names",
    )
    add("--alone", action="store_true", help="try each mutant with every clause")
    add(
        "--part",
        type=_part,
        default=(1, 1),
        metavar="K/N",
        help="the Kth of N parts of the mutants, or of the runs of the steadiness",
    )
    add("--runs", type=_natural, default=100, metavar="N", help="of the steadiness")
    add("--record", action="store_true", help="keep what the mutants did as golden")
    add(
        "--jobs",
        type=_natural,
        metavar="N",
        help="runs at a time (default: 3 for a core)",
    )
    add(
        "--out", type=Path, metavar="DIR", help="write proof.json and mutants.html here"
    )
    add("--json", action="store_true", help="print JSON and nothing else")
    add("--quiet", action="store_true", help="print the table only")
    return parser


def _part(text: str) -> tuple[int, int]:
    number, _, count = text.partition("/")
    if not (number.isdecimal() and count.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text} is not K/N")
    part = int(number), int(count)
    if not 1 <= part[0] <= part[1]:
        raise argparse.ArgumentTypeError(f"there is no part {text}")
    return part


def _natural(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return int(text)


def _wanted(arguments: argparse.Namespace) -> list[str]:
    if unknown := set(arguments.proof) - set(NAMES):
        _parser().error(f"no proof is called {', '.join(sorted(unknown))}")
    return [name for name in NAMES if name in (arguments.proof or USUAL)]


def _check_words(words: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise UnknownSelection for words of --only that a proof would not know."""
    if not words:
        return
    import scanwright_spec
    from scanwright_conformance.proof.mutants import mutants
    from scanwright_conformance.scope import UnknownSelection, selection

    numbered = {each.name.upper() for each in mutants() if each.number > 1}
    named = [word for word in words if word.upper() in numbered]
    if named and not OF_CLAUSES.isdisjoint(wanted):
        raise UnknownSelection(
            f"{', '.join(named)}: only `scanwright prove mutants` knows mutants by name"
        )
    others = [word for word in words if word not in named]
    selection(scanwright_spec.load().clauses, others)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a proof is given; `workers` are for what is no experiment."""

    arguments: argparse.Namespace
    laboratory: Laboratory
    workers: Workers
    progress: Progress


def _proofs(arguments: argparse.Namespace, wanted: Sequence[str]) -> list[Proof]:
    """Return the proofs in the order of `wanted`, the chains of BESIDE done at once."""
    from concurrent.futures import ThreadPoolExecutor

    from scanwright_conformance.proof.laboratory import JOBS, Laboratory
    from scanwright_conformance.proof.workers import Workers

    is_quiet = arguments.quiet or arguments.json
    jobs = arguments.jobs or JOBS

    def carry_out(name: str) -> Proof:
        def progress(line: str) -> None:
            if not is_quiet:
                print(f"{name}: {line}", flush=True)

        return _PROOFS[name](_Asked(arguments, laboratory, workers, progress))

    def in_turn(names: Iterable[str]) -> dict[str, Proof]:
        return {name: carry_out(name) for name in names}

    beside = [[name for name in names if name in wanted] for names in BESIDE]
    alone = [name for name in wanted if name not in chain(*BESIDE)]
    with (
        ThreadPoolExecutor() as threads,
        Laboratory(jobs) as laboratory,
        Workers(jobs) as workers,
    ):
        found = in_turn(alone)
        for proofs in [threads.submit(in_turn, names) for names in beside]:
            found |= proofs.result()
    return [found[name] for name in wanted]


def _prove_mutants(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.mutants import prove_mutants

    proof, kills = prove_mutants(
        asked.laboratory,
        asked.arguments.only,
        is_alone=asked.arguments.alone,
        part=asked.arguments.part,
        is_recorded=asked.arguments.record,
        progress=asked.progress,
    )
    if asked.arguments.record:
        from scanwright_conformance.proof.golden_recording import record
        from scanwright_conformance.proof.mutants import unharmed

        met = unharmed(asked.laboratory, kills.defects)
        recording = record([*met, *kills.outcomes])
        asked.progress(f"{len(recording.changed)} golden conversations are new")
        for refusal in recording.refused:
            asked.progress(f"not recorded: {refusal}")
    return proof


def _prove_nulls(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.nulls import prove_nulls

    return prove_nulls(asked.workers, progress=asked.progress)


def _prove_variants(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.variants import prove_variants

    return prove_variants(asked.laboratory, progress=asked.progress)


def _prove_capabilities(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.withheld import prove_withheld

    return prove_withheld(asked.laboratory, progress=asked.progress)


def _prove_judges(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.judges import prove_judges

    report = prove_judges(tuple(asked.arguments.only), progress=asked.progress)
    return report.as_proof()


def _prove_steadiness(asked: _Asked) -> Proof:
    from scanwright_conformance.proof.steadiness import prove_steadiness

    return prove_steadiness(
        asked.laboratory,
        asked.arguments.runs,
        only=asked.arguments.only,
        part=asked.arguments.part,
        progress=asked.progress,
    )


def _prove_catalogue(_: _Asked) -> Proof:
    from scanwright_conformance.proof.catalogue import prove_catalogue

    return prove_catalogue()


_PROOFS: Final = {
    "catalogue": _prove_catalogue,
    "judges": _prove_judges,
    "nulls": _prove_nulls,
    "capabilities": _prove_capabilities,
    "variants": _prove_variants,
    "mutants": _prove_mutants,
    "steadiness": _prove_steadiness,
}


def _print(proofs: Sequence[Proof], out: Path | None) -> None:
    from scanwright_conformance.proof.proof import as_table

    print(as_table(proofs))
    for each in proofs:
        for problem in each.problems:
            print(f"  {each.name}: {problem}")
    if out is not None:
        print(out / "proof.json")


def _as_json(proof: Proof) -> dict[str, object]:
    return {**asdict(proof), "holds": proof.holds}


def _write(proofs: Sequence[Proof], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps([_as_json(each) for each in proofs], indent=1)
    (out / "proof.json").write_text(text + "\n", encoding="utf-8")
    for each in proofs:
        if each.name == "mutants":
            from scanwright_conformance.proof.matrix_html import matrix_as_html

            page = matrix_as_html(each)
            (out / "mutants.html").write_text(page, encoding="utf-8")
