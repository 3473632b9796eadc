"""Files of policies that an administrator's tools and we write: JSON, read by all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from scanwright.certificates.stores.store import StoreUnusable

__all__ = ["read_policies", "remove_empty", "write_for_all"]

FILE_MODE: Final = 0o644
FOLDER_MODE: Final = 0o755


def read_policies(file: Path) -> dict[str, Any]:
    """Return what a file says; nothing where it is absent.

    Raises:
        StoreUnusable: It is no JSON object, so the browser ignores it.
    """
    try:
        policies = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise StoreUnusable(
            f"{file} is no JSON ({error}). Mend or remove it."
        ) from error
    if not isinstance(policies, dict):
        raise StoreUnusable(f"{file} holds no JSON object. Mend or remove it.")
    return policies


def write_for_all(file: Path, content: str) -> None:
    """Write a file whole, readable by every user whatever our own mask is."""
    _make_folder(file.parent)
    new = file.with_name(f".{file.name}.new")
    try:
        new.write_text(content, "utf-8")
        new.chmod(FILE_MODE)
        new.replace(file)
    finally:
        new.unlink(missing_ok=True)


def remove_empty(folder: Path, *, until: Path) -> None:
    """Remove a folder that holds nothing, and those above it up to `until`."""
    while folder != until and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir()
        folder.chmod(FOLDER_MODE)
