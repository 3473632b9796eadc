"""PDF objects spelled as bytes, and a file that they are written into in any order.

A page's picture goes to the file as soon as it is there; only places remain in memory.
Strings are spelled in hexadecimal: no character of a user's needs an escape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol

__all__ = ["Cipher", "Name", "PdfFile", "Plain", "Ref", "Value", "text_string"]

FREE_ENTRY: Final = b"0000000000 65535 f\r\n"


class Name(str):
    """A PDF name, without its slash; ours have only letters, digits and dots."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference to an object of the file."""

    number: int


Value = int | float | bytes | Name | Ref | Sequence["Value"] | Mapping[str, "Value"]


class Cipher(Protocol):
    """What happens to each string and stream on its way into the file."""

    def encrypt(self, data: bytes) -> bytes:
        """Return what stands in the file for `data`."""
        ...


class Plain:
    """No encryption."""

    def encrypt(self, data: bytes) -> bytes:
        """Return the data."""
        return data


class PdfFile:
    """The objects of a PDF on their way to `out`, which need not seek."""

    def __init__(self, out: BinaryIO, version: str, cipher: Cipher) -> None:
        self._out = out
        self._cipher = cipher
        self._places: dict[int, int] = {}
        self._next = 1
        self._size = 0
        # Four bytes above 127: for programs that guess whether a file is text.
        self._write(b"%PDF-" + version.encode() + b"\n%\xe2\xe3\xcf\xd3\n")

    def reserve(self) -> Ref:
        """Return a number for an object that is written later."""
        self._next += 1
        return Ref(self._next - 1)

    def add(
        self, value: Value, at: Ref | None = None, *, cipher: Cipher | None = None
    ) -> Ref:
        """Write an object; with `cipher` its strings take that, not the file's."""
        ref = self._begin(at)
        self._write(_spelled(value, cipher or self._cipher) + b"\nendobj\n")
        return ref

    def add_stream(
        self, entries: Mapping[str, Value], data: bytes, at: Ref | None = None
    ) -> Ref:
        """Write a stream; its length is added to the entries."""
        data = self._cipher.encrypt(data)
        ref = self._begin(at)
        head = _spelled({**entries, "Length": len(data)}, self._cipher)
        self._write(head + b"\nstream\n")
        self._write(data)
        self._write(b"\nendstream\nendobj\n")
        return ref

    def finish(self, trailer: Mapping[str, Value]) -> None:
        """Write the table of all objects and the trailer."""
        start = self._size
        self._write(f"xref\n0 {self._next}\n".encode() + FREE_ENTRY)
        for number in range(1, self._next):
            self._write(f"{self._places[number]:010} 00000 n\r\n".encode())
        end = _spelled({**trailer, "Size": self._next}, Plain())
        self._write(b"trailer\n" + end + f"\nstartxref\n{start}\n%%EOF\n".encode())

    def _begin(self, at: Ref | None) -> Ref:
        ref = at or self.reserve()
        self._places[ref.number] = self._size
        self._write(f"{ref.number} 0 obj\n".encode())
        return ref

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)


def text_string(text: str) -> bytes:
    """Return a text as PDF has it: ASCII, or UTF-16 with its mark."""
    return text.encode() if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")


def _spelled(value: Value, cipher: Cipher) -> bytes:
    if isinstance(value, bytes):
        return b"<" + cipher.encrypt(value).hex().encode() + b">"
    if isinstance(value, Mapping):
        inside = (f"/{key} ".encode() + _spelled(v, cipher) for key, v in value.items())
        return b"<< " + b" ".join(inside) + b" >>"
    if isinstance(value, float | int | Name | Ref):
        return _scalar(value).encode()
    return b"[" + b" ".join(_spelled(item, cipher) for item in value) + b"]"


def _scalar(value: float | Name | Ref) -> str:
    if isinstance(value, Name):
        return f"/{value}"
    if isinstance(value, Ref):
        return f"{value.number} 0 R"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    return str(value).lower()  # of truth values, true and false
