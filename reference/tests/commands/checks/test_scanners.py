"""Looking for ways to scanners."""

from __future__ import annotations

import grp
import os
from ctypes.util import find_library
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from scanwright.commands.checks.finding import State
from scanwright.commands.checks.scanners import (
    AIRSCAN,
    Account,
    check_modules,
    check_network,
    check_sane,
    check_usb,
)
from scanwright.modules import Registry

STRANGER = Account(4_000_000, frozenset({4_000_000}))
OWN_GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """A USB device."""
    path = tmp_path / "dev/bus/usb/001/004"
    path.parent.mkdir(parents=True)
    path.touch()
    path.chmod(0o660)
    return path


def test_modules_are_shown_with_their_versions() -> None:
    """What is not installed is no fault."""
    points = [EntryPoint("core-1.2", "scanwright", "scanwright.modules")]
    core, *others = check_modules(Registry(points))
    assert core.text == "core 1.2"
    assert all(each.state is State.OK for each in others)
    assert any("barcode is not installed" in each.text for each in others)


def test_without_libsane_only_the_network_is_left() -> None:
    """The advice names the package."""
    (finding,) = check_sane(library="libsane-that-is-not-there.so.1")
    assert finding.state is State.WARNING
    assert "libsane1" in finding.advice


@pytest.mark.skipif(
    find_library("sane") is None, reason="needs libsane: apt-get install libsane1"
)
def test_airscan_is_looked_for(tmp_path: Path) -> None:
    """Wherever the distribution puts backends."""
    _, missing = check_sane(tmp_path)
    assert missing.state is State.WARNING
    folder = tmp_path / "usr/lib/x86_64-linux-gnu/sane"
    folder.mkdir(parents=True)
    (folder / AIRSCAN).touch()
    _, there = check_sane(tmp_path)
    assert there.state is State.OK


def test_network_scanners_need_zeroconf() -> None:
    """Installed or not."""
    (there,) = check_network("json")
    (missing,) = check_network("a_package_that_is_not_there")
    assert (there.state, missing.state) == (State.OK, State.WARNING)


def test_a_scanner_that_may_not_be_opened_is_a_problem(
    node: Path, tmp_path: Path
) -> None:
    """The advice puts the account into the group; one that is in it is well."""
    (finding,) = check_usb(STRANGER, tmp_path, OWN_GROUP)
    assert finding.state is State.PROBLEM
    assert f"usermod -aG {OWN_GROUP}" in finding.advice
    member = Account(STRANGER.uid, frozenset({os.getgid()}))
    (finding,) = check_usb(member, tmp_path, OWN_GROUP)
    assert (finding.state, str(node) in finding.text) == (State.OK, True)


def test_who_is_not_in_the_group_is_told_before_a_scanner_is_there(
    tmp_path: Path,
) -> None:
    """Root needs no group; where there is none, udev's rules are missing."""
    nothing, outside = check_usb(STRANGER, tmp_path, OWN_GROUP)
    assert (nothing.state, outside.state) == (State.OK, State.WARNING)
    (finding,) = check_usb(Account(0, frozenset()), tmp_path, OWN_GROUP)
    assert finding.state is State.OK
    (finding,) = check_usb(STRANGER, tmp_path, "no-such-group")
    assert "no group" in finding.text


@pytest.mark.parametrize(
    ("mode", "account", "may"),
    [
        (0o600, Account(0, frozenset()), True),
        (0o660, STRANGER, False),
        (0o666, STRANGER, True),
        (0o060, Account(STRANGER.uid, frozenset({os.getgid()})), True),
        (0o600, Account(os.getuid(), frozenset()), True),
    ],
)
def test_rights_are_those_of_the_file(
    node: Path, mode: int, account: Account, *, may: bool
) -> None:
    """Owner, group, others; root may all."""
    node.chmod(mode)
    assert account.may_write(node) is may


def test_the_account_is_the_one_that_runs() -> None:
    """A running process has its groups from its unit, a user from the system."""
    running = Account.of(STRANGER.uid, os.getpid())
    assert running.uid == os.geteuid()
    assert {os.getegid(), *os.getgroups()} == running.groups
    assert os.getgid() in Account.of(os.getuid(), None).groups


def test_an_account_without_a_name_has_no_groups() -> None:
    """A container may have such."""
    assert Account.of(STRANGER.uid, None) == Account(STRANGER.uid, frozenset())
