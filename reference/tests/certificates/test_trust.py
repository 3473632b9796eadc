"""Trust is wanted, kept up, and taken back to the last certificate."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scanwright.certificates.authority import ensure_certificates
from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.issuing import CA_LIFETIME
from scanwright.certificates.ledger import Scope, read_ledger
from scanwright.certificates.stores import Authority, State, Store, StoreUnusable
from scanwright.certificates.stores.browsers import Browser
from scanwright.certificates.trust import Trust

RUNNING = Browser("test", frozenset({Path("/proc/self/comm").read_text().strip()}))


class MemoryStore(Store):
    """A browser's store in memory."""

    def __init__(self, label: str, browser: Browser | None = None) -> None:
        super().__init__(label, browser or Browser("none", frozenset()))
        self.content: list[Authority] = []
        self.is_locked = False

    def _holds(self, ca: Authority) -> bool:
        return ca in self.content

    def _add(self, ca: Authority) -> None:
        self._unlocked()
        self.content.append(ca)

    def _remove(self, ca: Authority) -> bool:
        was_there = ca in self.content
        if was_there:
            self._unlocked()
            self.content.remove(ca)
        return was_there

    def _unlocked(self) -> None:
        if self.is_locked:
            raise StoreUnusable("it is locked")


@dataclass
class Machine:
    """Browsers of a user, and of the machine."""

    user: list[MemoryStore] = field(default_factory=lambda: [MemoryStore("one")])
    system: list[MemoryStore] = field(default_factory=lambda: [MemoryStore("all")])

    def find(self, scope: Scope) -> list[Store]:
        """Return those of a scope."""
        return [*(self.user if scope is Scope.USER else self.system)]


@pytest.fixture
def machine() -> Machine:
    """One browser each."""
    return Machine()


@pytest.fixture
def trust(tmp_path: Path, now: datetime, machine: Machine) -> Trust:
    """The trust of that machine in a CA that is there."""
    ensure_certificates(tmp_path, now=now)
    return Trust(tmp_path, {}, find=machine.find)


def states(trust: Trust) -> list[State]:
    """Return what the stores say."""
    return [report.state for report in trust.reports()]


def test_nothing_is_trusted_unasked(trust: Trust, machine: Machine) -> None:
    """The helper keeps up what somebody wants, and nobody has."""
    assert trust.keep() == []
    assert states(trust) == [State.UNTRUSTED, State.UNTRUSTED]
    assert machine.user[0].content == []


def test_a_user_speaks_for_the_own_browsers_only(trust: Trust) -> None:
    """The machine's are root's."""
    trust.enable(Scope.USER)
    assert trust.scopes == {Scope.USER}
    assert states(trust) == [State.TRUSTED, State.UNTRUSTED]


def test_untrust_takes_everything_back(
    trust: Trust, machine: Machine, tmp_path: Path
) -> None:
    """What remains is what was there before."""
    trust.enable(Scope.USER)
    trust.enable(Scope.SYSTEM)
    trust.disable(Scope.USER)
    assert trust.scopes == {Scope.SYSTEM}
    trust.disable(Scope.SYSTEM)
    assert states(trust) == [State.UNTRUSTED, State.UNTRUSTED]
    assert machine.system[0].content == []
    assert not CertificateFolder(tmp_path).trust.exists()


def test_a_new_browser_is_told(trust: Trust, machine: Machine) -> None:
    """Nobody has to say it again."""
    trust.enable(Scope.USER)
    machine.user.append(MemoryStore("two"))
    trust.keep()
    assert [len(store.content) for store in machine.user] == [1, 1]


def test_a_ca_that_follows_is_trusted_and_the_old_one_removed(
    trust: Trust, machine: Machine, tmp_path: Path, now: datetime
) -> None:
    """Both while both are there, then the new one only."""
    trust.enable(Scope.USER)
    (store,) = machine.user
    first, end = store.content[0], now + CA_LIFETIME
    ensure_certificates(tmp_path, now=end - timedelta(days=300))
    trust.keep()
    assert len(store.content) == 2
    ensure_certificates(tmp_path, now=end - timedelta(days=30))
    trust.keep()
    assert len(store.content) == 1
    assert first not in store.content
    assert len(read_ledger(CertificateFolder(tmp_path)).told) == 1


def test_an_old_ca_is_remembered_until_it_is_gone(
    trust: Trust, machine: Machine, tmp_path: Path, now: datetime
) -> None:
    """A store that was locked at that time is cleaned later."""
    trust.enable(Scope.USER)
    (store,) = machine.user
    first = store.content[0]
    store.is_locked = True
    ensure_certificates(tmp_path, now=now + CA_LIFETIME)
    assert [report.problem for report in trust.keep()] == ["it is locked"]
    assert store.content == [first]
    store.is_locked = False
    trust.keep()
    assert len(store.content) == 1
    assert first not in store.content


def test_untrust_that_fails_can_be_tried_again(trust: Trust, machine: Machine) -> None:
    """What could not be removed is not forgotten."""
    trust.enable(Scope.USER)
    machine.user[0].is_locked = True
    assert trust.disable(Scope.USER)[0].problem == "it is locked"
    machine.user[0].is_locked = False
    assert trust.disable(Scope.USER)[0].problem is None
    assert machine.user[0].content == []


def test_without_a_ca_there_is_nothing_to_trust(
    tmp_path: Path, machine: Machine
) -> None:
    """Nor to look at, nor to forget."""
    trust = Trust(tmp_path, {}, find=machine.find)
    assert trust.reports() == []
    assert trust.disable(Scope.USER) == []
    assert trust.enable(Scope.USER) == []


def test_a_browser_that_is_older_than_the_change_needs_a_restart(
    tmp_path: Path, now: datetime
) -> None:
    """It says so until it has been closed; one that came later has read the change."""
    ensure_certificates(tmp_path, now=now)
    machine = Machine([MemoryStore("one", RUNNING)], [])
    later = max(RUNNING.starts()) + 10
    trust = Trust(tmp_path, {}, find=machine.find, clock=lambda: later)
    assert trust.enable(Scope.USER)[0].needs_browser_restart
    assert trust.reports()[0].needs_browser_restart
    long_ago = Trust(tmp_path, {}, find=machine.find, clock=lambda: 1.0)
    long_ago.disable(Scope.USER)
    long_ago.enable(Scope.USER)
    assert not trust.reports()[0].needs_browser_restart


def test_the_stores_of_a_user_are_found_by_the_environment(
    tmp_path: Path, now: datetime
) -> None:
    """HOME and PATH tell where the browsers are."""
    folder, home = tmp_path / "cert", tmp_path / "home"
    folder.mkdir()
    ensure_certificates(folder, now=now)
    (home / ".pki" / "nssdb").mkdir(parents=True)
    (home / ".pki" / "nssdb" / "cert9.db").touch()
    environ = {"HOME": str(home), "PATH": str(tmp_path)}
    labels = [report.store for report in Trust(folder, environ).reports()]
    assert f"Chromium ({home / '.pki' / 'nssdb'})" in labels
