"""Log files end, are shared, and never hurt."""

from __future__ import annotations

import logging
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scanwright.log import open_append, tail
from scanwright.log._file import FILES, LogFile

WRITER = """
import logging, sys
from pathlib import Path
from scanwright.log._file import LogFile
handler = LogFile(Path(sys.argv[1]), file_bytes=4000)
for number in range(400):
    text = f"{sys.argv[2]} {number:04} end"
    handler.handle(logging.LogRecord("x", 20, "", 1, text, (), None))
"""


def write(handler: LogFile, text: str) -> None:
    """Write a line."""
    handler.handle(logging.LogRecord("x", logging.INFO, "", 1, text, (), None))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the log is."""
    return tmp_path / "service.log"


@pytest.fixture
def small(file: Path) -> Iterator[LogFile]:
    """A log of 100 bytes a file."""
    handler = LogFile(file, file_bytes=100)
    yield handler
    handler.close()


def test_only_the_owner_reads_it(file: Path, small: LogFile) -> None:
    """The rights are 0600."""
    write(small, "a line")
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_full_file_is_turned_over(tmp_path: Path, small: LogFile) -> None:
    """A bounded number of files of bounded size is kept, the newest lines in them."""
    for number in range(100):
        write(small, f"line {number:03}")
    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == FILES
    assert max(sizes) <= 100
    assert (tmp_path / "service.log").read_text().endswith("line 099\n")


def test_a_file_that_was_moved_away_is_followed(file: Path, small: LogFile) -> None:
    """Another program may move or delete the file; the next line opens a new one."""
    write(small, "old")
    file.rename(file.with_name("moved"))
    write(small, "new")
    assert file.read_text() == "new\n"


def test_a_closed_log_opens_again(file: Path, small: LogFile) -> None:
    """A record that comes after the end is not lost."""
    write(small, "one")
    small.close()
    write(small, "two")
    assert file.read_text() == "one\ntwo\n"


@pytest.mark.slow
def test_several_processes_share_a_file(file: Path) -> None:
    """No line is lost or mixed while one of them turns the file over."""
    argv = [sys.executable, "-c", WRITER, str(file)]
    writers = [subprocess.Popen([*argv, name]) for name in ("a", "b", "c")]
    assert [writer.wait(30) for writer in writers] == [0, 0, 0]
    files = list(file.parent.iterdir())
    lines = [line for path in files for line in path.read_text().splitlines()]
    # how often depends on who is at it when: nobody waits for the one who renames
    assert 1 < len(files) <= FILES
    assert all(len(line) == 10 and line.endswith(" end") for line in lines)
    assert len(set(lines)) == len(lines) == 1200


def test_a_full_disk_costs_lines_only(file: Path, small: LogFile) -> None:
    """What could not be written is counted, and told when there is room again."""
    file.symlink_to("/dev/full")
    write(small, "lost")
    write(small, "lost too")
    file.unlink()
    write(small, "kept")
    assert file.read_text() == "2 records before could not be written\nkept\n"


def test_a_disk_that_fills_in_mid_line_spoils_no_other(
    file: Path, small: LogFile
) -> None:
    """The broken line ends before the next one begins."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4, limits[1]))
    try:
        write(small, "lost")
        write(small, "lost too")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    write(small, "kept")
    assert "2 records before could not be written\nkept\n" in file.read_text()


def test_a_folder_that_is_gone_is_no_error(tmp_path: Path) -> None:
    """Without a folder lines are lost; the problem can be asked for."""
    handler = LogFile(tmp_path / "gone" / "service.log")
    write(handler, "lost")
    assert (
        handler.problem() == f"{tmp_path}/gone/service.log: No such file or directory"
    )


def test_a_record_that_cannot_be_shown_is_no_error(small: LogFile) -> None:
    """A value whose text raises does not reach who logs."""

    class Broken:
        def __str__(self) -> str:
            raise RuntimeError

    record = logging.LogRecord("x", 20, "", 1, "%s", (Broken(),), None)
    before, logging.raiseExceptions = logging.raiseExceptions, False
    try:
        small.handle(record)
    finally:
        logging.raiseExceptions = before
    assert small.problem() is None


def test_a_child_gets_a_file_with_room(file: Path) -> None:
    """What a child writes to is turned over before it is full, and is private."""
    for text in (b"first", b"second"):
        descriptor = open_append(file, file_bytes=5)
        os.write(descriptor, text)
        os.close(descriptor)
    assert file.read_bytes() == b"second"
    assert file.with_name("service.log.1").read_bytes() == b"first"
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("count", [0, 1, 7, 30, 1000])
def test_the_tail_reaches_into_older_files(
    file: Path, small: LogFile, count: int
) -> None:
    """The last lines come in order, wherever they lie."""
    for number in range(30):
        write(small, f"line {number:03}")
    lines = tail(file, count)
    assert lines == [f"line {number:03}" for number in range(30)][30 - len(lines) :]
    assert len(lines) == min(count, 30)


def test_the_tail_of_a_big_file_is_quick(file: Path) -> None:
    """Only the end is read; what is no text is shown as far as it can be."""
    file.write_bytes(b"x" * 200_000 + b"\nfirst \xff\nlast")
    assert tail(file, 2) == ["first \ufffd", "last"]


def test_without_a_log_there_is_no_tail(file: Path) -> None:
    """No file, no lines, no error."""
    assert tail(file, 5) == []
