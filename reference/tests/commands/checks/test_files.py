"""Looking at a home."""

from __future__ import annotations

import os

import pytest

from scanwright.commands.checks.files import (
    _check_folder,
    account_name,
    check_disk,
    check_dumps,
    check_home,
)
from scanwright.commands.checks.finding import State
from scanwright.home import Home

GIB = 1024**3


def test_a_good_home_is_one_line(home: Home) -> None:
    """With the account whose it is."""
    (finding,) = check_home(home)
    assert finding.state is State.OK
    assert account_name(os.getuid()) in finding.text


def test_an_open_folder_is_a_problem(home: Home) -> None:
    """The advice closes it."""
    home.storage.chmod(0o750)
    (finding,) = check_home(home)
    assert finding.state is State.PROBLEM
    assert finding.advice == f"chmod 700 {home.storage}"


def test_a_missing_folder_is_a_warning(home: Home) -> None:
    """The next start makes it."""
    home.upload.rmdir()
    (finding,) = check_home(home)
    assert (finding.state, str(home.upload) in finding.text) == (State.WARNING, True)


def test_a_folder_of_somebody_else_is_a_problem(home: Home) -> None:
    """The advice gives it back."""
    (finding,) = _check_folder(home.log, 4_000_000)
    assert finding.state is State.PROBLEM
    assert finding.advice == f"chown -R 4000000 {home.log}"


@pytest.mark.parametrize(
    ("gibibytes", "state"),
    [(100, State.OK), (3, State.WARNING), (0, State.PROBLEM)],
)
def test_little_room_is_told(home: Home, gibibytes: int, state: State) -> None:
    """Before anything fails, and when it does."""
    (finding,) = check_disk(home, measure=lambda _: gibibytes * GIB)
    assert finding.state is state


def test_the_limit_is_that_of_the_service(home: Home) -> None:
    """What is enough for one service may be too little for another."""
    (enough,) = check_disk(home, GIB, measure=lambda _: GIB)
    assert enough.state is State.OK
    (little,) = check_disk(home, 10 * GIB, measure=lambda _: 9 * GIB)
    assert little.state is State.WARNING
    assert "below 10,240 MiB" in little.advice
    assert "--free-disk" in little.advice


def test_the_room_is_that_of_the_disk(home: Home) -> None:
    """Whatever it is."""
    (finding,) = check_disk(home)
    assert finding.text.endswith("MiB are free")


def test_a_dump_is_told(home: Home) -> None:
    """With the newest one's name; none is well."""
    (finding,) = check_dumps(home)
    assert finding.state is State.OK
    for name, time_s in (("b.txt", 1e9), ("a.txt", 2e9)):
        (home.dump / name).touch()
        os.utime(home.dump / name, (time_s, time_s))
    (finding,) = check_dumps(home)
    assert finding.state is State.WARNING
    assert "2033-05-18" in finding.text
    assert "a.txt" in finding.advice


def test_an_account_without_a_name_has_a_number() -> None:
    """A container may have such."""
    assert account_name(4_000_000) == "user 4000000"
