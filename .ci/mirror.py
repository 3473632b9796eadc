"""Holds the tests against the code: each module has its test, each test its module.

`PACKAGE/a/b.py` (or `_b.py`) is tested by `tests/a/test_b.py` of the same top-level
folder. What stands aside is listed here, with the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PACKAGES: Final = {
    "spec": "scanwright_spec",
    "reference": "scanwright",
    "simulators": "scanwright_simulators",
    "conformance": "scanwright_conformance",
}

MODULES_WITHOUT_TEST: Final = {
    "conformance/src/scanwright_conformance/canned.py": "made for tests, used by all",
    "conformance/src/scanwright_conformance/judgement.py": "values, no behaviour",
    "conformance/src/scanwright_conformance/session/_job.py": "by test_session",
    "reference/src/scanwright/__main__.py": "two lines: hands over to cli",
    "reference/src/scanwright/devices/port.py": "a port: signatures only",
    "reference/src/scanwright/http/manager/ports.py": "ports: signatures only",
    "reference/src/scanwright/jobs/ports.py": "ports: signatures only",
    "reference/src/scanwright/sessions/services.py": "values, no behaviour",
    "simulators/src/scanwright_simulators/errors.py": "a tree of names",
    "simulators/src/scanwright_simulators/faces/face.py": "a port: signatures only",
    "simulators/src/scanwright_simulators/scenario.py": "values, no behaviour",
}
"""Modules that need no test file of their own, and why; `by` names who tests them."""

PAGES: Final = "reference/tests/web/"
"""Tests of what the browser gets, which is JavaScript: features, not modules."""

TESTS_WITHOUT_MODULE: Final = {
    "conformance/tests/checks/test_every_clause.py": "all checks beside all clauses",
    "conformance/tests/checks/test_judges.py": "all judges beside any answer",
    "conformance/tests/test_interrupted.py": "the whole command, ended from outside",
    "conformance/tests/test_managed_null_target.py": "all checks, on a managed nothing",
    "reference/tests/devices/sane/test_odd_devices.py": "all of SANE, on odd devices",
    "simulators/tests/device/test_invariants.py": "the engine's promises, on any day",
    "simulators/tests/faces/sane/test_backend.py": "the C side, under the sanitizers",
    "simulators/tests/faces/sane/test_clients.py": "the SANE face as others see it",
    "simulators/tests/faces/escl/test_clients.py": "the eSCL face as scanimage sees it",
}
"""Test files that look at more than one module, and why."""


def main() -> int:
    """Print what is out of step; return 1 when something is."""
    problems = list(find_problems(ROOT))
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def find_problems(root: Path) -> Iterator[str]:
    """Yield a line for each file without its counterpart, and each idle exception."""
    modules = {expected_test(path): path for path in find_modules(root)}
    tests = set(find_tests(root))
    untested = {modules[test] for test in modules.keys() - tests}
    strays = {path for path in tests - modules.keys() if not path.startswith(PAGES)}
    for path in sorted(untested - MODULES_WITHOUT_TEST.keys()):
        yield f"{path}: has no {expected_test(path)}"
    for path in sorted(strays - TESTS_WITHOUT_MODULE.keys()):
        yield f"{path}: tests no module of that name"
    for path in sorted(MODULES_WITHOUT_TEST.keys() - untested):
        yield f"{path}: is listed as untested, but has a test or is gone"
    for path in sorted(TESTS_WITHOUT_MODULE.keys() - strays):
        yield f"{path}: is listed as standing alone, but has a module or is gone"


def expected_test(module: str) -> str:
    """Return where the test of a module lies.

    Both are relative to the root: the first parts of a module's path are the top-level
    folder, `src` and the package.
    """
    path = Path(module)
    name = f"test_{path.stem.lstrip('_')}.py"
    return Path(path.parts[0], "tests", *path.parts[3:-1], name).as_posix()


def find_modules(root: Path) -> Iterator[str]:
    """Yield the modules of all packages; an `__init__` only gathers names."""
    for folder, package in PACKAGES.items():
        yield from _relative(root, (root / folder / "src" / package).rglob("*.py"))


def find_tests(root: Path) -> Iterator[str]:
    """Yield the test files of all packages."""
    for folder in PACKAGES:
        yield from _relative(root, (root / folder / "tests").rglob("test_*.py"))


def _relative(root: Path, paths: Iterable[Path]) -> Iterator[str]:
    for path in paths:
        if path.name != "__init__.py":
            yield path.relative_to(root).as_posix()


if __name__ == "__main__":
    sys.exit(main())
