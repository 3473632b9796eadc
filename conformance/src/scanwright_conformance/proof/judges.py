"""The proof of the judges: each small change of one must be noticed by somebody.

What nobody notices is a survivor: either a golden transcript or a test is missing, or
the change makes no difference at all. In that case `judges.toml` has a waiver with the
reason. Waivers for what is noticed, or is not there any more, are told as idle.

    [[waiver]]
    judge = "server._is_date"
    was = "if len(text) != 8:"
    becomes = "if len(text) >= 8:"
    reason = "why no transcript can tell the two apart"
"""

from __future__ import annotations

import os
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from scanwright_conformance.proof.golden import golden_clauses, misjudged
from scanwright_conformance.proof.judges_changes import Alteration
from scanwright_conformance.proof.judges_code import ROOT, JudgeCode, judge_code
from scanwright_conformance.proof.judges_report import (
    SHARED,
    JudgeScore,
    JudgesReport,
    Survivor,
    Waiver,
)
from scanwright_conformance.proof.judges_trials import (
    Notice,
    TrialsError,
    try_changes,
    warm,
)
from scanwright_conformance.proof.proof import Progress, silent
from scanwright_conformance.proof.workers import Workers

__all__ = ["WAIVERS", "JudgesError", "prove_judges", "read_waivers"]

WAIVERS: Final = Path(__file__).parent / "judges.toml"
TESTS: Final = ROOT.parents[1] / "tests"
HASH_SEED: Final = "PYTHONHASHSEED"

Waivers = Mapping[tuple[str, str, str], Waiver]


class JudgesError(Exception):
    """The proof cannot be made: a file or a word is wrong, or the tests are missing."""


def prove_judges(
    words: tuple[str, ...] = (),
    *,
    jobs: int = 2,
    progress: Progress = silent,
) -> JudgesReport:
    """Try every change of the judges of areas or clauses that `words` name, or of all.

    `jobs` modules are tried at a time, in processes of their own. Raises JudgesError.
    """
    began = time.monotonic()
    waivers = read_waivers()
    chosen = _chosen(words)
    scores: list[JudgeScore] = []
    problems: list[str] = []
    for codes, notices in _tried(_by_module(chosen), jobs, progress):
        if isinstance(notices, str):
            problems.append(notices)
        else:
            scores += _scores(codes, notices, waivers)
    clauses = {clause for code in chosen for clause in code.clauses}
    golden = [each for each in golden_clauses() if not words or each in clauses]
    return JudgesReport(
        scores=tuple(sorted(scores, key=lambda each: (each.area, each.judge))),
        golden=len(golden),
        misjudged=misjudged(golden),
        idle=_idle(waivers, scores, is_all=not words),
        problems=tuple(sorted(problems)),
        seconds=time.monotonic() - began,
    )


def read_waivers(path: Path = WAIVERS) -> Waivers:
    """Return the waivers of the file, by what they waive, or raise JudgesError."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("waiver", [])
        waivers = [Waiver(**entry) for entry in entries]
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise JudgesError(f"{path.name}: {error}") from error
    for waiver in waivers:
        if not waiver.reason.strip():
            raise JudgesError(
                f"{path.name}: {waiver.judge} has a waiver without reason"
            )
    return {waiver.key: waiver for waiver in waivers}


def _chosen(words: Iterable[str]) -> tuple[JudgeCode, ...]:
    """Return the functions that judge what `words` name, all for none."""
    wanted = {word.upper() for word in words}
    if not wanted:
        return judge_code()
    named = {clause: _names(clause) for code in judge_code() for clause in code.clauses}
    if unknown := wanted - {name for names in named.values() for name in names}:
        what = ", ".join(sorted(unknown))
        raise JudgesError(f"{what}: no area and no clause; see `scanwright spec list`")
    clauses = {clause for clause, names in named.items() if names & wanted}
    # what all judges use is tried with all of them, not with a few
    return tuple(
        each
        for each in judge_code()
        if each.clauses & clauses and _area(each) != SHARED
    )


def _names(clause: str) -> frozenset[str]:
    return frozenset({clause.upper(), clause.partition("-")[0]})


def _area(code: JudgeCode) -> str:
    """Return the area that the function is of: its module's, unless all use it."""
    if not code.module.startswith("checks."):
        return SHARED
    areas = {clause.partition("-")[0] for clause in code.clauses}
    return areas.pop() if len(areas) == 1 else SHARED


