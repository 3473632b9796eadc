"""`scanwright device`: what one types, on the running interface."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from scanwright_simulators.control.cli import device
from scanwright_simulators.control.client import ControlClient
from scanwright_simulators.control.registry import ENV_CONTROL
from scanwright_simulators.device import Input, Mode, ScanSettings
from scanwright_simulators.faces.face import Installed

SETTINGS = ScanSettings(Input.FEEDER, Mode.GRAY, 75)

Command = Callable[..., Awaitable[str]]


@pytest.fixture
def command(
    address: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Command:
    """Return what runs the command and gives its output, or its complaint."""
    monkeypatch.setenv(ENV_CONTROL, address)

    async def run(*words: str, status: int = 0) -> str:
        assert await asyncio.to_thread(device, words) == status
        said = capsys.readouterr()
        assert not (said.out if status else said.err)
        return said.err if status else said.out

    return run


async def test_devices_are_listed(command: Command) -> None:
    """As a table, or as JSON; the option may stand anywhere."""
    table = await command("list")
    assert "Virtual Office  Ready  10 of 10" in table
    for words in (("list", "--json"), ("--json", "list")):
        listed = json.loads(await command(*words))
        assert [each["slug"] for each in listed] == ["virtual-office", "flat"]


async def test_a_device_must_be_clear(command: Command) -> None:
    """Those that there are stand in the complaint."""
    assert "Virtual Office, Flat" in await command("state", status=2)
    said = await command("state", "--device", "Flatt", status=2)
    assert "no device 'Flatt'" in said


async def test_files_are_loaded(command: Command, document: Path) -> None:
    """And added, and laid onto the glass."""
    office = ("--device", "virtual-office")
    assert "3 in the tray" in await command("load", str(document), *office)
    said = await command("load", "--append", "--sheets", "2", "--kind", "form", *office)
    assert "5 in the tray" in said
    said = await command("load", str(document), "--glass", "--device", "flat")
    assert "letter.pdf 1" in said
    said = await command(*office, "load", str(document), "--two-sided")
    assert "2 in the tray" in said
    assert "there is no" in await command("load", "missing.pdf", *office, status=2)


async def test_a_jam_comes_at_the_next_page(
    command: Command, office: Installed
) -> None:
    """Once, while nobody scans."""
    said = await command("jam", "--device", "virtual-office")
    assert said.startswith("Rule 1: jam once. `scanwright device faults --remove 1`")
    (rule,) = office.scanner.script.rules
    assert (rule.fault.page, rule.fault.times) == (None, 1)


async def test_a_jam_comes_now_while_it_scans(
    command: Command, office: Installed
) -> None:
    """And as planned where it is told when."""
    office.scanner.start(SETTINGS)
    assert "Paper jam" in await command("jam", "--device", "virtual-office")
    said = await command(
        *("double-feed", "--device", "virtual-office"),
        *("--page", "3", "--byte", "5000", "--times", "2"),
    )
    assert said.startswith("Rule 1: double_feed at page 3 at byte 5000 2 times. ")


async def test_any_fault_is_planned_and_removed(command: Command) -> None:
    """With all of its triggers."""
    on = ("--device", "flat")
    trigger = ("--page", "1", "--rate", "2000", "--probability", "0.5")
    await command("fault", "slow", *trigger, *on)
    await command("fault", "status", "--http-status", "507", "--page", "0", *on)
    table = await command("faults", *on)
    assert "slow at page 1 with probability 0.5  not yet" in table
    await command("faults", "--remove", "1", *on)
    assert len(json.loads(await command("faults", "--json", *on))) == 1
    await command("faults", "--remove", *on)
    assert await command("faults", *on) == "No faults are planned.\n"


async def test_a_fault_that_makes_no_sense_is_explained(command: Command) -> None:
    """In the words of the interface."""
    said = await command("fault", "fire", "--device", "flat", status=2)
    assert "knows no 'fire'" in said


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("cover open", "Cover open"),
        ("unplug", "Unplugged"),
        ("plug", "Ready"),
        ("lock reception", "Held by reception"),
        ("unlock", "Ready"),
        ("sleep", "Asleep"),
        ("press scan", "scan pressed"),
        ("eject", "0 in the tray"),
        ("reset", "Ready"),
        ("clear", "Ready"),
    ],
)
async def test_the_case_is_handled(command: Command, words: str, shown: str) -> None:
    """Each says how the device is afterwards."""
    assert shown in await command(*words.split(), "--device", "virtual-office")


async def test_what_was_done_is_undone(command: Command, office: Installed) -> None:
    """One condition, the cover, or all of it."""
    on = ("--device", "virtual-office")
    await command("cover", "open", *on)
    assert "Ready" in await command("cover", "close", *on)
    await command("cover", "open", *on)
    assert "Ready" in await command("clear", "cover-open", *on)
    office.scanner.sleep()
    assert "Asleep" not in await command("reset", "--all")


async def test_near_answers_are_shown(command: Command) -> None:
    """Below the complaint."""
    said = await command("press", "fax", "--device", "flat", status=2)
    assert "Perhaps:\n  scan\n  copy\n  pdf" in said


async def test_the_journal_is_shown(command: Command) -> None:
    """In lines, or in JSON, from some number on."""
    assert "sheets 1 to 10: laid into the tray" in await command("journal")
    lines = (await command("journal", "--json")).splitlines()
    last = json.loads(lines[-1])["seq"]
    assert await command("journal", "--after", str(last)) == ""


async def test_the_environment_is_there_for_shells(
    command: Command, address: str
) -> None:
    """What a shell evaluates names the control, and values are quoted."""
    lines = (await command("env")).splitlines()
    assert f"export SCANWRIGHT_CONTROL={address}" in lines
    assert "export SCANWRIGHT_ESCL='Virtual Office=http://x/eSCL'" in lines
    assert json.loads(await command("env", "--json"))[ENV_CONTROL] == address


def test_the_environment_s_help_says_for_which_shells(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """And what there is for others."""
    with pytest.raises(SystemExit):
        device(["env", "--help"])
    assert "POSIX" in capsys.readouterr().out


async def test_a_shell_keeps_its_libraries(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ours come first, those that it knew come after them."""
    libraries = {"LD_LIBRARY_PATH": "/our own"}
    monkeypatch.setattr(ControlClient, "environment", lambda _: libraries)
    line = await command("env")
    for before, after in (("/theirs", "/our own:/theirs"), ("", "/our own")):
        done = await asyncio.to_thread(
            subprocess.run,
            ["sh", "-c", f'{line}printf %s "$LD_LIBRARY_PATH"'],
            env={"LD_LIBRARY_PATH": before, "PATH": os.environ["PATH"]},
            check=True,
            capture_output=True,
            text=True,
        )
        assert done.stdout == after


