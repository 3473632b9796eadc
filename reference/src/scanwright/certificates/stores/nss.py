"""A certificate database of NSS, which both Chromium and Firefox keep.

The only program that writes one is `certutil`, and it has its ways. Asked to make a
database where there is one already, and without a terminal, it asks for a password for
ever; so we look for `cert9.db` first. It asks for the password of a protected database,
too; so it is given an empty one, which is refused. By then it has added the certificate
without trust in it; so that is taken back. And it never gets more than ten seconds.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scanwright.certificates.places import DATABASE
from scanwright.certificates.stores.browsers import Browser
from scanwright.certificates.stores.store import (
    Authority,
    Store,
    StoreUnusable,
    der_of,
)

__all__ = ["NssDatabase", "Owner"]

CERTUTIL_S: Final = 10.0
SSL_AUTHORITY: Final = "C,,"
"""Trusted to sign servers, not mail, not code."""
ROW: Final = re.compile(r"(?P<name>\S.*?)\s+(?P<ssl>\w*),\w*,\w*\s*")
PEM: Final = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Owner:
    """The user whose database it is: root becomes that user before it opens it."""

    uid: int
    gid: int


class NssDatabase(Store):
    """The database of one folder."""

    def __init__(
        self,
        folder: Path,
        *,
        label: str,
        browser: Browser,
        owner: Owner | None = None,
        certutil: str = "certutil",
    ) -> None:
        uid = owner.uid if owner else os.geteuid()
        super().__init__(label, browser, uid=uid)
        self.folder = folder
        self._owner = owner
        self._certutil = certutil

    def _holds(self, ca: Authority) -> bool:
        return "C" in (self._find(ca) or {}).values()

    def _add(self, ca: Authority) -> None:
        self._create()
        arguments = ("-A", "-n", ca.name, "-t", SSL_AUTHORITY, "-a")
        try:
            self._run(*arguments, text=ca.pem)
        except StoreUnusable:
            with contextlib.suppress(StoreUnusable):
                self._remove(ca)
            raise

    def _remove(self, ca: Authority) -> bool:
        found = self._find(ca)
        for name in found:
            self._run("-D", "-n", name)
        return bool(found)

    def _create(self) -> None:
        if not self._exists():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._run("-N", "--empty-password")

    def _exists(self) -> bool:
        return (self.folder / DATABASE).exists()

    def _find(self, ca: Authority) -> dict[str, str]:
        """Return the names that this very certificate has, each with its trust."""
        if not self._exists():
            return {}
        rows = map(ROW.fullmatch, self._run("-L").splitlines())
        ours = {row["name"]: row["ssl"] for row in rows if row}
        return {
            name: trust
            for name, trust in ours.items()
            if name.startswith(ca.name) and ca.der in self._certificates(name)
        }

    def _certificates(self, name: str) -> list[bytes]:
        text = self._run("-L", "-n", name, "-a")
        return [der_of(pem) for pem in PEM.findall(text)]

    def _run(self, *arguments: str, text: str = "") -> str:
        command = [self._certutil, *arguments, "-d", f"sql:{self.folder}"]
        if "-N" not in arguments:
            command += ["-f", os.devnull]
        owner = self._owner if os.geteuid() == 0 else None
        try:
            done = subprocess.run(
                command,
                input=text,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=CERTUTIL_S,
                check=False,
                env=_environment(os.environ),
                user=owner.uid if owner else None,
                group=owner.gid if owner else None,
                extra_groups=[] if owner else None,
            )
        except FileNotFoundError as error:
            raise StoreUnusable(
                "certutil is not installed: apt install libnss3-tools "
                "(Fedora, openSUSE: nss-tools)."
            ) from error
        except subprocess.TimeoutExpired as error:
            raise StoreUnusable(
                f"certutil did not end within {CERTUTIL_S:g} s."
            ) from error
        if done.returncode:
            raise StoreUnusable(_explain(done.stderr, self.folder))
        return done.stdout


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without the libraries that a frozen service brings.

    PyInstaller puts its own before those of the system, for itself and its children.
    """
    mine = dict(environ)
    original = mine.pop("LD_LIBRARY_PATH_ORIG", None)
    if getattr(sys, "frozen", False):
        mine.pop("LD_LIBRARY_PATH", None)
        if original:
            mine["LD_LIBRARY_PATH"] = original
    return mine


def _explain(complaint: str, folder: Path) -> str:
    if "SEC_ERROR_BAD_PASSWORD" in complaint:
        return (
            f"{folder} has a primary password, so only its user can change it: import "
            "the CA in the browser's certificate settings."
        )
    last = complaint.strip().splitlines()[-1:] or ["certutil failed without a word"]
    return f"{folder}: {last[0]}"
