"""Under systemd: whatever of the service dies or hangs, the service is there again."""

from __future__ import annotations

import pytest
from lab.machine import eventually
from lab.service import BACK_S, HOME, Role, Service

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("role", Role)
def test_a_killed_process_comes_back(lasting: Service, role: Role) -> None:
    """The service mends itself within moments; systemd has nothing to restart."""
    assert lasting.devices()
    before, restarts = lasting.pid(role), lasting.shows("NRestarts")
    lasting.machine.run(f"kill -KILL {before}")
    lasting.comes_back(role, before)
    assert lasting.devices()
    assert (lasting.is_active(), lasting.shows("NRestarts")) == (True, restarts)


def test_a_stopped_main_goes_on(lasting: Service) -> None:
    """SIGSTOP does not silence the service: the monitor sees to it."""
    lasting.machine.run(f"kill -STOP {lasting.pid(Role.MAIN)}")
    eventually(lasting.answers, within_s=BACK_S)
    assert lasting.devices()


def test_systemd_knows_the_new_main(lasting: Service) -> None:
    """After a death the unit's main process is the one that serves now."""
    before = lasting.pid(Role.MAIN)
    lasting.machine.run(f"kill -KILL {before}")
    lasting.comes_back(Role.MAIN, before)
    eventually(
        lambda: lasting.shows("MainPID") == str(lasting.pid(Role.MAIN)),
        within_s=BACK_S,
    )


def test_systemd_ends_what_hangs_altogether(service: Service) -> None:
    """When main and monitor both hang, the watchdog starts the service anew."""
    service.drop_in("WatchdogSec=2\\nTimeoutStopSec=1\\nTimeoutAbortSec=1")
    frozen = [service.pid(Role.MAIN), service.pid(Role.MONITOR)]
    service.machine.run(f"kill -STOP {frozen[0]} {frozen[1]}")
    eventually(lambda: service.shows("NRestarts") == "1", within_s=2 * BACK_S)
    eventually(service.answers, within_s=BACK_S)
    assert not set(frozen) & set(service.pids())


def test_a_stop_is_quick_and_complete(service: Service) -> None:
    """Within two seconds no process is left, and systemd calls it a success."""
    assert service.devices()
    service.machine.run("timeout 2 systemctl stop scanwright")
    assert service.pids() == []
    assert service.shows("Result") == "success"
    left = f"cd {HOME}; find cache dump -type f; find . -name port.lock; ls /dev/shm"
    assert service.machine.run(left, check=False).output.split() == []
