"""A monitor with a main that does what the test says, as a program.

    monitor_program.py FOLDER DEED...

Each main writes its id and the time into FOLDER/mains, and does the next deed: `crash`
before it is ready, `die` right after, `fail` with an exit status, `mute` for one whose
loop is stuck, `serve` until it is asked to stop, `deaf` for one that does not listen,
`confuse` for one that says what no monitor understands.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from pathlib import Path

from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link
from scanwright.supervision.monitor import READY, Monitor, fork_main
from scanwright.supervision.vigil import BEAT_S


def main(folder: Path, deeds: list[str]) -> int:
    """Be the monitor; return its exit status."""

    def run_main(estate: Estate, link: Link) -> int:
        number = sum(estate.restarts.values())
        return do(deeds[min(number, len(deeds) - 1)], folder, estate, link)

    return Monitor(Estate.new([]), fork_main(run_main)).run()


def do(deed: str, folder: Path, estate: Estate, link: Link) -> int:
    """Be a main."""
    line = f"{os.getpid()} {time.monotonic()} {estate.predecessor}\n"
    if deed in {"fail", "crash"}:
        write(line, folder)
    if deed == "fail":
        return 3
    if deed == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    estate.paths = {"dump": str(folder), "log": str(folder / "service.log")}
    estate.send(link)
    if deed == "confuse":
        link.send("estate", {})
    link.send(READY, {})
    write(line, folder)
    if deed == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if deed == "mute":
        estate.dumps().trace("main")
        stuck_in_a_loop()
    wanted = [] if deed == "deaf" else [estate.stop]
    while not select.select(wanted, [], [], BEAT_S)[0]:
        link.beat()
    return 0


def write(line: str, folder: Path) -> None:
    """Let the test know."""
    with (folder / "mains").open("a") as mains:
        mains.write(line)


def stuck_in_a_loop() -> None:
    """Never come back."""
    while True:
        pass


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
