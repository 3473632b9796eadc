"""A PostgreSQL of one's own: on a socket in a folder that vanishes with it."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

__all__ = ["running_postgres"]

START_S = 60


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server with an empty database; yield its URL; skip where it is not.

    It promises nothing about a power cut: only so does it keep up with tests.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="scanwright-pg-"))
    prefix = _as_somebody_else(folder)
    data = folder / "data"

    def run(program: str, *words: str) -> None:
        log = folder / "log"
        with log.open("ab") as output:
            done = subprocess.run(
                [*prefix, programs / program, "-D", data, *words],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                timeout=START_S,
                check=False,
            )
        assert done.returncode == 0, log.read_text()

    try:
        run("initdb", "-U", "demo", "-A", "trust", "-E", "UTF8", "-N", "--locale=C")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        run("pg_ctl", "-w", "-s", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://demo@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    message = "PostgreSQL is missing: apt-get install postgresql"
    if "CI" in os.environ:
        pytest.fail(message)
    pytest.skip(message)


def _as_somebody_else(folder: Path) -> list[str]:
    """Return what a command begins with: PostgreSQL does not run as root."""
    if os.geteuid() != 0:
        return []
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}"]
    return ["setpriv", *ids, "--clear-groups"]
