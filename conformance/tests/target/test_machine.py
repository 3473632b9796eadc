"""Processes: read from this machine, gathered in families, cast in their roles."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from signal import SIGKILL

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.target import (
    Limit,
    Process,
    Role,
    cast,
    read_limits,
    read_processes,
)
from scanwright_conformance.target._machine import (
    Family,
    _words,
    ancestry,
    read_marked,
    send_signal,
    user_name,
)

SLEEPER = "import sys; print(flush=True); sys.stdin.read()"


def process(
    pid: int,
    *command: str,
    parent: int = 1,
    session: int = 1,
    started: int = 0,
) -> Process:
    """Return a process of somebody's."""
    return Process(pid, parent, session, started, "S", "somebody", command)


SERVICE = (
    process(10, "up", "--json"),
    process(11, "served", parent=10),
    process(12, "served", "-asmonitor", "5", "6", parent=11),
    process(13, "served", "-certCheck", "6", parent=11),
    process(14, "served", "-scan", "9", parent=11),
    process(15, "served", "-addon", "imaging", "9", parent=11),
)


def roles(processes: tuple[Process, ...]) -> dict[int, Role]:
    """Return the roles by process."""
    return {each.pid: each.role for each in processes}


def test_arguments_tell_the_role() -> None:
    """The first one does, in any letter case, and main has none."""
    assert roles(cast(SERVICE, announced=11)) == {
        10: Role.OTHER,
        11: Role.MAIN,
        12: Role.MONITOR,
        13: Role.HELPER,
        14: Role.SCAN,
        15: Role.ADDON,
    }


def test_main_that_returned_is_known_by_the_program() -> None:
    """Once the announced process is gone, main runs what the monitor runs."""
    again = (*SERVICE[:1], *SERVICE[2:], process(20, "served", parent=12))
    assert roles(cast(again, announced=11))[20] is Role.MAIN


def test_main_in_an_interpreter_is_told_from_others_in_it() -> None:
    """The whole program counts, not the interpreter alone."""
    program = ("python3", "-m", "service")
    running = (
        process(10, "python3", "-m", "wrapper"),
        process(11, *program, "--home", "x"),
        process(12, *program, "-asmonitor", "5", "6"),
    )
    assert roles(cast(running))[11] is Role.MAIN
    assert roles(cast(running))[10] is Role.OTHER


def test_a_service_of_one_process_has_main_alone() -> None:
    """What was announced is main, whatever its arguments are."""
    assert roles(cast((process(7, "python3", "server.py"),), 7)) == {7: Role.MAIN}
    assert roles(cast((process(7, "python3", "server.py"),))) == {7: Role.OTHER}


def test_arguments_begin_with_the_one_that_tells() -> None:
    """An interpreter and its options are no arguments of the service."""
    monitor = process(1, "python3", "-P", "-m", "s", "-asmonitor", "5", "6")
    assert monitor.arguments == ("-asmonitor", "5", "6")
    assert process(1, "served", "--home", "x").arguments == ("--home", "x")
    assert process(1).arguments == ()


def test_a_family_is_found_by_parents_and_by_session() -> None:
    """Children of children belong; so does who is in the session of a root."""
    others = (process(30, "sh"), process(31, "sh", parent=30))
    inside = process(40, "adopted", session=10)
    found = Family(10).members((*others, inside, *reversed(SERVICE)))
    assert [each.pid for each in found] == [10, 11, 12, 13, 14, 15, 40]


def test_a_family_keeps_who_lost_a_parent() -> None:
    """Who was seen once belongs, unless the number is another process's now."""
    family = Family(10)
    family.members(SERVICE)
    orphan = process(12, "served", "-asmonitor", "5", "6", parent=1)
    stranger = process(13, "vim", started=99)
    assert [each.pid for each in family.members((orphan, stranger))] == [12]


def test_a_stranger_with_the_number_of_a_root_does_not_belong() -> None:
    """The system gives numbers away again; nobody may be killed for that."""
    family = Family(10)
    assert family.members(SERVICE) == SERVICE
    stranger = process(10, "sh", session=10, started=9)
    child = process(50, "ls", parent=10, session=10, started=9)
    assert family.members((stranger, child, SERVICE[1])) == (SERVICE[1],)


