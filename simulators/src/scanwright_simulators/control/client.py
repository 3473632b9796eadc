"""How Python steers a running simulation: one method for each thing one can do.

Each method that changes something returns the state of its device afterwards, in the
words of openapi.yaml. Nothing but the standard library is needed.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from http.client import HTTPException
from typing import Any, Final

from scanwright_simulators.device.journal import nearest
from scanwright_simulators.errors import SimulatorError

__all__ = ["ControlClient", "ControlError", "Entries"]

ANSWER_S: Final = 30.0
MOST_NAMES: Final = 5
"""As many devices are named to who named none, or none that there is."""

POLL_S: Final = 20.0
"""How long one question for news of the journal stays open."""

State = dict[str, Any]

# No proxy: what is asked is on this machine.
_opener: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(SimulatorError):
    """The simulation said no, or does not answer.

    `status` is that of HTTP, 0 without an answer; `near` is what would have worked.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        near: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.near = tuple(near)


@dataclass(frozen=True, slots=True)
class Entries:
    """Some of the journal; the next question goes on after `last`."""

    entries: list[dict[str, Any]]
    last: int


@dataclass(frozen=True, slots=True)
class ControlClient:
    """A simulation at `address`, and the device that is meant in it.

    `device` is a name or a slug; it may be left out where there is one device only.
    """

    address: str
    device: str = ""
    timeout_s: float = ANSWER_S

    def of(self, device: str) -> ControlClient:
        """Return a client for another device of the simulation."""
        return replace(self, device=device)

    def devices(self) -> list[State]:
        """Return a summary of each device."""
        listed: list[State] = self._ask("GET", "/api/devices")["devices"]
        return listed

    def environment(self) -> dict[str, str]:
        """Return the variables by which programs find the devices of the simulation."""
        found: dict[str, str] = self._ask("GET", "/api")["environment"]
        return found

    def state(self, *, first: int = 1, count: int = 100) -> State:
        """Return all about the device, with `count` sheets from number `first` on."""
        return self._of_device("GET", "", query={"first": first, "count": count})

    # Paper.

    def load(
        self,
        *files: str | os.PathLike[str],
        append: bool = False,
        target: str = "tray",
        **plan: Any,
    ) -> State:
        """Put files into the tray, or onto the glass; without any, generated pages.

        `plan` holds what the API's Pile knows: `two_sided`, `kind`, `sheets`, `size`,
        `wear`. Files are read when they are scanned, so they must stay.
        """
        query = {"append": "true" if append else "false", "target": target}
        if files:
            plan["files"] = [os.path.abspath(file) for file in files]  # noqa: PTH100
        return self._of_device("POST", "/load", plan, query=query)

    def eject(self) -> State:
        """Take all paper out of the feeder."""
        return self._of_device("POST", "/eject", {})

    # Faults.

    def add_fault(self, kind: str, **trigger: Any) -> dict[str, Any]:
        """Add a rule and return it; `page`, `byte`, `times` and more say when."""
        return self._of_device("POST", "/faults", {"kind": kind, **trigger})

    def faults(self) -> list[dict[str, Any]]:
        """Return all rules, with how often each has fired."""
        listed: list[dict[str, Any]] = self._of_device("GET", "/faults")["faults"]
        return listed

    def remove_faults(self, rule: int | None = None) -> State:
        """Remove one rule, or all."""
        path = "/faults" if rule is None else f"/faults/{rule}"
        return self._of_device("DELETE", path)

    def strike(self, kind: str, *, clears: str = "by_hand") -> State:
        """Let a condition come now, also in mid-page."""
        return self._of_device("POST", "/strike", {"kind": kind, "clears": clears})

    def clear(self, kind: str | None = None) -> State:
        """Clear one condition, or all but being unplugged."""
        body = {} if kind is None else {"kind": kind}
        return self._of_device("POST", "/clear", body)

    # The case.

    def press(self, button: str) -> State:
        """Press a button."""
        name = urllib.parse.quote(button, safe="")
        return self._of_device("POST", f"/buttons/{name}/press", {})

    def open_cover(self) -> State:
        """Open the cover."""
        return self._of_device("PUT", "/cover", {"open": True})

    def close_cover(self) -> State:
        """Close the cover."""
        return self._of_device("PUT", "/cover", {"open": False})

    def unplug(self) -> State:
        """Pull the plug."""
        return self._of_device("PUT", "/plugged", {"plugged": False})

    def plug(self) -> State:
        """Put the plug back."""
        return self._of_device("PUT", "/plugged", {"plugged": True})

    def lock(self, host: str = "another host") -> State:
        """Let another host hold the device."""
        return self._of_device("PUT", "/lock", {"host": host})

    def unlock(self) -> State:
        """Let that host go."""
        return self._of_device("DELETE", "/lock")

    def sleep(self) -> State:
        """Switch the lamp off until the next job."""
        return self._of_device("POST", "/sleep", {})

    def reset(self) -> State:
        """Make the device as it was at the beginning."""
        return self._of_device("POST", "/reset", {})

    def reset_all(self) -> list[State]:
        """Make all devices as they were at the beginning."""
        listed: list[State] = self._ask("POST", "/api/reset", {})["devices"]
        return listed

    # The journal.

    def journal(
        self,
        after: int = 0,
        *,
        wait_s: float = 0,
        is_of_all: bool = False,
    ) -> Entries:
        """Return entries newer than number `after`; wait for the first if need be.

        Those of the device when one was named, else of all.
        """
        query: dict[str, Any] = {"after": after, "wait_s": wait_s}
        if self.device and not is_of_all:
            query["device"] = self.slug()
        answer = self._ask("GET", "/api/journal", query=query, wait_s=wait_s)
        return Entries(answer["entries"], answer["last"])

    def follow(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Yield entries as they come, without an end."""
        while True:
            news = self.journal(after, wait_s=POLL_S)
            yield from news.entries
            after = news.last

    def slug(self) -> str:
        """Return the device as addresses spell it.

        Raises:
            ControlError: There is none of this name, or none was named among several.
        """
        known = {str(each["slug"]): str(each["name"]) for each in self.devices()}
        if not self.device and len(known) == 1:
            return next(iter(known))
        for slug, name in known.items():
            if self.device and self.device.casefold() in {slug, name.casefold()}:
                return slug
        names = list(known.values())
        if not self.device:
            few = ", ".join(names[:MOST_NAMES]) + ", ..." * (len(names) > MOST_NAMES)
            message = f"several devices in this simulation; name one of: {few}"
            raise ControlError(message, status=404, near=tuple(known))
        message = f"no device {self.device!r} in this simulation"
        near = nearest(self.device, names) or names[:MOST_NAMES]
        raise ControlError(message, status=404, near=near)

    # Within.

    def _of_device(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        return self._ask(method, f"/api/devices/{self.slug()}{path}", body, query=query)

    def _ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        wait_s: float = 0,
    ) -> dict[str, Any]:
        url = self.address.rstrip("/") + path
        if query:
            url += "?" + urllib.parse.urlencode(query)
        try:
            request = urllib.request.Request(url, method=method)  # noqa: S310  below
            if request.type not in {"http", "https"}:
                raise ControlError(f"{self.address} is no address of a simulation")
            if body is not None:
                request.data = json.dumps(body).encode()
                request.add_header("Content-Type", "application/json")
            with _opener.open(request, timeout=self.timeout_s + wait_s) as answer:
                told: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise _refusal(error) from error
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            message = f"the simulation at {self.address} does not answer: {reason}"
            raise ControlError(message) from error
        return told


def _refusal(error: urllib.error.HTTPError) -> ControlError:
    try:
        told = json.load(error)
        message, near = str(told["error"]), tuple(map(str, told["near"]))
    except (OSError, ValueError, LookupError, TypeError, HTTPException):
        message, near = f"the answer was {error.code} {error.reason}", ()
    return ControlError(message, status=error.code, near=near)
