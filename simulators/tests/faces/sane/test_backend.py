"""The backend itself, under the sanitizers, against servers that tell lies."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from scanwright_simulators.device import Input, Mode, Model, Size
from scanwright_simulators.errors import MessageError
from scanwright_simulators.faces.sane import protocol
from scanwright_simulators.faces.sane.build import SOURCES
from scanwright_simulators.faces.sane.options import Options, encode
from scanwright_simulators.faces.sane.protocol import Operation, Request
from scanwright_simulators.faces.sane.status import Status

DRIVER: Final = Path(__file__).with_name("driver.c")
SANITIZERS: Final = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
ROUNDS: Final = 40

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the program that calls everything in the backend."""
    program = tmp_path_factory.mktemp("driver") / "driver"
    common = ("cc", "-std=c11", "-D_GNU_SOURCE", "-g", "-O1", f"-I{SOURCES}")
    files = [*map(str, SOURCES.glob("*.c")), str(DRIVER), "-o", str(program)]
    done = subprocess.run([*common, *SANITIZERS, *files], check=False)
    if done.returncode != 0:  # no sanitizers here: crashes are seen all the same
        subprocess.run([*common, *files], check=True)
    return program


def drive(driver: Path, folder: Path, rounds: int = 1) -> dict[Status, int]:
    """Run the driver; return how often it was told each status."""
    done = subprocess.run(
        [str(driver), "liar", str(rounds)],
        env={**os.environ, "SANE_CONFIG_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    counts = map(int, done.stdout.split())
    return dict(zip(list(Status)[1:], counts, strict=False))


def test_the_truth_is_understood(driver: Path, tmp_path: Path) -> None:
    """An honest server is never taken for a broken one."""
    with serving(tmp_path, seed=None):
        counts = drive(driver, tmp_path)
    assert counts[Status.IO_ERROR] == 0
    assert counts[Status.EOF] == 2
    assert counts[Status.CANCELLED] == 2


@pytest.mark.parametrize("seed", range(4))
def test_lies_do_no_harm(driver: Path, tmp_path: Path, seed: int) -> None:
    """Whatever comes instead of an answer is an error, and never a crash."""
    with serving(tmp_path, seed=seed):
        counts = drive(driver, tmp_path, ROUNDS)
    assert counts[Status.IO_ERROR] > 0


def test_without_a_server_there_are_no_devices(driver: Path, tmp_path: Path) -> None:
    """Configured and not running: an I/O error. Not configured: nothing to open."""
    (tmp_path / "scanwright.conf").write_text(f"socket {tmp_path}/nobody\n", "utf-8")
    assert drive(driver, tmp_path)[Status.IO_ERROR] == 2
    (tmp_path / "scanwright.conf").unlink()
    assert drive(driver, tmp_path)[Status.INVAL] == 1


def test_silence_is_an_error(driver: Path, tmp_path: Path) -> None:
    """A server that accepts and says nothing costs the patience, and no more."""
    with listening(tmp_path):
        assert drive(driver, tmp_path)[Status.IO_ERROR] == 2


Lie = Callable[[random.Random, bytes], bytes]
PAGE: Final = os.urandom(5000)
MODEL: Final = Model(
    name="Liar",
    make_and_model="Liar",
    bed=Size.of_mm(100, 100),
    inputs=tuple(Input),
    resolutions_dpi=(75, 300),
    modes=tuple(Mode),
    depths=(8, 16),
)


def _cut(dice: random.Random, frame: bytes) -> bytes:
    return frame[: dice.randrange(len(frame))]


def _flip(dice: random.Random, frame: bytes) -> bytes:
    changed = bytearray(frame)
    for _ in range(dice.randint(1, 6)):
        changed[dice.randrange(4, len(changed))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
    return bytes(changed)


def _lengthen(dice: random.Random, frame: bytes) -> bytes:
    return frame + dice.randbytes(dice.choice((1, 100, 70_000)))


def _make_up(dice: random.Random, frame: bytes) -> bytes:
    return frame[:4] + dice.randbytes(dice.randrange(1, 3000))


def _good_nonsense(dice: random.Random, frame: bytes) -> bytes:
    return frame[:4] + bytes(4) + dice.randbytes(dice.randrange(1, 3000))


LIES: Final[tuple[Lie, ...]] = (
    *(_cut, _flip, _flip, _flip, _lengthen, _make_up, _good_nonsense),
)


@contextmanager
def listening(folder: Path) -> Iterator[socket.socket]:
    """Listen where the backend connects."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(folder / "liar.sock"))
        listener.listen()
        configuration = f"# a comment\nsocket {folder}/liar.sock\npatience_ms 50\n"
        (folder / "scanwright.conf").write_text(configuration, "utf-8")
        yield listener


@contextmanager
def serving(folder: Path, *, seed: int | None) -> Iterator[None]:
    """Serve one client after the other; without a seed every word is true."""
    with listening(folder) as listener:
        thread = threading.Thread(target=_serve, args=(listener, seed), daemon=True)
        thread.start()
        try:
            yield
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, seed: int | None) -> None:
    dice = random.Random(seed)  # noqa: S311  no secret
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, suppress(OSError, MessageError):
                _converse(connection, dice, is_honest=seed is None)


def _converse(
    connection: socket.socket,
    dice: random.Random,
    *,
    is_honest: bool,
) -> None:
    options = Options(MODEL)
    while frame := connection.recv(protocol.MAX_REQUEST):
        request = protocol.parse(frame)
        if request.operation is Operation.CLOSE:
            return
        if request.operation is Operation.CANCEL:
            continue
        answer = _answer(request, options)
        lies = not is_honest and dice.random() < 0.15
        said = dice.choice(LIES)(dice, answer) if lies else answer
        if request.operation in {Operation.START, Operation.WAIT}:
            connection.send(protocol.reply(request.sequence, Status.PENDING))
        with _files(request, dice, is_honest=not lies) as files:
            socket.send_fds(connection, [said], files)


@contextmanager
def _files(
    request: Request,
    dice: random.Random,
    *,
    is_honest: bool,
) -> Iterator[list[int]]:
    """Open the files that go with an answer; a liar sends short ones, and too many."""
    is_page = request.operation is Operation.START
    count = int(is_page) if is_honest else dice.choice((0, 1, 2, 40))
    files = [os.memfd_create("page") for _ in range(count)]
    try:
        for file in files:
            os.write(file, PAGE if is_honest else PAGE[: dice.randrange(5000)])
        yield files
    finally:
        for file in files:
            os.close(file)


def _answer(request: Request, options: Options) -> bytes:
    sequence = request.sequence
    shape = options.parameters()
    frame = protocol.reply(sequence, Status.EOF)
    match request.operation:
        case Operation.LIST:
            frame, _ = protocol.reply_devices(sequence, [("a", "b", "c", "d")] * 3)
        case Operation.OPEN:
            caps = [cap & ~32 for cap in options.caps]  # all of them are active
            frame = protocol.reply_options(sequence, options.descriptors, caps)
        case Operation.GET:
            frame = protocol.reply_value(sequence, _value(request, options))
        case Operation.SET:
            value = _value(request, options)
            frame = protocol.reply_set(sequence, 7, value, options.caps)
        case Operation.PARAMETERS:
            frame = protocol.reply_parameters(sequence, shape)
        case Operation.START:
            frame = protocol.reply_page(sequence, shape, 2500, [len(PAGE)])
        case Operation.WAIT if request.number < len(PAGE):
            frame = protocol.reply_granted(sequence, len(PAGE))
    return frame


def _value(request: Request, options: Options) -> bytes:
    text = options.descriptors[request.number].type is protocol.Type.STRING
    return b"x" if text else encode(1)