def test_a_root_that_was_never_seen_does_not_come() -> None:
    """Whoever has its number later is a stranger; its session may go on."""
    family = Family(10)
    assert family.members((process(40, "left", session=10),)) != ()
    stranger = process(10, "sh", session=10)
    assert family.members((stranger,)) == ()


def test_who_a_stranger_leaves_does_not_belong() -> None:
    """The session of a number that was given away is not the target's."""
    family = Family(10)
    family.members(SERVICE)
    stranger = process(10, "sh", session=10, started=9)
    left = process(51, "job", session=10, started=9)
    assert family.members((stranger, left)) == ()
    assert family.members((left,)) == ()


def test_nobody_belongs_to_no_root() -> None:
    """A target that announced nothing has no processes."""
    assert Family(0).members(SERVICE) == ()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"sh\0-c\0a b\0", ("sh", "-c", "a b")),
        (b"served -asmonitor 5 6\0\0\0\0", ("served", "-asmonitor", "5", "6")),
        (b"served", ("served",)),
        (b"", ()),
    ],
)
def test_a_command_line_is_split(line: bytes, words: tuple[str, ...]) -> None:
    """At its ends of words, and a title of one part at its blanks."""
    assert _words(line) == words


@contextmanager
def child(**environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process that waits for the end of its input."""
    with subprocess.Popen(
        [sys.executable, "-c", SLEEPER, "-scan"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    ) as running:
        assert running.stdout is not None
        running.stdout.readline()
        yield running


def test_this_machine_is_read() -> None:
    """Parent, session, user and command of a process are those that it has."""
    with child() as running:
        by_pid = {each.pid: each for each in read_processes()}
        seen, us = by_pid[running.pid], by_pid[os.getpid()]
    assert (seen.parent, seen.session) == (os.getpid(), us.session)
    assert seen.user == us.user
    assert seen.command == (sys.executable, "-c", SLEEPER, "-scan")


def test_who_bears_a_mark_is_found() -> None:
    """By the environment that it was started with, whole words only."""
    with child(SCANWRIGHT_TEST="twelve") as running:
        seen = [each.pid for each in read_marked("SCANWRIGHT_TEST=twelve")]
        assert list(read_marked("SCANWRIGHT_TEST=twel")) == []
    assert seen == [running.pid]


def test_a_process_is_told_by_its_start_when_it_gets_a_signal() -> None:
    """A stranger with the same number, and who ended, get none."""
    with child() as running:
        (seen,) = [each for each in read_processes() if each.pid == running.pid]
        assert not send_signal(replace(seen, started=seen.started - 1), SIGKILL)
        assert running.poll() is None
        assert send_signal(seen, SIGKILL)
        os.waitid(os.P_PID, running.pid, os.WEXITED | os.WNOWAIT)
        assert not send_signal(seen, SIGKILL)
    assert running.returncode == -SIGKILL
    assert not send_signal(seen, SIGKILL)


def test_the_limits_of_a_process_are_read() -> None:
    """By name, soft and hard; a stranger with the same number has none of them."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    memory = resource.getrlimit(resource.RLIMIT_AS)
    endless = resource.RLIM_INFINITY
    with child() as running:
        (seen,) = [each for each in read_processes() if each.pid == running.pid]
        limits = read_limits(seen)
        assert read_limits(replace(seen, started=seen.started - 1)) == {}
    assert limits["open files"] == Limit(*files)
    in_bytes = (None if each == endless else each for each in memory)
    assert limits["address space"] == Limit(*in_bytes)
    assert read_limits(seen) == {}


def test_a_user_without_a_name_is_a_number() -> None:
    """In containers there are some."""
    assert user_name(0) == "root"
    assert user_name(4_000_000_000) == "4000000000"


async def test_who_has_ended_is_no_process() -> None:
    """One that only waits for its parent to notice is left out."""
    with child() as running:
        running.kill()

        async def attempt() -> bool | None:
            there = any(each.pid == running.pid for each in read_processes())
            return None if there else True

        assert await until(attempt, within_s=5)
        assert running.returncode is None


def test_an_ancestry_goes_up_to_the_first_process() -> None:
    """None of these can be a target that the suite may kill."""
    line = (process(7, "init", parent=1), process(8, "shell", parent=7))
    assert ancestry(8, line) == {1, 7, 8}
    assert ancestry(9, line) == {1, 9}
