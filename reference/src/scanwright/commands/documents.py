"""`scanwright documents`: what is kept, and what nobody can open any more.

For whoever runs the service, who can delete the files anyway. No password is asked for,
and nothing is opened that has one: a list says whether a document can be read, and not
what is in it. It works beside a running service: a deletion is one step.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from scanwright.commands.running import add_home, find_home
from scanwright.errors import (
    DocumentDamaged,
    PasswordRefused,
    ScanwrightError,
    UnknownDocument,
)

if TYPE_CHECKING:
    from scanwright.storage.storage import Storage

__all__ = ["documents"]

EPILOG: Final = """\
examples:
  scanwright documents list
  scanwright documents remove 1a227af4f83e
  sudo scanwright documents list --home /var/lib/scanwright

A document that is removed is gone for good, whatever its state and its password.
"""


class State(StrEnum):
    """What can be said of a document without its password."""

    WHOLE = "whole"
    LOCKED = "locked"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Row:
    """One document; `pages` are known of those that are open to all."""

    uid: str
    state: State
    bytes: int
    pages: int | None = None
    problem: str | None = None


def documents(argv: Sequence[str]) -> int:
    """List the documents that are kept, and remove what cannot be read any more."""
    given = _parse(argv)
    home = find_home(given.home, os.environ)
    # Imported before root becomes somebody else, who may not read our own code.
    import asyncio

    import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401 - by the storage

    from scanwright.storage.storage import Storage

    try:
        with home.as_owner():
            home.storage.stat()  # one that is not there is not to be made
            with closing(Storage(home.storage)) as storage:
                asyncio.run(_do(given, storage))
    except FileNotFoundError as error:
        message = f"{error.filename} is not there: start the service once."
    except (ScanwrightError, OSError) as error:
        message = str(error)
    else:
        return 0
    print(f"scanwright documents: {message}", file=sys.stderr)
    return 1


async def _do(given: argparse.Namespace, storage: Storage) -> None:
    for uid in given.uids:
        await storage.discard(uid)
    if given.action == "list":
        found = [await _row(storage, uid) for uid in await storage.uids()]
        _show([row for row in found if row], is_json=given.json)


async def _row(storage: Storage, uid: str) -> Row | None:
    """Return what a document is; None for one that is gone meanwhile, or half made."""
    try:
        size_bytes = await storage.size_bytes(uid)
        document = await storage.open(uid)
    except UnknownDocument:
        return None
    except PasswordRefused:
        return Row(uid, State.LOCKED, size_bytes)
    except DocumentDamaged as error:
        return Row(uid, State.DAMAGED, size_bytes, problem=error.message)
    return Row(uid, State.WHOLE, size_bytes, pages=len(document.contents.pages))


def _show(rows: Sequence[Row], *, is_json: bool) -> None:
    if is_json:
        print(json.dumps([asdict(row) for row in rows]))
        return
    for row in rows:
        pages = "" if row.pages is None else f"{row.pages} pages"
        print(f"{row.uid}  {row.state:<8} {row.bytes:>14,} bytes  {pages}".rstrip())
        if row.problem:
            print(f"{'':<14}-> {row.problem}")
    if not rows:
        print("No document is kept.")


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scanwright documents",
        description=documents.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("list", "remove"))
    parser.add_argument("uids", nargs="*", metavar="ID")
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_home(parser)
    given = parser.parse_args(argv)
    if (given.action == "list") is bool(given.uids):
        parser.error("list takes nothing; remove takes one ID or more")
    return given
