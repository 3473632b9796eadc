"""`scanwrightd`: one executable for every process of the service.

    scanwrightd [OPTIONS]                             main, and the monitor beside it
    scanwrightd -asmonitor <stop event> <cert-check event> ...
    scanwrightd -certcheck <cert-check event> ...     the certificate helper
    scanwrightd -scan <channel> ...                   a scan worker
    scanwrightd -addon <name> <channel> ...           an add-on worker

What it is told decides what it is, and only that is imported.

Implements: SERVICE-arguments-monitor, SERVICE-arguments-scan, SERVICE-arguments-addon,
SERVICE-arguments-helper.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from scanwright.supervision.dumps import Dumps
from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link
from scanwright.supervision.monitor import Monitor, fork_main
from scanwright.supervision.program import (
    ADDON_WORKER,
    HELPER,
    SCAN_WORKER,
    keep,
    set_title,
)

__all__ = ["ALONE", "main"]

ALONE = "--no-monitor"


def main(argv: Sequence[str] | None = None) -> int:
    """Become the process that the arguments name; return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _leave_no_core()
    match arguments:
        case ["-asmonitor", *words]:
            return _monitor(words)
        case ["-certcheck", *words]:
            return _helper(words)
        case ["-scan", *words]:
            return _scan_worker(words)
        case ["-addon", *words]:
            return _addon_worker(words)
        case ["-serve", lifeline, *options]:
            keep(int(lifeline))
            return _service(options, int(lifeline))
    return _service(arguments)


def _service(options: list[str], lifeline: int | None = None) -> int:
    """Start a service: its main, and the monitor as that one's parent."""
    estate = Estate.new(options, lifeline=lifeline)
    if ALONE in options:
        return _main(estate, None)
    set_title("-asmonitor", str(estate.stop), str(estate.cert_check))
    _load_main()
    return Monitor(estate, fork_main(_main)).run()


def _load_main() -> None:
    """Import what main is made of, without being it.

    Importing takes longer than all else in a start. A monitor that has done so forks
    a main that answers at once; they share the memory.
    """
    with _light_imports():
        importlib.import_module("scanwright.main")


def _main(estate: Estate, link: Link | None) -> int:
    _load_main()
    from scanwright.main import run

    set_title()
    return run(estate, link)


def _monitor(words: list[str]) -> int:
    """Become the monitor of a main that has lost the one it had."""
    stop, cert_check, link, pidfd, pid = map(int, words)
    keep(stop, cert_check, link, pidfd)
    set_title("-asmonitor", *words[:2])
    _load_main()
    monitor = Monitor(Estate([], stop=stop, cert_check=cert_check), fork_main(_main))
    monitor.adopt(pid, pidfd, Link.at(link))
    return monitor.run()


def _helper(words: list[str]) -> int:
    from scanwright.certificates import helper
    from scanwright.home import Home
    from scanwright.supervision.kinship import die_with_parent

    event, home, parent = words
    keep(int(event))
    set_title("-certcheck", event, home)
    die_with_parent(int(parent), signal.SIGTERM)
    dumps = Dumps(Home(Path(home)).dump, Path(), {})
    dumps.trace(HELPER)
    status = helper.main(["-certcheck", event, home])
    dumps.untrace(HELPER)
    return status


def _scan_worker(words: list[str]) -> int:
    channel, *rest = words

    def run() -> int:
        from scanwright.processes import scan_worker

        return scan_worker.main(["-scan", channel])

    set_title("-scan", channel)
    return _worker(SCAN_WORKER, rest, run)


def _addon_worker(words: list[str]) -> int:
    name, channel, *rest, memory_bytes = words

    def run() -> int:
        from scanwright.processes import addon_worker

        return addon_worker.main(["-addon", name, channel, memory_bytes])

    set_title("-addon", name, channel)
    # Numpy's threads for linear algebra would cost memory and do nothing here.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    return _worker(ADDON_WORKER, rest, run)


def _worker(role: str, words: list[str], run: Callable[[], int]) -> int:
    """Run a worker with the log and the dumps that main has told it."""
    from scanwright import log
    from scanwright.log import LogLevel
    from scanwright.supervision.kinship import die_with_parent

    parent, level, log_file, dump = words
    # When main dies the channel ends, and then so do we; also when we are stopped now.
    die_with_parent(int(parent), signal.SIGCONT)
    if log_file:
        log.set_up(Path(log_file), LogLevel(int(level)), role=role, terminal=False)
    if not dump:
        return run()
    dumps = Dumps(Path(dump), Path(), {})
    dumps.trace(role)
    status = run()
    dumps.untrace(role)
    return status


@contextlib.contextmanager
def _light_imports() -> Iterator[None]:
    """Import without what takes a quarter of a start and serves no server.

    That is aiohttp reading whom the system trusts, 2 MB for a client that main never
    is, and the search for garbage among modules, which are none.
    """
    names = ("SSL_CERT_FILE", "SSL_CERT_DIR")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, os.devnull))
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _leave_no_core() -> None:
    """Write no core file: it would hold the pages that are in memory."""
    import resource

    _, highest = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, highest))


if __name__ == "__main__":
    sys.exit(main())
