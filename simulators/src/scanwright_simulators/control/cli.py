"""The command `scanwright device`: a hand on the scanners of a running simulation."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from scanwright_simulators.control import registry, shown
from scanwright_simulators.control.client import ControlClient, ControlError
from scanwright_simulators.device.faults import CONDITIONS, FaultKind
from scanwright_simulators.device.generated import Kind
from scanwright_simulators.device.model import BUTTONS
from scanwright_simulators.errors import SimulatorError

__all__ = ["device"]

EPILOG: Final = """\
examples:
  scanwright device load invoice.pdf            into the tray, in place of all paper
  scanwright device load photo.jpg --glass
  scanwright device jam                         now if it scans, else at the next page
  scanwright device jam --page 3 --byte 5000    in the middle of page 3
  scanwright device clear                       take the paper out, close the cover
  scanwright device fault slow --rate 20000 --page 2
  scanwright device --device "Front Desk" press scan
  scanwright device journal --follow
  eval "$(scanwright device env)"               this shell's programs see the scanners
  scanwright device panel                       all of this in a browser

Without --device it is the only device. The simulation is the only one that is running,
that of --control, or that of $SCANWRIGHT_CONTROL.
"""

FAULT_OPTIONS: Final[dict[str, tuple[type, str, str]]] = {
    "--page": (int, "N", "page of the job, from 1; 0 is its start"),
    "--byte": (int, "N", "in that page, after so many bytes of its pixels"),
    "--after-s": (float, "S", "so long after the start of the job"),
    "--probability": (float, "P", "throw dice for each page"),
    "--times": (int, "K", "so often at most; jam and double-feed: once"),
    "--clears": (str, "WHO", "by_hand, or by_itself when the next job starts"),
    "--sane-status": (str, "NAME", "what SANE says instead, as NO_MEM"),
    "--http-status": (int, "CODE", "what eSCL says instead"),
    "--rate": (int, "B", "bytes a second that are left, for slow"),
}

Action = Callable[[ControlClient, argparse.Namespace], int]


def device(argv: Sequence[str]) -> int:
    """Load paper, jam it, press buttons: steer virtual scanners that are running."""
    given = _parser().parse_args(argv)
    action: Action = given.action
    try:
        client = ControlClient(
            given.control or registry.find(),
            getattr(given, "device", ""),
        )
        return action(client, given)
    except ControlError as error:
        near = "".join(f"\n  {each}" for each in error.near)
        hint = f"\nPerhaps:{near}" if near else ""
        print(f"scanwright device: {error}{hint}", file=sys.stderr)
    except SimulatorError as error:
        print(f"scanwright device: {error}", file=sys.stderr)
    return 2


# Actions.


def _list(client: ControlClient, given: argparse.Namespace) -> int:
    devices = client.devices()
    print(_json(devices) if given.json else shown.devices(devices))
    return 0


def _state(client: ControlClient, given: argparse.Namespace) -> int:
    return _tell(client.state(), given)


def _load(client: ControlClient, given: argparse.Namespace) -> int:
    for file in given.files:
        if not Path(file).exists():
            raise ControlError(f"there is no {file}")
    plan: dict[str, Any] = {"two_sided": True} if given.two_sided else {}
    is_generated = given.kind is not None or given.sheets is not None
    if bool(given.files) is is_generated:
        raise ControlError("name files, or --kind and --sheets for generated pages")
    if given.glass and (given.append or given.two_sided or given.sheets):
        raise ControlError("one page lies on the glass, with nothing behind it")
    if is_generated:
        plan |= {"kind": given.kind or "identity", "sheets": given.sheets or 1}
    target = "glass" if given.glass else "tray"
    state = client.load(*given.files, append=given.append, target=target, **plan)
    return _tell(state, given)


def _jam(client: ControlClient, given: argparse.Namespace) -> int:
    return _fail(client, given, "jam")


def _double_feed(client: ControlClient, given: argparse.Namespace) -> int:
    return _fail(client, given, "double_feed")


def _fail(client: ControlClient, given: argparse.Namespace, kind: str) -> int:
    """Let a condition of the feeder come: now where it scans, else when it is told."""
    trigger = _trigger(given)
    if not trigger and client.state(count=0)["job"] is not None:
        return _tell(client.strike(kind), given)
    return _add(client, given, kind, {"times": 1, **trigger})


def _fault(client: ControlClient, given: argparse.Namespace) -> int:
    return _add(client, given, given.kind.replace("-", "_"), _trigger(given))


def _add(
    client: ControlClient,
    given: argparse.Namespace,
    kind: str,
    trigger: dict[str, Any],
) -> int:
    rule = client.add_fault(kind, **trigger)
    hint = f"`scanwright device faults --remove {rule['id']}` takes it back."
    print(_json(rule) if given.json else f"Rule {rule['id']}: {rule['text']}. {hint}")
    return 0


def _faults(client: ControlClient, given: argparse.Namespace) -> int:
    if given.remove is not None:
        return _tell(client.remove_faults(given.remove or None), given)
    rules = client.faults()
    print(_json(rules) if given.json else shown.faults(rules))
    return 0


def _clear(client: ControlClient, given: argparse.Namespace) -> int:
    kind = given.kind.replace("-", "_") if given.kind else None
    return _tell(client.clear(kind), given)


def _cover(client: ControlClient, given: argparse.Namespace) -> int:
    is_open = given.position == "open"
    return _tell(client.open_cover() if is_open else client.close_cover(), given)


def _press(client: ControlClient, given: argparse.Namespace) -> int:
    return _tell(client.press(given.button), given)


def _lock(client: ControlClient, given: argparse.Namespace) -> int:
    return _tell(client.lock(given.host), given)


def _simply(name: str) -> Action:
    """Return the action that calls the method of that name, which takes nothing."""

    def action(client: ControlClient, given: argparse.Namespace) -> int:
        return _tell(getattr(client, name)(), given)

    return action


def _reset(client: ControlClient, given: argparse.Namespace) -> int:
    if not given.all:
        return _tell(client.reset(), given)
    devices = client.reset_all()
    print(_json(devices) if given.json else shown.devices(devices))
    return 0


def _journal(client: ControlClient, given: argparse.Namespace) -> int:
    show = _json if given.json else shown.entry
    after = given.after
    while (news := client.journal(after)).entries:
        for each in news.entries:
            print(show(each))
        after = news.last
    if given.follow:
        sys.stdout.flush()
        for each in client.follow(after):
            print(show(each), flush=True)
    return 0


def _env(client: ControlClient, given: argparse.Namespace) -> int:
    variables = client.environment()
    lines = [_export(name, text) for name, text in variables.items()]
    print(_json(variables) if given.json else "\n".join(lines))
    return 0


def _export(name: str, text: str) -> str:
    """Return a line for a shell; libraries that it knows already stay known to it."""
    line = f"export {name}={shlex.quote(text)}"
    is_path = name == "LD_LIBRARY_PATH"
    return f'{line}"${{{name}:+:${name}}}"' if is_path else line


def _panel(client: ControlClient, given: argparse.Namespace) -> int:
    address = f"{client.address.rstrip('/')}/"
    if client.device:
        address += f"#{client.slug()}"
    print(_json({"panel": address}) if given.json else address)
    if not given.no_open and not given.json and sys.stdout.isatty():
        webbrowser.open(address)
    return 0


# Words and arguments.


def _tell(state: dict[str, Any], given: argparse.Namespace) -> int:
    print(_json(state) if given.json else shown.state(state))
    return 0


def _json(value: object) -> str:
    return json.dumps(value)


def _trigger(given: argparse.Namespace) -> dict[str, Any]:
    names = [option.lstrip("-").replace("-", "_") for option in FAULT_OPTIONS]
    told = {name: getattr(given, name) for name in names}
    return {name: value for name, value in told.items() if value is not None}


def _parser() -> argparse.ArgumentParser:
    common = _common()
    parser = argparse.ArgumentParser(
        prog="scanwright device",
        description=device.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        parents=[_common()],  # a copy: defaults are set on what a parent hands down
    )
    parser.set_defaults(control="", json=False)
    commands = parser.add_subparsers(metavar="ACTION", required=True)

    def add(name: str, words: str, action: Action) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=words,
            description=f"{words[0].upper()}{words[1:]}.",
            parents=[common],
            allow_abbrev=False,
        )
        made.set_defaults(action=action)
        return made

    _add_looks(add)
    _add_paper(add)
    _add_faults(add)
    _add_case(add)
    return parser


def _common() -> argparse.ArgumentParser:
    """Return the options that may stand before and after the action."""
    common = argparse.ArgumentParser(
        add_help=False, argument_default=argparse.SUPPRESS, allow_abbrev=False
    )
    common.add_argument("--device", metavar="NAME", help="which scanner is meant")
    common.add_argument("--control", metavar="URL", help="which simulation is meant")
    common.add_argument("--json", action="store_true", help="print JSON")
    return common


Adder = Callable[[str, str, Action], argparse.ArgumentParser]


def _add_looks(add: Adder) -> None:
    add("list", "show all scanners", _list)
    add("state", "show one scanner", _state)
    journal = add("journal", "show what was asked, and what became of it", _journal)
    journal.add_argument("--follow", action="store_true", help="go on until Ctrl-C")
    journal.add_argument(
        "--after",
        type=int,
        default=0,
        metavar="N",
        help="only entries newer than number N",
    )
    env = add("env", "print how programs find the scanners", _env)
    env.epilog = (
        'For POSIX shells: eval "$(scanwright device env)". Others take --json.'
    )
    panel = add("panel", "open the front panel in a browser", _panel)
    panel.add_argument("--no-open", action="store_true", help="print its address only")


def _add_paper(add: Adder) -> None:
    load = add("load", "put files or generated pages into the tray", _load)
    load.add_argument("files", nargs="*", metavar="FILE", help="images, PDF, folders")
    load.add_argument("--append", action="store_true", help="add to what is there")
    load.add_argument("--glass", action="store_true", help="onto the glass instead")
    load.add_argument(
        "--two-sided", action="store_true", help="fill fronts and backs in turn"
    )
    load.add_argument(
        "--kind",
        metavar="KIND",
        help=f"generated pages in place of files: {', '.join(Kind)}",
    )
    load.add_argument("--sheets", type=int, metavar="N", help="how many of those")
    add("eject", "take all paper out of the feeder", _simply("eject"))


def _add_faults(add: Adder) -> None:
    jam = add("jam", "jam the paper: now if it scans, else at the next page", _jam)
    double = add("double-feed", "let two sheets in at once, likewise", _double_feed)
    fault = add("fault", "plan any fault", _fault)
    fault.add_argument("kind", metavar="KIND", help=", ".join(FaultKind))
    for made in (jam, double, fault):
        for option, (kind, metavar, words) in FAULT_OPTIONS.items():
            made.add_argument(option, type=kind, metavar=metavar, help=words)
    faults = add("faults", "show planned faults, or remove some", _faults)
    faults.add_argument(
        "--remove",
        nargs="?",
        type=int,
        const=0,
        metavar="N",
        help="remove rule N, or all",
    )
    clear = add("clear", "clear a condition, or all but being unplugged", _clear)
    kinds = ", ".join(sorted(CONDITIONS))
    clear.add_argument("kind", nargs="?", metavar="KIND", help=f"one of: {kinds}")


def _add_case(add: Adder) -> None:
    cover = add("cover", "open or close the cover", _cover)
    cover.add_argument("position", choices=("open", "close"))
    press = add("press", "press a button", _press)
    press.add_argument("button", metavar="BUTTON", help=", ".join(BUTTONS))
    add("unplug", "pull the plug", _simply("unplug"))
    add("plug", "put the plug back", _simply("plug"))
    lock = add("lock", "let another host hold the scanner", _lock)
    lock.add_argument("host", nargs="?", default="another host", metavar="HOST")
    add("unlock", "let that host go", _simply("unlock"))
    add("sleep", "switch the lamp off until the next job", _simply("sleep"))
    reset = add("reset", "make the scanner as it was at the beginning", _reset)
    reset.add_argument("--all", action="store_true", help="all scanners")