async def test_the_panel_s_address_is_printed(command: Command, address: str) -> None:
    """With the device in it, where one was named."""
    assert await command("panel", "--no-open") == f"{address}/\n"
    said = await command("panel", "--no-open", "--device", "Flat")
    assert said == f"{address}/#flat\n"
    assert json.loads(await command("panel", "--json")) == {"panel": f"{address}/"}


async def test_nothing_that_runs_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With what starts one."""
    monkeypatch.delenv(ENV_CONTROL)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert "scanwright simulate" in await command("list", status=2)


@pytest.mark.parametrize("words", [(), ("fly",), ("cover",), ("jam", "--page", "x")])
def test_what_is_no_command_is_refused(words: tuple[str, ...]) -> None:
    """As all commands do."""
    with pytest.raises(SystemExit) as caught:
        device(words)
    assert caught.value.code == 2


def run(*words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the whole command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scanwright", "device", *words],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        **options,
    )


@pytest.mark.slow
async def test_it_is_a_command_of_scanwright(address: str) -> None:
    """Found by its name, with examples in its help."""
    done = await asyncio.to_thread(run, "--control", address, "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Virtual Office" in done.stdout
    assert "scanwright device load invoice.pdf" in run("--help").stdout


@pytest.mark.slow
async def test_followers_see_what_happens_and_may_leave(
    address: str, office: Installed
) -> None:
    """Ctrl-C and a reader that has gone end it quietly."""
    command = [sys.executable, "-m", "scanwright", "device", "journal", "--follow"]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--control", address, "--device", "virtual-office"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    async with asyncio.timeout(20):
        await process.stdout.readline()
        office.scanner.press("scan")
        assert b"somebody pressed scan" in await process.stdout.readline()
        process.send_signal(2)
        assert await process.wait() == 130
        assert await process.stderr.read() == b""


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("letter.pdf", "--kind", "form"),
        ("letter.pdf", "--sheets", "2"),
        ("--kind", "form", "--glass", "--sheets", "2"),
    ],
)
async def test_a_load_must_say_one_thing(
    command: Command, document: Path, monkeypatch: pytest.MonkeyPatch, words: Any
) -> None:
    """Nothing, or two things at once, change no tray."""
    monkeypatch.chdir(document.parent)
    office = ("--device", "virtual-office")
    before = json.loads(await command("state", "--json", *office))["feeder"]
    await command("load", *words, *office, status=2)
    assert json.loads(await command("state", "--json", *office))["feeder"] == before


async def test_a_state_says_what_to_do(command: Command, office: Installed) -> None:
    """A condition waits for a hand, and the newest job says why it ended."""
    job = office.scanner.start(SETTINGS)
    office.scanner.abort(job, "page.jpg cannot be drawn")
    await command("unplug", "--device", "virtual-office")
    said = await command("cover", "open", "--device", "virtual-office")
    assert "aborted after 0 pages: page.jpg cannot be drawn" in said
    assert "`scanwright device plug`, then `scanwright device clear`" in said
