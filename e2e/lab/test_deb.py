"""The .deb: installed on a Debian without Python, upgraded, removed, purged."""

from __future__ import annotations

import json
import re

import pytest
from lab.machine import Machine, eventually
from lab.packages import Packages
from lab.service import API, BACK_S, HOME, Role, Service

pytestmark = pytest.mark.slow

POLICY = "/etc/chromium/policies/managed/scanwright.json"
EVERY_FILE = (
    # An empty /opt goes with whoever was the last in it: dpkg sees to that.
    "find / -xdev -not -path /opt -not -path '/root/*' -not -path '/tmp*' "
    "-not -path '/var/tmp*' -not -path '/var/cache/*' -not -path '/var/log/*' "
    "-not -path '/var/lib/dpkg/*' -not -path '/var/lib/systemd/*' | sort"
)


def test_the_root_has_no_python(machine: Machine) -> None:
    """What these tests prove holds for machines without Python."""
    assert (
        machine.run("find / -xdev -name 'python3*' -o -name 'libpython*'").output == ""
    )


def test_an_installation_runs_at_once(machine: Machine, packages: Packages) -> None:
    """`dpkg -i` is all: the service runs, lists scanners, and will start at boot."""
    machine.copy_in(packages.deb(packages.version), "/root/scanwright.deb")
    machine.run("dpkg -i /root/scanwright.deb")
    service = Service(machine)
    assert service.devices()
    assert service.is_active()
    assert service.shows("UnitFileState") == "enabled"


def test_it_runs_after_a_boot(service: Service) -> None:
    """A machine that boots has the service, and its scanners."""
    assert service.is_active()
    assert service.devices()


def test_the_command_has_what_the_package_has(service: Service) -> None:
    """Its subcommands are those of the service, and each of them loads."""
    told = service.machine.run("scanwright --help").output
    names = re.findall(r"^  ([a-z-]+)  ", told, re.MULTILINE)
    assert set(names) >= {"certificate", "config", "doctor", "serve", "service"}
    assert not set(names) & {"certify", "demo-server", "simulate", "spec", "up"}
    for name in names:
        service.machine.run(f"scanwright {name} --help")


def test_all_ports_answer(service: Service) -> None:
    """Plain and by TLS, with the pages of the manager, whose files are packed too."""
    ask = f"curl -sSf --cacert {HOME}/cert/ca.pem"
    for port in ("http://127.0.0.1:18622", "https://127.0.0.1:18623"):
        service.machine.run(f"{ask} {port}/api/server")
        assert "connect" in service.machine.run(f"{ask} {port}/sdk/index.js").output
        assert "<html" in service.machine.run(f"{ask} {port}/demos/scanner/").output
    for port in ("http://127.0.0.1:18625", "https://127.0.0.1:18626"):
        assert "<html" in service.machine.run(f"{ask} {port}/").output
        assert "<html" in service.machine.run(f"{ask} {port}/admin/").output
        service.machine.run(f"{ask} {port}/static/manager.css")


def test_an_administrator_finds_it(service: Service) -> None:
    """The commands find the service of the machine, and have nothing to complain of."""
    told = service.machine.run("scanwright status --json").output
    assert json.loads(told)["state"] == "running"
    examined = service.machine.run("scanwright doctor").output
    assert "no problems" in examined
    assert "core is not installed" not in examined


def test_network_scanners_are_looked_for(service: Service) -> None:
    """The package has mDNS in it, and the unit lets it do its work."""
    listed = service.machine.run(f"curl -sf '{API}/device/scanners?type=512'")
    assert listed.output == "[]"
    logged = service.machine.run(f"cat {HOME}/log/*.log").output
    assert "WARNING" not in logged
    assert "ERROR" not in logged


def test_it_runs_in_the_foreground_too(service: Service) -> None:
    """`scanwright serve` of the package serves until it is interrupted.

    It leaves no process behind; the unit's may come and go meanwhile.
    """
    serve = "scanwright serve --home /root/home --port-base 0 --json"
    shown = service.machine.run(f"timeout --signal=INT 10 {serve}", check=False)
    assert json.loads(shown.output)["devices"]
    assert service.strays() == ""


