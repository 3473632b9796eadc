"""Whom Chromium and Firefox trust: the databases of NSS."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

from engines.processes import need

__all__ = ["trust_in"]

COMMAND_S = 60.0


async def trust_in(folder: Path, authority: Path) -> None:
    """Make the browser whose database lies in this folder trust a CA.

    The folder is made, and must not hold a database: `certutil -N` would then ask for
    a password, for ever.
    """
    need("certutil", "libnss3-tools")
    _prepare(folder)
    await _certutil(folder, "-N", "--empty-password")
    await _certutil(
        folder, "-A", "-n", authority.stem, "-t", "C,,", "-i", str(authority)
    )


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    assert not (folder / "cert9.db").exists()


async def _certutil(folder: Path, *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        "certutil",
        "-d",
        f"sql:{folder}",
        *arguments,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    async with asyncio.timeout(COMMAND_S):
        output, _ = await process.communicate()
    assert process.returncode == 0, output.decode()
