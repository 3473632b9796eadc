"""The home of the target in the hands of a stimulus: looked at, written, put back."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.deadline import Expired, until
from scanwright_conformance.session._forms import form_of
from scanwright_conformance.session._means import require
from scanwright_conformance.session._recorder import Stopped
from scanwright_conformance.target import Unsupported
from scanwright_conformance.transcript import Fact

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanwright_conformance.session._recorder import Recorder
    from scanwright_conformance.target import Target

__all__ = ["Entries", "HomeFolder"]

FILE_LIMIT: Final = 64 * 1024 * 1024
TEXT_LIMIT: Final = 256 * 1024
DROP_INS: Final = "DSConfiguration.d"
LOCK: Final = "port.lock"
"""It comes and goes with the service, which nobody may put back."""

Entries = list[dict[str, Any]]


class HomeFolder:
    """The folder of the target's files. What was written is put back by `restore`."""

    def __init__(self, recorder: Recorder, target: Target) -> None:
        self._recorder = recorder
        self._target = target
        self._former: dict[Path, tuple[bytes, int] | None] = {}
        self._is_kept = False

    @property
    def path(self) -> Path:
        """Where it is; Unsupported where that is not known."""
        require(self._target, "home")
        return self._target.home

    async def is_changed(self) -> bool:
        """Tell whether a file is not what it was when it was written or kept."""
        return await asyncio.to_thread(self._is_changed)

    async def keep(self) -> None:
        """Keep for `restore` all files in the home itself and in its drop-in folder.

        For what the service writes: settings that were changed, answers of the user.
        """
        for path in await asyncio.to_thread(self._own_files):
            await asyncio.to_thread(self._remember, path)
        self._is_kept = True

    async def listing(
        self,
        folder: str = "",
        *,
        label: str,
        is_reading: bool = False,
    ) -> Entries:
        """Record what is in `folder` and below it; with `is_reading` also its form.

        An entry has `path`, `kind`, `mode`, `size`, and `form`: see `form_of`. Contents
        are not recorded.
        """
        started = self._recorder.now()
        entries = await asyncio.to_thread(self._entries, folder, is_reading=is_reading)
        self._recorder.add(Fact(label, entries, started))
        return entries

    async def until_listed(
        self,
        folder: str,
        is_there: Callable[[Entries], bool],
        *,
        label: str,
        within_s: float,
    ) -> None:
        """Look until `is_there` likes it, or the time is over; record what was seen."""
        last: Entries = []

        async def attempt() -> bool | None:
            nonlocal last
            last = await asyncio.to_thread(self._entries, folder, is_reading=False)
            return True if is_there(last) else None

        started = self._recorder.now()
        try:
            await until(attempt, within_s=within_s)
        except Expired:
            pass  # the judge sees by the listing that it never came
        finally:
            self._recorder.add(Fact(label, last, started))

    async def text(self, name: str, *, label: str) -> str:
        """Record the end of a text file, None when there is no such file."""
        started = self._recorder.now()
        data = await asyncio.to_thread(_content, self.path / name)
        text = None if data is None else data[-TEXT_LIMIT:].decode("utf-8", "replace")
        self._recorder.add(Fact(label, text, started))
        return text or ""

    async def content(self, name: str) -> bytes:
        """Return what is in a file, nothing when it is gone; not recorded."""
        return await asyncio.to_thread(_content, self.path / name) or b""

    async def write(self, name: str, data: str | bytes, *, mode: int = 0o600) -> None:
        """Write a file of the home, and keep for `restore` what was there."""
        content = data.encode() if isinstance(data, str) else data
        path = self.path / name
        await asyncio.to_thread(self._remember, path)
        try:
            await asyncio.to_thread(_write, path, content, mode)
        except OSError as error:
            raise Unsupported(f"{path}: {error.strerror}") from error

    async def remove(self, name: str) -> None:
        """Remove a file of the home, and keep it for `restore`."""
        path = self.path / name
        await asyncio.to_thread(self._remember, path)
        path.unlink(missing_ok=True)

    async def restore(self) -> None:
        """Put back all that was written, removed or kept; take away what is new."""
        if self._is_kept:
            for path in set(self._own_files()) - self._former.keys():
                path.unlink(missing_ok=True)
        self._is_kept = False
        for path, former in self._former.items():
            if former is None:
                path.unlink(missing_ok=True)
            else:
                await asyncio.to_thread(_write, path, *former)
        self._former.clear()

    def _is_changed(self) -> bool:
        files = {path: _content(path) for path in self._former}
        former = {path: kept and kept[0] for path, kept in self._former.items()}
        new = set(self._own_files()) - files.keys() if self._is_kept else set()
        return bool(new) or files != former

    def _own_files(self) -> list[Path]:
        folders = (self.path, self.path / DROP_INS)
        found = [path for folder in folders for path in folder.glob("*")]
        return [path for path in found if path.is_file() and path.name != LOCK]

    def _remember(self, path: Path) -> None:
        if path not in self._former:
            data = _content(path)
            mode = 0 if data is None else stat.S_IMODE(path.stat().st_mode)
            self._former[path] = None if data is None else (data, mode)

    def _entries(self, folder: str, *, is_reading: bool) -> Entries:
        root = self.path / folder
        if not root.is_dir():
            raise Stopped(f"{root} is no folder")
        return [
            _entry(path, self.path, is_reading=is_reading)
            for path in (root, *sorted(root.rglob("*")))
            if path.is_symlink() or path.exists()
        ]


def _entry(path: Path, home: Path, *, is_reading: bool) -> dict[str, Any]:
    try:
        facts = path.lstat()
    except OSError:
        return {"path": str(path.relative_to(home)), "kind": "gone"}
    entry = {
        "path": str(path.relative_to(home)),
        "kind": _kind(facts.st_mode),
        "mode": f"{stat.S_IMODE(facts.st_mode):04o}",
        "size": facts.st_size,
    }
    if is_reading and entry["kind"] == "file" and facts.st_size <= FILE_LIMIT:
        entry["form"] = form_of(_content(path) or b"")
    return entry


def _kind(mode: int) -> str:
    if stat.S_ISREG(mode):
        return "file"
    return "folder" if stat.S_ISDIR(mode) else "other"


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None


def _write(path: Path, data: bytes, mode: int) -> None:
    """Write whole or not at all: the service may be reading just now."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    new = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        new.chmod(mode)
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
