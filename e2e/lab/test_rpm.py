"""The .rpm: installed, upgraded, erased, by rpm in a root of its own.

That root is a Debian as well, whose rpm knows none of its packages: so dependencies are
read from the package, and not asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab.machine import Machine, Start
from lab.packages import Packages
from lab.service import HOME, Service

pytestmark = pytest.mark.slow

RPM = "rpm --nodeps --force-debian"


@pytest.fixture
def installed(lab_root: Path, packages: Packages, start: Start) -> Iterator[Service]:
    """Return the service right after `rpm -i`; packages of both versions are there."""
    with start(lab_root) as machine:
        for version in (packages.version, packages.later):
            machine.copy_in(packages.rpm(version), f"/root/{version}.rpm")
        machine.run(f"{RPM} -i /root/{packages.version}.rpm")
        yield Service(machine)


def _version(machine: Machine) -> str:
    return machine.run("cat /opt/scanwright/VERSION").output


def test_it_runs_at_once_and_at_boot(installed: Service) -> None:
    """`rpm -i` is all."""
    assert installed.devices()
    installed.machine.power_off()
    installed.machine.boot()
    assert installed.devices()
    assert installed.is_active()


def test_an_upgrade_keeps_everything(installed: Service, packages: Packages) -> None:
    """`rpm -U` stops the old one, starts the new one, and leaves the home alone."""
    machine, before = installed.machine, installed.pids()
    authority = machine.run(f"sha256sum {HOME}/cert/*.pem").output
    machine.run(f"{RPM} -U /root/{packages.later}.rpm")
    assert _version(machine) == packages.later
    assert installed.devices()
    assert not set(before) & set(installed.pids())
    assert machine.run(f"sha256sum {HOME}/cert/*.pem").output == authority


def test_a_downgrade_is_refused_with_words(
    installed: Service, packages: Packages
) -> None:
    """Also when rpm itself is told to do it, and then it says why."""
    machine = installed.machine
    machine.run(f"{RPM} -U /root/{packages.later}.rpm")
    older = f"{RPM} -U --oldpackage /root/{packages.version}.rpm"
    refused = machine.run(older, check=False)
    assert refused.status != 0
    assert f"{packages.version} is older" in refused.output
    assert _version(machine) == packages.later
    assert installed.devices()
    machine.run(f"SCANWRIGHT_ALLOW_DOWNGRADE=1 {older}")
    assert _version(machine) == packages.version


def test_an_erasure_keeps_the_users_files(installed: Service) -> None:
    """The program is gone and does not run; the home stays."""
    machine = installed.machine
    assert installed.devices()
    machine.run(f"{RPM} -e scanwright")
    assert installed.pids() == []
    gone = "/opt/scanwright /usr/bin/scanwright /usr/lib/sysusers.d/scanwright.conf"
    assert machine.run(f"ls -d {gone} 2>/dev/null", check=False).output == ""
    assert machine.run("systemctl is-enabled scanwright", check=False).status != 0
    assert machine.run(f"ls {HOME}/cert").output
