"""Firefox's policy `Certificates.Install`: trusted by every user of this machine.

There is one file of policies for everybody's wishes, so ours is merged into what is
there, and taken out again. Where the file is absent Firefox has one of its
distributor's, which ours would hide: ours then begins as a copy of it.

What a policy installs Firefox copies into its profiles, and keeps when the policy is
gone. So it is removed there as well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from scanwright.certificates.stores.browsers import FIREFOX
from scanwright.certificates.stores.policies import (
    read_policies,
    remove_empty,
    write_for_all,
)
from scanwright.certificates.stores.store import Authority, Store, StoreUnusable

__all__ = ["FirefoxPolicy"]


class FirefoxPolicy(Store):
    """The policies in `folder`; `profiles` finds where copies of ours may be."""

    def __init__(
        self,
        folder: Path,
        *,
        until: Path,
        distributions: Iterable[Path] = (),
        profiles: Callable[[], Sequence[Store]] = list,
    ) -> None:
        super().__init__(f"Firefox policy ({folder})", FIREFOX)
        self._folder = folder
        self._until = until
        self._file = folder / "policies.json"
        self._distributions = distributions
        self._profiles = profiles

    def _holds(self, ca: Authority) -> bool:
        certificate = self._certificate(ca)
        is_listed = str(certificate) in _installed(read_policies(self._file))
        return is_listed and certificate.is_file()

    def _add(self, ca: Authority) -> None:
        content = read_policies(self._file) or self._distributed()
        listed = _installed(content)
        certificate = self._certificate(ca)
        if str(certificate) not in listed:
            listed = [*listed, str(certificate)]
        changed = _with_installed(content, listed)
        write_for_all(certificate, ca.pem)
        write_for_all(self._file, json.dumps(changed, indent=2) + "\n")

    def _remove(self, ca: Authority) -> bool:
        certificate = self._certificate(ca)
        content = read_policies(self._file)
        listed = _installed(content)
        was_listed = str(certificate) in listed
        if was_listed:
            listed.remove(str(certificate))
            self._write(_with_installed(content, listed))
        certificate.unlink(missing_ok=True)
        remove_empty(self._folder, until=self._until)
        copies = [each.untrust(ca) for each in self._profiles()]
        problems = [report.problem for report in copies if report.problem]
        if problems:
            raise StoreUnusable(" ".join(problems))
        return was_listed

    def _write(self, content: dict[str, Any]) -> None:
        if content in ({}, self._distributed()):
            self._file.unlink(missing_ok=True)
        else:
            write_for_all(self._file, json.dumps(content, indent=2) + "\n")

    def _certificate(self, ca: Authority) -> Path:
        return self._folder / f"scanwright-{sha256(ca.der).hexdigest()[:16]}.pem"

    def _distributed(self) -> dict[str, Any]:
        """Return the distributor's policies, which ours would hide."""
        return next(
            (read_policies(each) for each in self._distributions if each.is_file()), {}
        )


def _installed(content: dict[str, Any]) -> list[Any]:
    listed = _section(_section(content, "policies"), "Certificates").get("Install", [])
    return list(listed) if isinstance(listed, list) else []


def _with_installed(content: dict[str, Any], listed: list[Any]) -> dict[str, Any]:
    """Return the same policies with another list; what becomes empty is left out."""
    policies = _section(content, "policies")
    certificates = _with(_section(policies, "Certificates"), "Install", listed)
    policies = _with(policies, "Certificates", certificates)
    return _with(content, "policies", policies)


def _with(section: dict[str, Any], key: str, value: Any) -> dict[str, Any]:
    if value:
        return section | {key: value}
    return {name: other for name, other in section.items() if name != key}


def _section(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = content.get(key, {})
    return found if isinstance(found, dict) else {}