def _by_module(codes: Iterable[JudgeCode]) -> tuple[tuple[JudgeCode, ...], ...]:
    """Return the functions of each module, those with most work first."""
    found: dict[str, list[JudgeCode]] = defaultdict(list)
    for code in codes:
        found[code.module].append(code)
    return tuple(sorted(map(tuple, found.values()), key=_work, reverse=True))


def _work(codes: tuple[JudgeCode, ...]) -> int:
    return sum(len(code.changes) for code in codes)


def _tried(
    modules: tuple[tuple[JudgeCode, ...], ...],
    jobs: int,
    progress: Progress,
) -> Iterator[tuple[tuple[JudgeCode, ...], tuple[Notice, ...] | str]]:
    """Yield the functions of each module with what came of it, or why nothing did."""
    total, done = sum(map(_work, modules)), 0
    with _same_order_of_sets(), Workers(jobs, prepare=warm) as workers:
        running = {
            workers.submit(try_changes, codes, _tests_of(codes[0].module)): codes
            for codes in modules
        }
        for ended in as_completed(running):
            codes = running[ended]
            done += _work(codes)
            try:
                yield codes, ended.result()
            except TrialsError as error:
                yield codes, str(error)
            progress(f"{done} of {total} changes, {codes[0].module}")


@contextmanager
def _same_order_of_sets() -> Iterator[None]:
    """Have new processes hash alike: the first of a set is what one change leaves."""
    before = os.environ.get(HASH_SEED)
    os.environ[HASH_SEED] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[HASH_SEED]
        else:
            os.environ[HASH_SEED] = before


def _tests_of(module: str) -> Path:
    """Return the file with the tests of `module`, or raise JudgesError."""
    *folders, name = module.split(".")
    path = TESTS.joinpath(*folders, f"test_{name.lstrip('_')}.py")
    if not path.is_file():
        raise JudgesError(
            f"{path} is not there: the tests of the judges are not installed with the"
            " suite, so run this in a checkout of the project"
        )
    return path


def _scores(
    codes: tuple[JudgeCode, ...],
    notices: tuple[Notice, ...],
    waivers: Waivers,
) -> Iterator[JudgeScore]:
    """Yield what came of each function."""
    left = iter(notices)
    for code in codes:
        found = [(change, next(left)) for change in code.changes]
        seen = [notice for _, notice in found]
        yield JudgeScore(
            judge=code.judge,
            area=_area(code),
            changes=len(found),
            by_golden=seen.count(Notice.GOLDEN),
            by_tests=seen.count(Notice.TEST) + seen.count(Notice.TIME),
            survivors=tuple(
                _survivor(code, change, notice, waivers)
                for change, notice in found
                if notice in {Notice.NOBODY, Notice.BROKEN}
            ),
        )


def _survivor(
    code: JudgeCode,
    change: Alteration,
    notice: Notice,
    waivers: Waivers,
) -> Survivor:
    waiver = waivers.get((change.judge, change.was, change.becomes))
    is_broken = notice is Notice.BROKEN
    return Survivor(
        change=change,
        file=f"{code.module.replace('.', '/')}.py",
        # what was not tried is not equivalent
        reason=waiver.reason if waiver and not is_broken else "",
        is_broken=is_broken,
    )


def _idle(
    waivers: Waivers,
    scores: Iterable[JudgeScore],
    *,
    is_all: bool,
) -> tuple[Waiver, ...]:
    """Return the waivers of judges that were tried, of which no change survived."""
    tried = {score.judge for score in scores}
    used = {
        (each.change.judge, each.change.was, each.change.becomes)
        for score in scores
        for each in score.survivors
    }
    return tuple(
        waiver
        for key, waiver in waivers.items()
        if key not in used and (is_all or waiver.judge in tried)
    )
