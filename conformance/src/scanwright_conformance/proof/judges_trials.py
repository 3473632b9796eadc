"""Trials of changed judges: does a golden transcript or a test notice the change?

Each trial is a forked child, in which the code of one function is another. It judges
the golden transcripts of the clauses that the function is for, then it runs the tests
of the function's module; the first that goes wrong ends it. pytest has collected these
tests before, once for all trials of a module, so that a trial takes milliseconds.

The libraries for this were tried first, on `server` and `ports` (13 judges). mutmut
3.8.1 made 666 changes; no test ran 265 of them, the other 401 took 18 s on two cores,
which for all judges would be some 4 minutes. 79 survived, many of them changes of the
words of messages, which it can only be told to leave alone line by line. It wants `src`
beside the file that configures it, and has no waivers with reasons. cosmic-ray 8.7.0
starts pytest anew for each change: 34 of 182 in 40 s, which for all judges would be
most of an hour. It writes each change into the source file, where whoever else uses the
checkout finds it. Trials here took about 0.1 s of computing each, with everything.
"""

from __future__ import annotations

import gc
import inspect
import os
import pickle
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NoReturn

import scanwright_conformance
from scanwright_conformance.checks import load_checks
from scanwright_conformance.proof.golden import Golden, is_met, read_golden

if TYPE_CHECKING:
    import pytest

    from scanwright_conformance.proof.judges_changes import Alteration
    from scanwright_conformance.proof.judges_code import JudgeCode

__all__ = [
    "Notice",
    "TrialsError",
    "changed_code",
    "function_of",
    "try_changes",
    "warm",
]

PACKAGE: Final = scanwright_conformance.__name__
PROFILE: Final = "judges"
ARGUMENTS: Final = (
    *(
        "-q",
        "--no-header",
        "--assert=plain",
        "--capture=no",
        "--tb=native",  # the others read sources for longer than a test takes
        f"--hypothesis-profile={PROFILE}",
    ),
    *("-p", "no:randomly", "-p", "no:cacheprovider"),
    *("-p", "no:schemathesis"),  # nothing for judges, and long to import
)
LIMIT_S: Final = 10.0
"""Seconds of computing after which a trial is one that never ends."""


class TrialsError(Exception):
    """The trials of a module could not be carried out, or prove nothing."""


class Notice(IntEnum):
    """What came of a trial: how its process ended."""

    NOBODY = 0
    TEST = 1
    GOLDEN = 2
    TIME = 3
    BROKEN = 4


def warm() -> None:
    """Import what every trial needs, so that its processes are born with it."""
    import hypothesis
    import pytest  # noqa: F401 - it is to be there

    load_checks()
    # The same examples each time, and none remembered: a trial must be repeatable. That
    # one of them fails is enough, for nobody reads it.
    hypothesis.settings.register_profile(
        PROFILE,
        database=None,
        derandomize=True,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        report_multiple_bugs=False,
    )


def try_changes(codes: Sequence[JudgeCode], tests: Path) -> tuple[Notice, ...]:
    """Try all changes of `codes`, which are of one module, one after the other.

    `tests` is the file with the tests of that module. Raises TrialsError when it fails
    without any change.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as found:
        # a process of its own: pytest leaves its traces in one
        status = _in_child(lambda: _run_session(codes, tests, said, found))
        found.seek(0)
        kept = found.read()
        if status or not kept:
            said.seek(0)
            raise TrialsError(f"{tests.name}: {_end_of(said.read())}")
    notices: tuple[Notice, ...] = pickle.loads(kept)  # noqa: S301 - our own child's
    return notices


def changed_code(code: JudgeCode, change: Alteration) -> CodeType:
    """Return what `code` is compiled to after `change`."""
    whole = compile(change.applied_to(code.source), str(code.path), "exec")
    return next(each for each in _codes(whole) if each.co_qualname == code.name)


def function_of(module: str, name: str) -> FunctionType:
    """Return the function `name` of a module of this package, without decorations."""
    value: Any = import_module(f"{PACKAGE}.{module}")
    for part in name.split("."):
        value = vars(value)[part]
    if isinstance(value, property):
        value = value.fget
    function: FunctionType = inspect.unwrap(getattr(value, "__func__", value))
    return function


def _run_session(
    codes: Sequence[JudgeCode],
    tests: Path,
    said: BinaryIO,
    found: BinaryIO,
) -> int:
    """Have pytest collect `tests`, and try all changes in place of running them."""
    import pytest

    for stream in (1, 2):
        os.dup2(said.fileno(), stream)
    session = _Session(codes)
    status = pytest.main([str(tests), *ARGUMENTS], plugins=[session])
    if session.notices is not None:
        pickle.dump(session.notices, found)
        found.flush()
        return 0
    return int(status) or 1


@dataclass(slots=True, eq=False)
class _Session:
    """A plugin of pytest that has other things to do than to run the tests once."""

    codes: Sequence[JudgeCode]
    notices: tuple[Notice, ...] | None = None
    items: list[pytest.Item] = field(default_factory=list)
    is_failed: bool = False

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Try the changes; run the tests as usual where they fail without any."""
        self.items = session.items
        if session.testsfailed or not self.items:
            return None
        golden = {each: _golden(each) for code in self.codes for each in code.clauses}
        with _frozen():
            if self._noticed_by(self._tests) is not Notice.NOBODY:
                return None
            self.notices = tuple(
                self._noticed_by(lambda: self._trial(code, change, golden))  # noqa: B023 - forked at once
                for code in self.codes
                for change in code.changes
            )
        return True

    def _noticed_by(self, trial: Callable[[], int]) -> Notice:
        status = _in_child(trial)
        if status == -signal.SIGVTALRM:
            return Notice.TIME
        return Notice(status) if 0 <= status < len(Notice) else Notice.BROKEN

    def _trial(
        self,
        code: JudgeCode,
        change: Alteration,
        golden: dict[str, Golden],
    ) -> int:
        """Return who notices the change."""
        function_of(code.module, code.name).__code__ = changed_code(code, change)
        signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT_S)
        checks = load_checks()
        for clause in sorted(code.clauses):
            check = checks[clause].check
            for transcript, wanted in golden[clause].verdicts:
                if is_met(check, transcript) is not wanted:
                    return Notice.GOLDEN
        return self._tests()

    def _tests(self) -> int:
        """Run the tests until one fails."""
        following = [*self.items[1:], None]
        for item, after in zip(self.items, following, strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if self.is_failed:
                return Notice.TEST
        return Notice.NOBODY

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Remember a failure."""
        self.is_failed = self.is_failed or report.failed


def _in_child(action: Callable[[], int]) -> int:
    """Return what `action` returns in a fork of this process, or minus its signal."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()  # or both processes write what is left in the buffer
    child = os.fork()
    if not child:
        _end_with(action)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _end_with(action: Callable[[], int]) -> NoReturn:
    status = int(Notice.BROKEN)
    try:
        status = action()
    except BaseException:  # noqa: BLE001 - the edge of a process
        traceback.print_exc()
    finally:
        os._exit(status)


@contextmanager
def _frozen() -> Iterator[None]:
    """Keep what is there out of the garbage collection, which would copy its pages."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@cache
def _golden(clause: str) -> Golden:
    return read_golden(clause)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield `code` and all that is inside."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _end_of(output: bytes) -> str:
    lines = output.decode(errors="replace").strip().splitlines()
    shown = [line[:200] for line in lines[-20:]]
    return "\n".join(["its tests fail without any change", *shown])
