"""Ties between processes that the kernel makes."""

from __future__ import annotations

import select
import signal
import subprocess
import sys

ORPHAN = """
import os, signal
from scanwright.supervision.kinship import die_with_parent
parent = os.getpid()
ready, told = os.pipe()
if os.fork() == 0:
    die_with_parent(parent, signal.SIGTERM)
    print(os.getpid(), flush=True)
    os.write(told, b'.')
    signal.pause()
os.read(ready, 1)
os.kill(os.getpid(), signal.SIGKILL)
"""

LATE_ORPHAN = """
import os, signal
from scanwright.supervision.kinship import die_with_parent
die_with_parent(os.getppid() + 1, signal.SIGUSR1)
"""

ADOPTER = """
import os
from scanwright.supervision.kinship import adopt_orphans
adopt_orphans()
adopter = os.getpid()
if os.fork() == 0:
    if os.fork() == 0:
        while os.getppid() != adopter: pass
        os._exit(7)
    os._exit(0)
statuses = {os.waitstatus_to_exitcode(os.wait()[1]) for _ in range(2)}
raise SystemExit(statuses != {0, 7})
"""


def test_a_child_dies_with_its_parent() -> None:
    """The signal comes when the parent is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        # Its end of the pipe is closed by its death alone.
        assert select.select([parent.stdout], [], [], 10)[0]
        assert parent.stdout.read() == b""
        assert parent.wait(10) == -signal.SIGKILL
    assert pid != parent.pid


def test_a_child_that_is_late_dies_at_once() -> None:
    """The parent had died before it could be asked for."""
    late = subprocess.run([sys.executable, "-c", LATE_ORPHAN], check=False)
    assert late.returncode == -signal.SIGUSR1


def test_orphans_are_adopted() -> None:
    """The grandchild's status comes to whoever has said so."""
    ended = subprocess.run([sys.executable, "-c", ADOPTER], check=False)
    assert ended.returncode == 0
