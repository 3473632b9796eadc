"""`scanwright target`: writes and reads the descriptions of targets."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.arguments import USAGE_ERROR, ArgumentParser

if TYPE_CHECKING:
    from scanwright_conformance.target import Description
    from scanwright_conformance.target._template import Draft

__all__ = ["target"]

EXAMPLES: Final = """\
examples:
  scanwright target init                      a target.toml with every key explained
  scanwright target init --url http://127.0.0.1:18622
                                              with what can be seen of a running service
  scanwright target init my.toml --adapter    and an adapter.py beside it
  scanwright target check target.toml
  scanwright target schema > target.schema.json

exit status:
  0 done   3 something is wrong; what it is, is on the standard error
"""


class _Refused(Exception):
    """The command cannot do what was asked; the message says what to do next."""


def target(argv: Sequence[str]) -> int:
    """Write or check the description of a service to certify."""
    arguments = _parser().parse_args(argv)
    try:
        done: int = arguments.run(arguments)
    except _Refused as error:
        print(f"scanwright target: {error}", file=sys.stderr)
        return USAGE_ERROR
    return done


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="scanwright target",
        description="Write and check target.toml, the description of a service.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    init = commands.add_parser("init", help="write a description to begin with")
    add = init.add_argument
    file_help = "where to (default: target.toml)"
    add("file", nargs="?", type=Path, default=Path("target.toml"), help=file_help)
    add("--url", help="look at the service that runs there, and fill in what is seen")
    add("--adapter", action="store_true", help="write an adapter.py to fill in, too")
    add("--force", action="store_true", help="overwrite files that are there")
    init.set_defaults(run=_init)
    check = commands.add_parser(
        "check", help="read a description, and say what it says"
    )
    check.add_argument("file", type=Path)
    check.add_argument("--json", action="store_true", help="for machines")
    check.set_defaults(run=_check)
    schema = commands.add_parser("schema", help="print the JSON Schema of target.toml")
    schema.set_defaults(run=_schema)
    return parser


def _init(arguments: argparse.Namespace) -> int:
    import scanwright_spec
    from scanwright_conformance.target._template import (
        adapter_skeleton,
        description_text,
    )

    file: Path = arguments.file
    adapter = file.with_name("adapter.py")
    wanted = [file, adapter] if arguments.adapter else [file]
    if not arguments.force:
        _expect_new(wanted)
    draft = _draft(arguments.url, adapter if arguments.adapter else None)
    text = description_text(file.name, draft, scanwright_spec.CAPABILITIES)
    _write(file, text)
    if arguments.adapter:
        _write(adapter, adapter_skeleton())
    print(f"Next: fill in {' and '.join(map(str, wanted))}; then")
    print(f"  scanwright target check {file}")
    print(f"  scanwright certify --doctor {file}")
    return 0


def _expect_new(files: Sequence[Path]) -> None:
    if there := [str(file) for file in files if file.exists()]:
        problem = f"{' and '.join(there)} exists already"
        raise _Refused(f"{problem}; give another name, or --force to overwrite")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _Refused(f"{file}: {error.strerror}") from error
    print(f"wrote {file}")


def _draft(url: str | None, adapter: Path | None) -> Draft:
    """Return what is known for the file: seen at `url`, or made up as an example."""
    from dataclasses import replace

    from scanwright_conformance.target._schema import tables
    from scanwright_conformance.target._template import Draft

    draft = _seen(url) if url else Draft()
    values = {name: dict(table) for name, table in draft.values.items()}
    its_own = values.setdefault("target", {})
    its_own.setdefault("name", tables()["target"]["name"].example)
    if adapter is not None:
        values["adapter"] = {"command": ["{python}", f"{{here}}/{adapter.name}"]}
        for key in ("api", "api_tls", "manager", "manager_tls"):
            its_own.pop(key, None)  # the adapter tells them at each start
    else:
        its_own.setdefault("api", tables()["target"]["api"].example)
    return replace(draft, values=values)


def _seen(url: str) -> Draft:
    """Return what can be seen of the service at `url`."""
    import asyncio

    from scanwright_conformance.places import PlaceError, check_url, is_url
    from scanwright_conformance.target import Port, probe
    from scanwright_conformance.target._devices import list_devices
    from scanwright_conformance.target._template import draft_of

    if not is_url(url):
        raise _Refused(f"{url!r} is no URL; give one like http://127.0.0.1:18622")
    try:
        check_url(url)
    except PlaceError as error:
        raise _Refused(str(error)) from error

    async def look() -> Draft:
        probed = await probe(url)
        if not await probed.is_reachable():
            raise _Refused(f"nobody answers at {url}; start the service first")
        listed = await list_devices(probed.addresses.url(Port.API))
        return draft_of(probed, tuple(device.name for device in listed))

    return asyncio.run(look())


def _check(arguments: argparse.Namespace) -> int:
    from scanwright_conformance.places import described
    from scanwright_conformance.target import DescriptionError

    try:
        description = described(arguments.file)
    except DescriptionError as error:
        if arguments.json:
            _print_json({"is_right": False, "problem": str(error)})
            return USAGE_ERROR
        raise _Refused(str(error)) from error
    facts = _facts(description)
    if arguments.json:
        _print_json({"is_right": True, **facts})
        return 0
    print(f"{arguments.file} is right.")
    for name, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        print(f"  {name:<14} {shown or '-'}")
    print(f"Next: scanwright certify --doctor {arguments.file}")
    return 0


def _facts(description: Description) -> dict[str, Any]:
    """Return what a description says, and how many clauses can be tried with it."""
    import scanwright_spec

    clauses = scanwright_spec.load().clauses
    applicable = [each for each in clauses if each.needs <= description.capabilities]
    controlled_by = "nobody: it runs already"
    if description.is_managed:
        controlled_by = "an adapter" if description.adapter else "a start command"
    return {
        "name": description.name,
        "version": description.version,
        "profiles": list(description.profiles),
        "controlled by": controlled_by,
        "capabilities": sorted(description.capabilities),
        "roles": [f"{role}: {name}" for role, name in description.roles.items()],
        "clauses": f"{len(applicable)} of {len(clauses)} apply",
    }


def _schema(_: argparse.Namespace) -> int:
    from scanwright_conformance.target._schema import SCHEMA_FILE

    print(SCHEMA_FILE.read_text(encoding="utf-8"), end="")
    return 0


def _print_json(value: dict[str, Any]) -> None:
    import json

    print(json.dumps(value, indent=1, ensure_ascii=False))
