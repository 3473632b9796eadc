"""Chromium's managed policy `CACertificates`: trusted by every user of this machine.

We have a file of our own in the folder of policies. Chromium does not merge lists of
several files: where another one sets the same policy, one of the two has no effect, and
an administrator has to decide.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from scanwright.certificates.stores.browsers import CHROMIUM
from scanwright.certificates.stores.policies import (
    read_policies,
    remove_empty,
    write_for_all,
)
from scanwright.certificates.stores.store import Authority, Store, StoreUnusable

__all__ = ["ChromiumPolicy"]

FILE: Final = "scanwright.json"
KEY: Final = "CACertificates"


class ChromiumPolicy(Store):
    """The managed policies of one browser, `until` being the folder above them."""

    def __init__(self, folder: Path, *, until: Path) -> None:
        super().__init__(f"Chromium policy ({folder})", CHROMIUM)
        self._folder = folder
        self._until = until
        self._file = folder / FILE

    def _holds(self, ca: Authority) -> bool:
        return ca.base64 in self._listed()

    def _add(self, ca: Authority) -> None:
        for other in sorted(self._folder.glob("*.json")):
            if other != self._file and KEY in read_policies(other):
                raise StoreUnusable(
                    f"{other} sets {KEY}, and Chromium takes one file's only. Add the "
                    f"certificate there: {ca.base64}"
                )
        self._write([*self._listed(), ca.base64])

    def _remove(self, ca: Authority) -> bool:
        listed = self._listed()
        if ca.base64 not in listed:
            return False
        listed.remove(ca.base64)
        self._write(listed)
        return True

    def _listed(self) -> list[Any]:
        listed = read_policies(self._file).get(KEY, [])
        return list(listed) if isinstance(listed, list) else []

    def _write(self, listed: list[Any]) -> None:
        if listed:
            write_for_all(self._file, json.dumps({KEY: listed}, indent=2) + "\n")
            return
        self._file.unlink(missing_ok=True)
        remove_empty(self._folder, until=self._until)
