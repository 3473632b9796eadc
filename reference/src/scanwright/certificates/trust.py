"""Has the browsers trust our CA: only when the user wants it, and undone when not.

Nothing is trusted because a service runs. Somebody says `scanwright certificate trust`,
for an own account or for the whole machine, or an installer says it. That wish is kept
(`ledger`), and from then on the certificate helper keeps it up: browsers and profiles
that are new learn of the CA, the CA that follows is trusted in time, and one that was
replaced is removed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from scanwright.certificates.folder import CertificateFolder
from scanwright.certificates.ledger import Ledger, Scope, read_ledger, update_ledger
from scanwright.certificates.stores import Authority, Store, StoreReport

__all__ = ["Scope", "Trust"]

Find = Callable[[Scope], list[Store]]


class Trust:
    """The trust of browsers in the CA of one installation.

    Its calls run other programs and take up to some seconds: not for an event loop.
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        find: Find | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._folder = CertificateFolder(folder)
        self._find = find or _finder(environ)
        self._clock = clock

    @property
    def scopes(self) -> frozenset[Scope]:
        """Whose browsers shall trust the CA."""
        return read_ledger(self._folder).scopes

    def enable(self, scope: Scope) -> list[StoreReport]:
        """Have these browsers trust the CA from now on."""
        wanted = self._wanted()
        told = frozenset(ca.pem for ca in wanted)
        ledger = update_ledger(
            self._folder,
            lambda old: replace(old, scopes=old.scopes | {scope}, told=old.told | told),
        )
        return self._tell(self._find(scope), wanted, _retired(ledger, wanted))

    def disable(self, scope: Scope) -> list[StoreReport]:
        """Have these browsers forget whatever CA of ours they were told of."""
        wanted = self._wanted()
        told = frozenset(ca.pem for ca in wanted)
        ledger = update_ledger(
            self._folder,
            lambda old: replace(old, scopes=old.scopes - {scope}, told=old.told | told),
        )
        forgotten = [Authority.from_pem(pem) for pem in ledger.told]
        reports = self._tell(self._find(scope), [], forgotten)
        if not ledger.scopes and not any(report.problem for report in reports):
            update_ledger(self._folder, lambda _: Ledger())
        return reports

    def keep(self) -> list[StoreReport]:
        """Do again what was wanted: for new browsers, and for new authorities."""
        reports: list[StoreReport] = []
        scopes = sorted(self.scopes)
        for scope in scopes:
            reports += self.enable(scope)
        if scopes and not any(report.problem for report in reports):
            current = frozenset(ca.pem for ca in self._wanted())
            update_ledger(self._folder, lambda old: replace(old, told=current))
        return reports

    def reports(self) -> list[StoreReport]:
        """Look at all stores, of this user and of the machine, and change nothing."""
        ledger = read_ledger(self._folder)
        wanted = self._wanted()
        return [
            self._with_restart(
                store, _merged([store.state(ca) for ca in wanted]), ledger
            )
            for scope in Scope
            for store in self._find(scope)
            if wanted
        ]

    def _wanted(self) -> list[Authority]:
        from scanwright.certificates.authority import trusted_authorities

        return [
            Authority.from_pem(pem.decode())
            for pem in trusted_authorities(self._folder.path)
        ]

    def _tell(
        self,
        stores: Iterable[Store],
        wanted: Sequence[Authority],
        forgotten: Sequence[Authority],
    ) -> list[StoreReport]:
        if not wanted and not forgotten:
            return []
        reports = [
            _merged(
                [
                    *(store.untrust(ca) for ca in forgotten),
                    *(store.trust(ca) for ca in wanted),
                ]
            )
            for store in stores
        ]
        self._note_changes(reports)
        return reports

    def _note_changes(self, reports: Iterable[StoreReport]) -> None:
        now = self._clock()
        changed = {each.store: now for each in reports if each.needs_browser_restart}
        if changed:
            update_ledger(
                self._folder,
                lambda old: replace(old, changed={**old.changed, **changed}),
            )

    def _with_restart(
        self, store: Store, report: StoreReport, ledger: Ledger
    ) -> StoreReport:
        """Say that a browser is older than what was changed in its store."""
        changed = ledger.changed.get(store.label)
        is_due = changed is not None and any(
            start <= changed for start in store.browser_starts()
        )
        return replace(report, needs_browser_restart=is_due)


def _finder(environ: Mapping[str, str]) -> Find:
    def find(scope: Scope) -> list[Store]:
        from scanwright.certificates.stores.registry import stores_for

        return stores_for(environ, is_system=scope is Scope.SYSTEM)

    return find


def _retired(ledger: Ledger, wanted: Iterable[Authority]) -> list[Authority]:
    current = {ca.pem for ca in wanted}
    return [Authority.from_pem(pem) for pem in sorted(ledger.told - current)]


def _merged(reports: list[StoreReport]) -> StoreReport:
    """Make one report of those on several authorities in one store."""
    worst = next((each for each in reports if each.problem), reports[-1])
    return replace(
        worst,
        needs_browser_restart=any(each.needs_browser_restart for each in reports),
    )
