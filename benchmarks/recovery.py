"""How soon the service answers after one of its processes was killed, stopped or stuck.

    make bench-recovery ARGS="--strikes 50 --json"

The clock starts at the signal. A client asks again and again, each time on a new
connection, until it has a good answer; the column `back` is the time until the struck
process has a successor, or runs again. While workers are struck, a job of another
session goes on, and every page of it is counted. Between two strikes the service lives
for long enough to have earned an immediate start.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

from benchmarks.figures import Spread
from benchmarks.patient import Patient, running_patient
from benchmarks.waiting import wait_for

STEADY_S: Final = 2.2
"""A little more than the life after which a death is the first one again."""
DEADLINE_S: Final = 60.0
GOAL_MEDIAN_S: Final = 0.5
GOAL_WORST_S: Final = 2.0
STUCK: Final = "stuck main"
JOBS: Final = "/api/device/scanners/jobs"
PAGES: Final = 10
HEAD: Final = f"{'strike':<14}{'times':>6}{'answer':>18}{'back':>18}{'harmed':>8}"
GOALS: Final = (
    f"median and worst in seconds; goals for the answer: {GOAL_MEDIAN_S} and "
    f"{GOAL_WORST_S}, no job of another session harmed; ! misses one.\n"
    "A stuck main is given a second, for it may be merely slow: only the worst counts."
)
SERVICE: Final = (sys.executable, "-m", "scanwright", "serve")
TRAPPED: Final = (sys.executable, "-m", "benchmarks.trapped_service")

Times = tuple[float, float]
"""Seconds to the next good answer, and until the process is back."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What one kind of strike has come to."""

    kind: str
    strikes: int
    answer: Spread
    back: Spread
    harmed: int = 0

    @property
    def is_good(self) -> bool:
        """Whether it keeps the goals."""
        is_soon = self.answer.median <= GOAL_MEDIAN_S or self.kind == STUCK
        return is_soon and self.answer.most <= GOAL_WORST_S and not self.harmed


def main(argv: Sequence[str] | None = None) -> int:
    """Strike, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--strikes", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--only", choices=KINDS, action="append", help="this kind")
    parser.add_argument("--json", action="store_true", help="print JSON lines")
    options = parser.parse_args(argv)
    if "SCANWRIGHT_ESCL" not in os.environ:
        parser.error("the virtual scanners are missing; run `make bench-recovery`")
    show = as_json if options.json else as_row
    if not options.json:
        print(HEAD)
    for kind in options.only or KINDS:
        print(show(measure(kind, max(1, options.strikes))), flush=True)
    if not options.json:
        print(GOALS)
    return 0


def measure(kind: str, strikes: int) -> Recovery:
    """Strike a new service again and again."""
    strike = KINDS[kind]
    command = TRAPPED if strike is stick else SERVICE
    with (
        TemporaryDirectory() as folder,
        running_patient(Path(folder) / "home", command) as patient,
    ):
        if strike is kill_worker:
            with other_session(patient) as other:
                times = [settled(strike, patient) for _ in range(strikes)]
            harmed = other.harmed
        else:
            times = [settled(strike, patient) for _ in range(strikes)]
            harmed = 0
    answers, backs = zip(*times, strict=True)
    return Recovery(kind, strikes, Spread.of(answers), Spread.of(backs), harmed)


def settled(strike: Callable[[Patient], Times], patient: Patient) -> Times:
    """Strike a service that has been at peace for a while."""
    threading.Event().wait(STEADY_S)
    return strike(patient)


def kill_main(patient: Patient) -> Times:
    """SIGKILL to main."""
    victim = patient.main()
    begin = perf_counter()
    os.kill(victim, signal.SIGKILL)
    patient.await_answer()
    answered = perf_counter() - begin
    wait_for(lambda: patient.main() != victim, DEADLINE_S)
    return answered, perf_counter() - begin


def stop_main(patient: Patient) -> Times:
    """SIGSTOP to main."""
    begin = perf_counter()
    os.kill(patient.main(), signal.SIGSTOP)
    patient.await_answer()
    answered = perf_counter() - begin
    return answered, answered


def stick(patient: Patient) -> Times:
    """Keep main's event loop busy for ever."""
    victim = patient.main()
    begin = perf_counter()
    with patient.hang() as connection:
        with suppress(ConnectionError):
            connection.recv(1)  # until the stuck one is dead
        patient.await_answer()
    answered = perf_counter() - begin
    wait_for(lambda: patient.main() != victim, DEADLINE_S)
    return answered, perf_counter() - begin