@pytest.mark.parametrize(
    ("kind", "signature"), [("image/png", "89 50 4e 47"), ("image/jpeg", "ff d8 ff e0")]
)
def test_it_scans(service: Service, kind: str, signature: str) -> None:
    """The driver, the way of a page and the codecs work inside the package."""
    scanner = str(service.devices()[0]["name"])
    assert service.scan(scanner, kind) == signature


def test_an_image_can_be_made_without_systemd(
    machine: Machine, packages: Packages
) -> None:
    """In a root that has not booted it installs as well, to start at the first boot."""
    machine.copy_in(packages.deb(packages.version), "/root/scanwright.deb")
    machine.run(
        "unshare --mount sh -ec 'umount -R /run || mount -t tmpfs none /run; "
        "dpkg -i /root/scanwright.deb; dpkg -P scanwright; "
        "dpkg -i /root/scanwright.deb'"
    )
    assert not Service(machine).pids()
    machine.power_off()
    machine.boot()
    assert Service(machine).devices()


def _browsers_were_told(service: Service) -> None:
    eventually(
        lambda: service.machine.run(f"ls {POLICY}", check=False).status == 0,
        within_s=BACK_S,
    )


def test_browsers_are_told(service: Service) -> None:
    """The machine's Chromium trusts the authority that this installation has made."""
    _browsers_were_told(service)
    authority = service.machine.run(f"sed '/---/d' {HOME}/cert/ca.pem | tr -d '\\n'")
    assert authority.output in service.machine.run(f"cat {POLICY}").output


def test_an_upgrade_keeps_everything(service: Service, packages: Packages) -> None:
    """New program, same configuration, same authority, same documents."""
    machine = service.machine
    machine.run(
        f"cd {HOME}; echo '; mine' >>DSConfiguration.ini;"
        "echo text >storage/document; printf '[DS]\\nLogLevel=14\\n' "
        ">DSConfiguration.d/50-mine.ini; chown -R scanwright: ."
    )
    kept = (
        f"cd {HOME}; sha256sum DSConfiguration.* DSConfiguration.d/* storage/* *.ini "
        "cert/*.pem 2>/dev/null || true"
    )
    before, pids = machine.run(kept).output, service.pids()
    machine.copy_in(packages.deb(packages.later), "/root/later.deb")
    machine.run("dpkg -i /root/later.deb")
    assert service.devices()
    assert machine.run(kept).output == before
    assert not set(pids) & set(service.pids())
    assert machine.run("cat /opt/scanwright/VERSION").output == packages.later


def test_an_upgrade_leaves_a_stopped_service_stopped(
    service: Service, packages: Packages
) -> None:
    """What the administrator has stopped and disabled does not come back."""
    machine = service.machine
    machine.run("systemctl disable --now scanwright")
    machine.copy_in(packages.deb(packages.later), "/root/later.deb")
    machine.run("dpkg -i /root/later.deb")
    assert service.pids() == []
    assert service.shows("UnitFileState") == "disabled"


def test_an_upgrade_gives_a_failed_service_another_chance(
    service: Service, packages: Packages
) -> None:
    """It may be the very reason for the upgrade."""
    machine = service.machine
    program = "/opt/scanwright/scanwrightd"
    machine.run(f"systemctl stop scanwright; mv {program} {program}.away")
    machine.run("systemctl start scanwright", check=False)
    assert not service.is_active()
    machine.copy_in(packages.deb(packages.later), "/root/later.deb")
    machine.run("dpkg -i /root/later.deb")
    assert service.devices()


