"""The service of one user: no administrator, one command to install, one to remove."""

from __future__ import annotations

import json

import pytest
from lab.machine import Result, eventually
from lab.service import BACK_S, Role, Service

pytestmark = pytest.mark.slow

UNIT = "/home/ann/.config/systemd/user/scanwright.service"


@pytest.fixture
def anns(service: Service) -> Service:
    """Return the service of a user who has logged in, with none for the machine."""
    machine = service.machine
    machine.run("systemctl disable --now scanwright.service scanwright-trust.path")
    machine.run("useradd --create-home --uid 1000 ann; loginctl enable-linger ann")
    eventually(
        lambda: _as_ann(service, "systemctl --user is-system-running").status == 0,
        within_s=BACK_S,
    )
    return service


def _as_ann(service: Service, command: str) -> Result:
    who = "setpriv --reuid=1000 --regid=1000 --clear-groups"
    session = "env HOME=/home/ann XDG_RUNTIME_DIR=/run/user/1000"
    return service.machine.run(f"cd /home/ann; {who} {session} {command}", check=False)


def test_a_user_installs_runs_and_removes_it(anns: Service) -> None:
    """It runs under the user's own name and home; removed, only the home is left."""
    assert _as_ann(anns, "scanwright service install --user").status == 0
    assert anns.devices()
    owner = anns.machine.run(f"ps -o user= -p {anns.pid(Role.MAIN)}")
    assert owner.output == "ann"
    told = _as_ann(anns, "scanwright service status --user --json")
    assert json.loads(told.output)["active"]
    assert _as_ann(anns, "scanwright service uninstall --user").status == 0
    assert anns.pids() == []
    assert anns.machine.run(f"ls {UNIT}", check=False).status != 0
    assert anns.machine.run("ls /home/ann/.local/state/scanwright/cert").output


def test_it_outlives_the_death_of_any_process(anns: Service) -> None:
    """As the machine's service does, by its own monitor."""
    _as_ann(anns, "scanwright service install --user")
    for role in (Role.MAIN, Role.MONITOR):
        before = anns.pid(role)
        anns.machine.run(f"kill -KILL {before}")
        anns.comes_back(role, before)


def test_it_starts_with_the_machine(anns: Service) -> None:
    """With lingering, a boot brings it."""
    _as_ann(anns, "scanwright service install --user")
    anns.machine.power_off()
    anns.machine.boot()
    eventually(anns.answers, within_s=BACK_S)


def test_the_packaged_unit_will_do_as_well(anns: Service) -> None:
    """An administrator may enable it for users, without their doing anything."""
    started = _as_ann(anns, "systemctl --user start scanwright")
    assert (started.status, anns.answers()) == (0, True)


def test_without_a_session_it_says_what_to_do(service: Service) -> None:
    """Without a login there is no service manager of the user's; nothing is written."""
    service.machine.run("useradd --create-home --uid 1001 bob")
    bob = "setpriv --reuid=1001 --regid=1001 --clear-groups env HOME=/home/bob"
    install = f"{bob} scanwright service install --user"
    asked = service.machine.run(install, check=False)
    assert asked.status == 1
    assert "scanwright serve" in asked.output
    assert service.machine.run("ls -A /home/bob/.config", check=False).status != 0
