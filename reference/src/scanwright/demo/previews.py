"""Previews: what a process of its own finds in a document; nothing when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Final

from scanwright.demo.documents import Document, Documents
from scanwright.demo.threads import Threads

__all__ = ["Previews", "parse_findings"]

MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a document that is looked at."""
MOST_OUTPUT: Final = 1024 * 1024
PATIENCE_S: Final = 20.0
AT_ONCE: Final = 2
PNG: Final = b"\x89PNG\r\n\x1a\n"
MOST_PAGES: Final = 1_000_000
WORKER: Final = ("-I", "-m", "scanwright.demo.preview_worker")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previews:
    """Makes previews, a few at once."""

    documents: Documents
    threads: Threads
    command: Sequence[str] = (sys.executable, *WORKER)
    patience_s: float = PATIENCE_S
    _turns: asyncio.Semaphore = field(
        default_factory=lambda: asyncio.Semaphore(AT_ONCE)
    )

    async def make(self, document: Document) -> Document:
        """Return the document with its pages and preview, when they can be found."""
        if document.bytes > MOST_BYTES or document.has_preview:
            return document
        async with self._turns:
            with tempfile.TemporaryFile() as file:
                await self.threads.run(self._copy, document, file)
                output = await self._ask(file)
        findings = parse_findings(output)
        if findings is None:
            logger.info("document %s: no preview", document.id)
            return document
        pages, preview = findings
        await self.threads.run(
            self.documents.set_preview, document.id, pages=pages, preview=preview
        )
        return await self.threads.run(self.documents.get, document.id)

    def _copy(self, document: Document, file: IO[bytes]) -> None:
        while piece := self.documents.read(document.id, file.tell()):
            file.write(piece)
        file.seek(0)

    async def _ask(self, file: IO[bytes]) -> bytes:
        """Return what the process says in its time."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            start_new_session=True,
        )
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.patience_s):
                    return await _read(process)
            return b""
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def parse_findings(output: bytes) -> tuple[int, bytes] | None:
    """Read what a process has said; a decoder that was taken over may say anything."""
    line, _, preview = output.partition(b"\n")
    try:
        pages = json.loads(line)["pages"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    is_count = type(pages) is int and 0 < pages <= MOST_PAGES
    return (pages, preview) if is_count and preview.startswith(PNG) else None


async def _read(process: asyncio.subprocess.Process) -> bytes:
    if process.stdout is None:  # pragma: no cover - it was asked for
        return b""
    output = bytearray()
    while piece := await process.stdout.read(MOST_OUTPUT):
        output += piece
        if len(output) > MOST_OUTPUT:
            return b""
    return bytes(output)
