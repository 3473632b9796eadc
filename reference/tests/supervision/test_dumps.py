"""What a crash leaves, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright.supervision.dumps import LARGEST_BYTES, MOST_DUMPS, Dumps

NEVER = 2**22 + 1
"""Above every process id that Linux gives."""


@pytest.fixture
def dumps(tmp_path: Path) -> Dumps:
    """The dumps of a home with a log of 80 lines."""
    (tmp_path / "dump").mkdir()
    log = tmp_path / "service.log"
    log.write_text("".join(f"line {number}\n" for number in range(1, 81)))
    return Dumps(tmp_path / "dump", log, {"scanwright": "1.2.3", "Python": "3.11"})


def crash(dumps: Dumps, program: str) -> int:
    """Run a process with a trace that ends in a crash; return its id."""
    start = (
        "from pathlib import Path; import os, sys\n"
        "from scanwright.supervision.dumps import Dumps\n"
        f"dumps = Dumps(Path({str(dumps.folder)!r}), Path(), {{}})\n"
        "dumps.trace('main')\n"
        "print(os.getpid(), flush=True)\n"
    )
    command = [sys.executable, "-c", start + program]
    ended = subprocess.run(command, capture_output=True, check=False)
    return int(ended.stdout)


def only(dumps: Dumps) -> str:
    """Return the text of the only file in the folder."""
    (file,) = dumps.folder.iterdir()
    assert file.suffix == ".txt"
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text()


def test_a_dump_says_who_died_of_what(dumps: Dumps) -> None:
    """Role, process, cause, versions, and the last fifty lines of the log."""
    dumps.bury("scan worker", 7, "SIGKILL")
    text = only(dumps)
    assert "The scan worker, process 7, died of SIGKILL." in text
    assert "scanwright 1.2.3" in text
    assert "line 80" in text
    assert "line 31" in text
    assert "line 30\n" not in text


def test_a_fatal_signal_leaves_the_tracebacks_of_all_threads(dumps: Dumps) -> None:
    """They go from the trace into the dump."""
    program = (
        "import threading\n"
        "def waiting(): threading.Event().wait()\n"
        "threading.Thread(target=waiting, daemon=True).start()\n"
        "def defect(): os.kill(os.getpid(), 11)\n"
        "defect()"
    )
    pid = crash(dumps, program)
    dumps.bury("main", pid, "SIGSEGV")
    text = only(dumps)
    assert "Segmentation fault" in text
    assert "in defect" in text
    assert "in waiting" in text


def test_an_exception_leaves_its_traceback(dumps: Dumps) -> None:
    """Without the values that were at hand: they may be a page."""
    program = (
        "try:\n    page = b'pix' + b'els'; raise ValueError('odd')\n"
        "except ValueError:\n    dumps.trace_exception()\n"
    )
    dumps.bury("main", crash(dumps, program), "exit status 70")
    text = only(dumps)
    assert "ValueError: odd" in text
    assert "pixels" not in text


def test_an_orderly_end_leaves_nothing(dumps: Dumps) -> None:
    """The trace goes."""
    crash(dumps, "dumps.untrace('main')")
    assert list(dumps.folder.iterdir()) == []


def test_a_trace_that_nobody_looked_at_becomes_a_dump(dumps: Dumps) -> None:
    """Also when all processes died at once; an empty one says nothing."""
    crash(dumps, "os.kill(os.getpid(), 6)")
    crash(dumps, "os.kill(os.getpid(), 9)")
    dumps.sweep()
    assert "Aborted" in only(dumps)


def test_the_trace_of_the_living_stays(dumps: Dumps) -> None:
    """Whoever sweeps has no business with it."""
    mine = dumps.folder / f"main-{os.getpid()}.trace"
    mine.write_text("not dead yet")
    dumps.sweep()
    assert mine.exists()


def test_dumps_are_bounded_in_number(dumps: Dumps) -> None:
    """The oldest go."""
    for day in range(1, MOST_DUMPS + 6):
        (dumps.folder / f"2020-01-{day:02}T00-00-00Z-main-1.txt").touch()
    dumps.bury("main", 7, "SIGKILL")
    names = sorted(file.name for file in dumps.folder.iterdir())
    assert len(names) == MOST_DUMPS
    assert names[0].startswith("2020-01-07")
    assert names[-1].endswith("-main-7.txt")


def test_dumps_are_bounded_in_size(dumps: Dumps) -> None:
    """Whatever trace and log hold."""
    (dumps.folder / f"main-{NEVER}.trace").write_bytes(b"x" * (4 * LARGEST_BYTES))
    dumps.bury("main", NEVER, "SIGABRT")
    assert len(only(dumps)) <= LARGEST_BYTES


def test_a_disk_that_is_full_costs_no_more_than_the_dump(tmp_path: Path) -> None:
    """Neither trace nor dump is worth a second crash."""
    dumps = Dumps(tmp_path / "gone", tmp_path / "service.log", {})
    dumps.trace("main")
    dumps.bury("main", 7, "SIGKILL")
    dumps.untrace("main")
    assert not (tmp_path / "gone").exists()


def test_a_trace_that_goes_away_meanwhile_is_no_trouble(dumps: Dumps) -> None:
    """Somebody else buried the process between the look and the reading."""
    gone = dumps.folder / f"main-{NEVER}.trace"
    gone.symlink_to(dumps.folder / "nothing")
    dumps.sweep()
    assert list(dumps.folder.glob("*.txt")) == []