def test_a_downgrade_is_refused_with_words(
    service: Service, packages: Packages
) -> None:
    """The older one says why it does not go in; the newer one runs on."""
    machine = service.machine
    machine.copy_in(packages.deb(packages.later), "/root/later.deb")
    machine.copy_in(packages.deb(packages.version), "/root/older.deb")
    machine.run("dpkg -i /root/later.deb")
    refused = machine.run("dpkg -i /root/older.deb", check=False)
    assert refused.status != 0
    assert f"{packages.version} is older" in refused.output
    assert machine.run("cat /opt/scanwright/VERSION").output == packages.later
    assert service.devices()
    machine.run("SCANWRIGHT_ALLOW_DOWNGRADE=1 dpkg -i /root/older.deb")
    assert machine.run("cat /opt/scanwright/VERSION").output == packages.version
    assert service.devices()


def test_a_removal_keeps_the_users_files(service: Service, packages: Packages) -> None:
    """Program and trust go, configuration and documents stay, and it can return."""
    machine = service.machine
    _browsers_were_told(service)
    machine.run(f"echo text >{HOME}/storage/document")
    machine.run("dpkg -r scanwright")
    assert service.pids() == []
    assert machine.run(f"ls {POLICY} /opt/scanwright", check=False).status != 0
    assert machine.run("systemctl is-enabled scanwright", check=False).status != 0
    machine.copy_in(packages.deb(packages.version), "/root/scanwright.deb")
    machine.run("dpkg -i /root/scanwright.deb")
    assert machine.run(f"cat {HOME}/storage/document").output == "text"
    assert service.devices()


def test_a_purge_leaves_nothing(machine: Machine, packages: Packages) -> None:
    """After it, the machine's files are those of before, and its users too."""
    kept = "cat /etc/passwd; systemctl list-unit-files --no-legend; systemctl --failed"
    before = machine.run(f"{EVERY_FILE}; {kept}").output.splitlines()
    machine.copy_in(packages.deb(packages.version), "/root/scanwright.deb")
    machine.run("dpkg -i /root/scanwright.deb")
    Service(machine).devices()
    _browsers_were_told(Service(machine))
    machine.run("dpkg -P scanwright")
    after = machine.run(f"{EVERY_FILE}; {kept}").output.splitlines()
    assert "\n".join(sorted(set(after) ^ set(before))) == ""


def test_the_service_has_no_rights_to_spare(service: Service) -> None:
    """Its own user, its files for nobody else's eyes, no capability, few calls."""
    machine = service.machine
    users = machine.run("ps -o user= -C scanwrightd").output.split()
    assert set(users) == {"scanwrig+"} or set(users) == {"scanwright"}
    assert machine.run(f"find {HOME} -perm /077").output == ""
    assert machine.run(f"stat -c %U {HOME}/cert/ca.pem").output == "scanwright"
    analysed = machine.run("systemd-analyze security --no-pager scanwright.service")
    exposure = float(analysed.output.splitlines()[-1].split()[-3])
    assert exposure < 2.0
    verified = machine.run(
        "systemd-analyze verify /lib/systemd/system/scanwright*"
    ).output
    assert "scanwright" not in verified


def test_it_can_run_as_root(service: Service) -> None:
    """For a driver that insists: a drop-in does it, and leaving it out undoes it."""
    service.drop_in("User=root\\nGroup=root")
    assert service.devices()
    assert service.pid(Role.HELPER)
    users = service.machine.run("ps -o user= -C scanwrightd").output.split()
    assert set(users) == {"root"}
    service.machine.run("systemctl revert scanwright; systemctl restart scanwright")
    assert service.devices()
    left = service.machine.run(
        f"find {HOME} -user root; find {HOME}/dump -name '*.txt'"
    )
    assert left.output == ""


def test_libraries_are_all_there(service: Service) -> None:
    """Everything that the program's libraries need is a dependency of the package."""
    lacking = service.machine.run(
        "find /opt/scanwright -name '*.so*' -exec env "
        "LD_LIBRARY_PATH=/opt/scanwright/_internal ldd {} + | grep 'not found' || true"
    )
    assert lacking.output == ""
