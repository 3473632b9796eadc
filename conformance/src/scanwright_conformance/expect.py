"""The words that judges are written in: each returns what it checked, or objects.

Every function takes the exchange as its first argument, so that a mismatch knows what
shows it. None of them touches anything but its arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from scanwright_conformance.judgement import Mismatch

if TYPE_CHECKING:
    from scanwright_conformance.images import ImageFacts
    from scanwright_conformance.transcript import Answer, Channel, Exchange

__all__ = [
    "expect",
    "expect_answer",
    "expect_array",
    "expect_equal",
    "expect_error",
    "expect_header",
    "expect_image",
    "expect_json",
    "expect_member",
    "expect_object",
    "expect_status",
    "expect_within",
]

Kind = TypeVar("Kind")

EXCERPT: Final = 160

JSON_NAMES: Final[dict[type, str]] = {
    bool: "a boolean",
    dict: "an object",
    float: "a number",
    int: "an integer",
    list: "an array",
    str: "a string",
    type(None): "null",
}


def expect(
    exchange: Exchange | Channel,
    holds: bool,  # noqa: FBT001 - reads as a sentence: expect(page, dpi == 300, ...)
    expected: str,
    observed: object,
) -> None:
    """Object unless `holds`; `expected` and `observed` are for the reader."""
    if not holds:
        raise Mismatch(expected, _shown(observed), exchange.label)


def expect_equal(
    exchange: Exchange | Channel,
    observed: object,
    expected: object,
    *,
    what: str,
) -> None:
    """Object unless `observed` is `expected`; `what` names the thing compared."""
    if observed != expected or type(observed) is not type(expected):
        raise Mismatch(
            f"{what} {_shown(expected)}",
            f"{what} {_shown(observed)}",
            exchange.label,
        )


def expect_answer(exchange: Exchange) -> Answer:
    """Return the answer, of whatever status; a hang or a refusal is a mismatch."""
    if exchange.answer is None:
        raise Mismatch("an answer", exchange.problem, exchange.label)
    return exchange.answer


def expect_status(exchange: Exchange, *statuses: int) -> Answer:
    """Return the answer when it has one of `statuses`."""
    wanted = " or ".join(str(status) for status in statuses)
    if exchange.answer is None:
        raise Mismatch(wanted, exchange.problem, exchange.label)
    if exchange.answer.status not in statuses:
        raise Mismatch(wanted, describe(exchange.answer), exchange.label)
    return exchange.answer


def expect_error(exchange: Exchange, status: int, code: int) -> dict[str, Any]:
    """Return the error object when it has `status` and `code`."""
    wanted = f"{status} / {code}"
    if exchange.answer is None:
        raise Mismatch(wanted, exchange.problem, exchange.label)
    body = _parsed(exchange.answer)
    if (
        exchange.answer.status != status
        or not isinstance(body, dict)
        or body.get("code") != code
    ):
        raise Mismatch(wanted, describe(exchange.answer), exchange.label)
    return body


def expect_json(exchange: Exchange, status: int = 200) -> Any:
    """Return the parsed body of an answer with `status`."""
    answer = expect_status(exchange, status)
    try:
        return answer.json()
    except ValueError as error:
        raise Mismatch(
            f"{status} with JSON",
            f"{describe(answer)} ({error})",
            exchange.label,
        ) from error


def expect_object(exchange: Exchange, status: int = 200) -> dict[str, Any]:
    """Return the JSON object in an answer with `status`."""
    value = expect_json(exchange, status)
    if not isinstance(value, dict):
        raise Mismatch("a JSON object", _shown(value), exchange.label)
    return value


def expect_array(exchange: Exchange, status: int = 200) -> list[Any]:
    """Return the JSON array in an answer with `status`."""
    value = expect_json(exchange, status)
    if not isinstance(value, list):
        raise Mismatch("a JSON array", _shown(value), exchange.label)
    return value


def expect_member(exchange: Exchange, path: str, kind: type[Kind]) -> Kind:
    """Return the member at the dotted `path` of the JSON body when it is a `kind`.

    A number in the path is an index: `0.imageInfo.Frame`. An integer passes as float;
    a boolean is never a number. The status is not looked at.
    """
    answer = expect_answer(exchange)
    value = _parsed(answer)
    for step in path.split("."):
        value = _step(value, step)
    if not _is_kind(value, kind):
        seen = "nothing" if value is ABSENT else f"{_named(value)} {_shown(value)}"
        raise Mismatch(f"{path} to be {JSON_NAMES[kind]}", seen, exchange.label)
    return value  # type: ignore[no-any-return]  # _is_kind just looked


def expect_header(exchange: Exchange, name: str) -> str:
    """Return the value of the answer's header `name`."""
    answer = expect_answer(exchange)
    value = answer.header(name)
    if value is None:
        names = ", ".join(sorted({key for key, _ in answer.headers})) or "none"
        raise Mismatch(f"a header {name}", f"headers {names}", exchange.label)
    return value


def expect_image(exchange: Exchange, media_type: str | None = None) -> ImageFacts:
    """Return the facts of the picture in a 200 answer, of `media_type` when given."""
    answer = expect_status(exchange, 200)
    image = answer.body.image
    wanted = media_type or "a PNG or JPEG"
    if image is None:
        raise Mismatch(f"the body to be {wanted}", describe(answer), exchange.label)
    if media_type is not None and image.format != media_type:
        raise Mismatch(f"the body to be {wanted}", image.format, exchange.label)
    return image


def expect_within(exchange: Exchange, limit_s: float) -> None:
    """Object when the answer took longer than `limit_s`, stretched by the pace."""
    expect_answer(exchange)
    limit_s *= exchange.pace
    if exchange.seconds > limit_s:
        raise Mismatch(
            f"an answer within {limit_s:g} s",
            f"{exchange.seconds:.2f} s",
            exchange.label,
        )


def describe(answer: Answer) -> str:
    """Return status, code and the beginning of a body, for a human reader."""
    body = _parsed(answer)
    status = str(answer.status)
    if isinstance(body, dict) and isinstance(body.get("code"), int):
        status = f"{status} / {body['code']}"
    if answer.body.size_bytes == 0:
        return f"{status} without a body"
    if body is not ABSENT:
        return f"{status} with {_shown(body)}"
    kind = answer.header("Content-Type") or "no Content-Type"
    return f"{status} with {answer.body.size_bytes} bytes of {kind}"


class _Absent:
    """A member that is not there, which null is not."""


ABSENT: Final = _Absent()


def _parsed(answer: Answer) -> Any:
    try:
        return answer.json()
    except ValueError:
        return ABSENT


def _step(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step, ABSENT)
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return value[int(step)]
    return ABSENT


def _is_kind(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return kind is bool
    if kind is float:
        return isinstance(value, int | float)
    return isinstance(value, kind)


def _named(value: Any) -> str:
    return JSON_NAMES.get(type(value), type(value).__name__)


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
