"""What a worker may take, tried in processes that take too much."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

CONFINED = """
import errno, os, resource
from scanwright.processes.limits import CPU_S, OUTPUT_BYTES, confine, grant_time
confine(64 << 20)
"""
MEMORY = """
kept = bytearray(32 << 20)
try:
    bytearray(48 << 20)
except MemoryError:
    print("refused")
"""
FILES = """
kept = []
try:
    while True:
        kept.append(os.open("/dev/null", os.O_RDONLY))
except OSError as error:
    if error.errno == errno.EMFILE and 50 < len(kept) < 64:
        print("refused")
"""
OUTPUT = """
file = os.memfd_create("large")
os.ftruncate(file, OUTPUT_BYTES)
try:
    os.ftruncate(file, OUTPUT_BYTES + 1)
except OSError as error:
    if error.errno == errno.EFBIG:
        print("refused")
"""
RAISING = """
for what in (resource.RLIMIT_AS, resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE):
    soft, hard = resource.getrlimit(what)
    assert soft == hard != resource.RLIM_INFINITY
soft, _ = resource.getrlimit(resource.RLIMIT_CPU)
assert CPU_S <= soft <= CPU_S + 60
confine(1 << 40)
assert resource.getrlimit(resource.RLIMIT_AS)[1] < 1 << 40
resource.setrlimit(resource.RLIMIT_CPU, (7, 7))
grant_time()
assert resource.getrlimit(resource.RLIMIT_CPU) == (7, 7)
print("refused")
"""


@pytest.mark.parametrize("program", [MEMORY, FILES, OUTPUT, RAISING])
def test_more_is_refused(program: str) -> None:
    """Too much is an error inside of the process, and no limit can be raised again."""
    command = [sys.executable, "-c", CONFINED + program]
    shown = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert shown.stdout == b"refused\n"