def kill_monitor(patient: Patient) -> Times:
    """SIGKILL to the monitor."""
    return _kill_beside_main(patient, "-asmonitor")


def kill_helper(patient: Patient) -> Times:
    """SIGKILL to the certificate helper."""
    return _kill_beside_main(patient, "-certcheck")


def kill_worker(patient: Patient) -> Times:
    """SIGKILL to the scan worker of one session's job, while another's goes on.

    A good answer is a new job on the same scanner.
    """
    device, port = patient.devices[1], scanner_ports()[1]
    job = create_job(patient, device)
    assert job is not None
    wait_for(lambda: bool(patient.worker_at(port)), DEADLINE_S)
    (victim,) = patient.worker_at(port)
    begin = perf_counter()
    os.kill(victim, signal.SIGKILL)
    patient.await_answer()
    answered = perf_counter() - begin
    while (second := create_job(patient, device)) is None:
        pass
    back = perf_counter() - begin
    for each in (job, second):
        patient.call("DELETE", each)
    return answered, back


def scanner_ports() -> list[int]:
    """Return the ports of the virtual scanners, in the order of the scenario."""
    return [int(port) for port in re.findall(r":(\d+)/", os.environ["SCANWRIGHT_ESCL"])]


def create_job(patient: Patient, device: str) -> str | None:
    """Start a job; None when the scanner is not free."""
    body = {"device": device, "config": {"IfFeederEnabled": True, "Resolution": 100}}
    status, answer = patient.call("POST", JOBS, body)
    return f"{JOBS}/{answer['jobuid']}" if status == 201 else None


@dataclass(slots=True)
class OtherSession:
    """A session that scans all the time; a job without all of its pages was harmed."""

    done: int = 0
    harmed: int = 0


@contextmanager
def other_session(patient: Patient) -> Iterator[OtherSession]:
    """Scan on the first scanner, job after job, in a thread."""
    session, is_over = OtherSession(), threading.Event()

    def scan() -> None:
        while not is_over.is_set():
            pages = scan_all(patient)
            session.done += 1
            session.harmed += pages != PAGES

    thread = threading.Thread(target=scan)
    thread.start()
    try:
        wait_for(lambda: len(patient.find("-scan")) > 0, DEADLINE_S)
        yield session
    finally:
        is_over.set()
        thread.join()


def scan_all(patient: Patient) -> int:
    """Run a job to its end; return how many pages it had."""
    job = create_job(patient, patient.devices[0])
    if job is None:
        return 0
    pages = 0
    while patient.call("GET", f"{job}/next-page?type=image/jpeg")[0] == 200:
        pages += 1
    patient.call("DELETE", job)
    return pages


def _kill_beside_main(patient: Patient, word: str) -> Times:
    (victim,) = patient.find(word)
    begin = perf_counter()
    os.kill(victim, signal.SIGKILL)
    patient.await_answer()
    answered = perf_counter() - begin
    wait_for(lambda: bool(patient.find(word) - {victim}), DEADLINE_S)
    return answered, perf_counter() - begin


KINDS: Final[dict[str, Callable[[Patient], Times]]] = {
    "kill main": kill_main,
    "stop main": stop_main,
    STUCK: stick,
    "kill monitor": kill_monitor,
    "kill helper": kill_helper,
    "kill worker": kill_worker,
}


def as_row(each: Recovery) -> str:
    """Return a row of the table for people."""
    return (
        f"{each.kind:<14}{each.strikes:>6}{_words(each.answer):>18}"
        f"{_words(each.back):>18}{each.harmed:>8}{'' if each.is_good else '  !'}"
    )


def as_json(each: Recovery) -> str:
    """Return all numbers in a line."""
    return json.dumps({**asdict(each), "is_good": each.is_good})


def _words(spread: Spread) -> str:
    return f"{spread.median:.3f} {spread.most:.3f}"


if __name__ == "__main__":
    sys.exit(main())
