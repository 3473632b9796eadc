"""A server of virtual SANE scanners in the test's own loop, and clients around it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest

from scanwright_simulators.device import Journal, VirtualScanner
from scanwright_simulators.faces import sane_test
from scanwright_simulators.faces.sane.library import locate
from scanwright_simulators.faces.sane.server import SaneServer
from scanwright_simulators.scenario import SaneTest

NEEDS: Final = "install them first: apt-get install libsane1 sane-utils gcc libc6-dev"
FRONTEND: Final = Path(__file__).with_name("frontend.py")
DEADLINE_S: Final = 60


@dataclass
class Frontend:
    """A frontend in its own process, which does what it is told."""

    process: asyncio.subprocess.Process

    async def ask(self, *order: Any) -> Any:
        """Give an order; return the answer."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        line = await asyncio.wait_for(self.process.stdout.readline(), DEADLINE_S)
        return json.loads(line)

    async def numbers(self) -> dict[str, int]:
        """Return the numbers of all options by their names."""
        return {name: n for name, (n, _) in (await self.ask("options")).items()}

    async def kill(self) -> None:
        """End it as SIGKILL does."""
        self.process.kill()
        await self.process.wait()


@dataclass
class Served:
    """A running server, and the environment in which libsane finds it."""

    folder: Path
    environment: dict[str, str]
    journal: Journal
    server: SaneServer
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def run(
        self, *command: str, cwd: Path | None = None, user: int | None = None
    ) -> tuple[int, str]:
        """Run a program; return its exit status and all that it says."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd or self.folder,
            env=self.environment,
            user=user,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        self.processes.append(process)
        output, _ = await asyncio.wait_for(process.communicate(), DEADLINE_S)
        assert process.returncode is not None
        return process.returncode, output.decode(errors="replace")

    async def scanimage(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run Debian's `scanimage`; return all that it says."""
        assert shutil.which("scanimage"), NEEDS
        _, output = await self.run("scanimage", *arguments, cwd=cwd)
        return output

    async def frontend(self) -> Frontend:
        """Start a frontend."""
        assert sane_test.is_available(), NEEDS
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, str(FRONTEND)),
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self.processes.append(process)
        return Frontend(process)

    def told(self, what: str) -> list[str]:
        """Return what the face wrote into the journal under that word."""
        return [e.text for e in self.journal.after() if e.what == what]

    async def until(self, what: str) -> None:
        """Wait until the face writes that word into the journal."""
        event = asyncio.Event()
        unlisten = self.journal.listen(
            lambda e: event.set() if e.what == what else None
        )
        try:
            if not self.told(what):
                await asyncio.wait_for(event.wait(), DEADLINE_S)
        finally:
            unlisten()


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """Return a folder whose path leaves room for a socket's name."""
    with tempfile.TemporaryDirectory(prefix="sw-") as folder:
        yield Path(folder)


@pytest.fixture
def serve(short_folder: Path) -> Serve:
    """Return what serves scanners and makes an environment around them."""

    @asynccontextmanager
    async def serving(*scanners: VirtualScanner) -> AsyncIterator[Served]:
        journal = Journal(asyncio.get_running_loop().time)
        socket = short_folder / "sane.sock"
        sane_test.write_configuration(short_folder, SaneTest(0), {}, own=socket)
        with ThreadPoolExecutor(2) as threads:
            server = SaneServer(scanners, threads=threads, journal=journal)
            environment = {
                **os.environ,
                "SANE_CONFIG_DIR": str(short_folder),
                "LD_LIBRARY_PATH": str(locate().parent),
            }
            async with server.serving(socket):
                it = Served(short_folder, environment, journal, server)
                try:
                    yield it
                finally:
                    for process in it.processes:
                        if process.returncode is None:
                            process.kill()
                            await process.wait()

    return serving
