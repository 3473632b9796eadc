"""Leave no trace: what a run made and should have taken away again.

Looked for when the last check is over: jobs that are still there, files in the folders
of pages that were not there before, and, of a managed target, processes and temporary
files that outlive it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scanwright_conformance.target import ControlFailed, Port, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.results import Result
    from scanwright_conformance.target import Target

__all__ = ["Traces"]

PAGE_FOLDERS: Final = ("cache", "upload")
CLEANUP: Final = "cleanup-"
GONE: Final = frozenset({200, 204, 404, 410})
TIMEOUT_S: Final = 5.0


class Traces:
    """Remembers how it was before the run, and looks again after it."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._files = _page_files(target)

    async def left(self, results: Iterable[Result]) -> tuple[str, ...]:
        """Return a sentence for each thing that is left; ends a managed target."""
        jobs = await self._jobs(results)
        files = sorted(_page_files(self._target) - self._files)
        ended = await self._ended()
        return (*jobs, *(f"the file {file} was left" for file in files), *ended)

    async def _jobs(self, results: Iterable[Result]) -> tuple[str, ...]:
        """Return those whose deletion was not confirmed, and that still answer."""
        if Port.API not in self._target.addresses.urls:
            return ()
        base = self._target.direct_url(Port.API)
        found = [
            f"{path} was made for {clause} and is still there"
            for path, clause in _unconfirmed(results).items()
            if await _is_there(base + path)
        ]
        return tuple(found)

    async def _ended(self) -> tuple[str, ...]:
        control = self._target.control
        if control is None:
            return ()
        try:
            ended = await control.stop()
        except Unsupported:
            return ()
        except ControlFailed as failure:
            return (f"the service could not be stopped: {failure}",)
        named = (f"{each.pid} ({' '.join(each.command)[:80]})" for each in ended.left)
        temporary = control.temporary
        files = sorted(temporary.iterdir()) if temporary.is_dir() else []
        return (
            *(f"the process {each} outlived the service" for each in named),
            *(f"the temporary file {file.name} was left" for file in files),
        )


def _page_files(target: Target) -> frozenset[str]:
    try:
        home = target.home
    except Unsupported:
        return frozenset()
    return frozenset(
        str(path.relative_to(home))
        for name in PAGE_FOLDERS
        for path in _files_below(home / name)
    )


def _files_below(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.rglob("*") if path.is_file()]
    except OSError:
        return []


def _unconfirmed(results: Iterable[Result]) -> dict[str, str]:
    """Return the paths whose deletion at the end of a check did not succeed."""
    found = {}
    for result in results:
        for attempt in result.attempts:
            for exchange in attempt.transcript.exchanges:
                status = exchange.answer.status if exchange.answer else None
                if exchange.label.startswith(CLEANUP) and status not in GONE:
                    found[urlsplit(exchange.request.url).path] = result.clause.id
    return found


async def _is_there(url: str) -> bool:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.get(url, ssl=False) as answer,
        ):
            return answer.status == 200
    except (aiohttp.ClientError, OSError, ValueError):
        return False
