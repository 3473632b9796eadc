"""Whatever a store is like: it is asked before it is changed, and reports."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from scanwright.certificates.issuing import make_authority
from scanwright.certificates.stores.browsers import Browser
from scanwright.certificates.stores.store import (
    Authority,
    State,
    Store,
    StoreReport,
    StoreUnusable,
    der_of,
)

RUNNING = Browser("this test", frozenset({Path("/proc/self/comm").read_text().strip()}))
ABSENT = Browser("none", frozenset({"no such browser"}))


class MemoryStore(Store):
    """A store that is a set, or broken."""

    def __init__(
        self, browser: Browser = ABSENT, fault: Exception | None = None
    ) -> None:
        super().__init__("memory", browser, uid=os.geteuid())
        self.content: list[Authority] = []
        self.fault = fault

    def _holds(self, ca: Authority) -> bool:
        if self.fault:
            raise self.fault
        return ca in self.content

    def _add(self, ca: Authority) -> None:
        self.content.append(ca)

    def _remove(self, ca: Authority) -> bool:
        was_there = self._holds(ca)
        self.content = [each for each in self.content if each != ca]
        return was_there


def test_trust_twice_adds_once(ca: Authority) -> None:
    """The second time there is nothing to do."""
    store = MemoryStore()
    assert [store.trust(ca), store.trust(ca)] == [
        StoreReport("memory", State.TRUSTED)
    ] * 2
    assert store.content == [ca]


def test_untrust_removes_this_one_only(ca: Authority, other: Authority) -> None:
    """Others stay, and what is not there is no error."""
    store = MemoryStore()
    store.trust(ca)
    store.trust(other)
    reports = [store.untrust(ca), store.untrust(ca)]
    assert reports == [StoreReport("memory", State.UNTRUSTED)] * 2
    assert store.content == [other]


def test_a_look_changes_nothing(ca: Authority) -> None:
    """`state` tells, and that is all."""
    store = MemoryStore()
    assert store.state(ca).state is State.UNTRUSTED
    assert store.content == []
    store.trust(ca)
    assert store.state(ca).state is State.TRUSTED


def test_a_running_browser_needs_a_restart_after_a_change(ca: Authority) -> None:
    """Only then: what it has read is right as long as nothing changes."""
    store = MemoryStore(RUNNING)
    due = [store.trust(ca), store.trust(ca), store.untrust(ca), store.untrust(ca)]
    assert [each.needs_browser_restart for each in due] == [True, False, True, False]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        (StoreUnusable("it is broken"), "it is broken"),
        (PermissionError(13, "Permission denied", "/etc/x"), "/etc/x .* root may"),
        (OSError(28, "No space left on device"), "No space left"),
    ],
)
def test_a_fault_becomes_a_problem(
    ca: Authority, fault: Exception, problem: str
) -> None:
    """One store that is broken does not keep us from the others."""
    store = MemoryStore(fault=fault)
    reports = [store.trust(ca), store.untrust(ca), store.state(ca)]
    assert all(re.search(problem, str(each.problem)) for each in reports)
    assert State.TRUSTED not in {each.state for each in reports}


def test_a_ca_that_may_sign_anything_is_not_trusted(ca: Authority) -> None:
    """Whoever can write our file must not become able to speak for the world."""
    store = MemoryStore()
    report = store.trust(replace(ca, is_confined=False))
    assert "more than loopback" in str(report.problem)
    assert store.content == []


def test_a_ca_is_read_from_text_and_written_again(now: datetime) -> None:
    """The text is the same, the name is that of the certificate."""
    pem = make_authority(now).chain.decode()
    ca = Authority.from_pem(pem)
    assert ca.pem == pem
    assert ca.name.startswith("Scanwright local CA ")
    assert ca.is_confined
    assert der_of(ca.pem) == ca.der


def test_what_is_no_certificate_is_no_ca() -> None:
    """A damaged file is told."""
    with pytest.raises(StoreUnusable, match="no certificate"):
        Authority.from_pem("nothing")
