"""`scanwright target`: descriptions are written, checked, and never lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

import scanwright_spec
from scanwright_conformance.target import Description, Port, read_description
from scanwright_conformance.target_command import target

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def read(path: Path) -> Description:
    """Return what the description at `path` says."""
    return read_description(path, frozenset(scanwright_spec.CAPABILITIES))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A description that is not there yet."""
    return tmp_path / "target.toml"


def test_a_new_description_is_right(file: Path) -> None:
    """What init writes can be read, and claims nothing."""
    assert target(["init", str(file)]) == 0
    assert read(file).capabilities == frozenset()
    assert read(file).addresses is not None


def test_an_adapter_is_written_beside_it(file: Path) -> None:
    """The description names the adapter, which tells the addresses."""
    assert target(["init", str(file), "--adapter"]) == 0
    assert read(file).adapter[1] == str(file.with_name("adapter.py"))
    assert read(file).addresses is None
    assert '"protocol": 1' in file.with_name("adapter.py").read_text(encoding="utf-8")


def test_no_file_is_overwritten(
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not even the adapter; unless it is asked for."""
    adapter = file.with_name("adapter.py")
    adapter.write_text("mine", encoding="utf-8")
    assert target(["init", str(file), "--adapter"]) == 3
    assert "adapter.py exists already; give another name" in capsys.readouterr().err
    assert not file.exists()
    assert adapter.read_text(encoding="utf-8") == "mine"
    assert target(["init", str(file), "--adapter", "--force"]) == 0
    assert adapter.read_text(encoding="utf-8") != "mine"


async def test_a_running_service_is_looked_at(serve: Serve, file: Path) -> None:
    """Its address, its scanner, and what it certainly can are filled in."""

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/api/device/scanners":
            return web.json_response([{"name": "One", "type": 256, "device": "{}"}])
        return web.json_response({}, headers={"Access-Control-Allow-Origin": "*"})

    url = await serve(answer)
    arguments = ["init", str(file), "--url", url]
    assert await asyncio.to_thread(target, arguments) == 0
    description = read(file)
    assert description.capabilities == {"open-origins", "scanner"}
    assert description.roles == {"scanner": "One"}
    assert description.addresses is not None
    assert description.addresses.urls == {Port.API: url}


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("127.0.0.1:9", "is no URL; give one like http://"),
        ("http://[::1", "'http://[::1' is no address: "),
        ("http://127.0.0.1:9", "nobody answers at http://127.0.0.1:9"),
    ],
)
def test_a_wrong_url_is_told(
    file: Path,
    capsys: pytest.CaptureFixture[str],
    url: str,
    message: str,
) -> None:
    """Nothing is written for a service that is not there."""
    assert target(["init", str(file), "--url", url]) == 3
    assert message in capsys.readouterr().err
    assert not file.exists()


def test_a_folder_that_is_none_is_told(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A file that cannot be written is a mistake of the caller."""
    assert target(["init", str(tmp_path / "no" / "target.toml")]) == 3
    assert "No such file" in capsys.readouterr().err


def test_a_check_tells_what_a_file_says(
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """For people, and for machines."""
    text = '[target]\nname = "x"\napi = "http://h:1"\n[scanners]\nscanner = "One"\n'
    file.write_text(text, encoding="utf-8")
    assert target(["check", str(file)]) == 0
    assert "nobody: it runs already" in capsys.readouterr().out
    assert target(["check", str(file), "--json"]) == 0
    seen = json.loads(capsys.readouterr().out)
    assert (seen["is_right"], seen["roles"]) == (True, ["scanner: One"])


def test_a_check_tells_where_a_mistake_is(
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With file, line and key; a profile that is none is a mistake, too."""
    file.write_text("[target]\nprofiles = ['wires']\napi = 'http://h:1'\n", "utf-8")
    assert target(["check", str(file)]) == 3
    assert f"{file}:2: target.profiles has 'wires'" in capsys.readouterr().err
    assert target(["check", str(file), "--json"]) == 3
    assert json.loads(capsys.readouterr().out)["is_right"] is False


def test_a_check_of_what_is_no_text_is_told(
    file: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Like any other mistake."""
    file.write_bytes(b"\xff\xfe")
    assert target(["check", str(file)]) == 3
    assert f"{file}: must be in UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["check"], ["unknown"]])
def test_wrong_arguments_end_with_their_own_status(words: list[str]) -> None:
    """Those of a subcommand, too."""
    with pytest.raises(SystemExit) as ended:
        target(words)
    assert ended.value.code == 3


def test_the_schema_can_be_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Editors want it as a file."""
    assert target(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "target.toml"
