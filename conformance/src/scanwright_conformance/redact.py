"""Evidence that may be shown: the same conversations without keys and passwords.

A thing is secret by its place (a header, a member, a parameter, an option of a command,
the user in an address, a private key), or because the run knows it, as the licence key.
Its place stays, so that one sees that it was there; hiding twice changes nothing.

What opens a page's session is secret, too, and judges compare it: wherever it stands, a
name of the same length takes its place, the same for the same secret.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, quote_plus

from scanwright_conformance.transcript import (
    Answer,
    Channel,
    Entry,
    Exchange,
    Fact,
    Handshake,
    Headers,
    Request,
    Transcript,
)

if TYPE_CHECKING:
    from scanwright_conformance.judgement import Judgement
    from scanwright_conformance.judging import Attempt

__all__ = [
    "REDACTED",
    "is_secret_name",
    "redact",
    "redact_attempt",
    "redact_description",
    "redact_text",
]

REDACTED: Final = "[redacted]"

SECRET_HEADERS: Final = (
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "dwt-doc-password",
    "dwt-product-key",
    "x-dics-doc-password",
    "x-dics-license-key",
    # one half of a session of the manager; the cookie is the other one
    "x-scanwright-admin",
)
WORDS: Final = (
    r"[\w-]{0,40}?(?:licen[cs]e(?:[-_]?key)?|product[-_]?key|api[-_]?key"
    r"|pass(?:word|wd|phrase)|secret|token|ticket)"
)
"""How the names of members, parameters and options end whose values are secret."""
SECRET_NAME: Final = re.compile(rf"{'|'.join(SECRET_HEADERS)}|{WORDS}", re.IGNORECASE)
OPTION: Final = re.compile(rf"--?{WORDS}", re.IGNORECASE)
OPTIONS: Final = (
    # as a word of a command: all behind `--password=` is its value
    re.compile(rf"(?is)(\A--?{WORDS}(?:=|\s+))(.+)\Z"),
    # in a whole command, as a shell is given it
    re.compile(rf"(?i)(\s--?{WORDS}(?:=|\s+(?!-)))(\"[^\"]+\"|'[^']+'|[^\s\"']+)"),
)
COOKIE: Final = re.compile(r"^([^=;]*=)[^;]*")

# TOML 1.0: a string in three quotes or in one, or a comment, which may have any quote
TOML_TEXT: Final = (
    r'''(?:"""(?:[^"\\]|\\.|"{1,2}(?!"))*"{3,5}'''
    r"""|'''(?:[^']|'{1,2}(?!'))*'{3,5}"""
    r'''|"(?:[^"\\\n]|\\.)*"'''
    r"""|'[^'\n]*')"""
)
TOML_TOKEN: Final = re.compile(rf"(?s)({TOML_TEXT})|#[^\n]*")
TOML_NAME: Final = re.compile(rf"(?i)(?:.*[\W_])?key|{WORDS}")
LONG: Final = 4
"""A secret of fewer characters is hidden in its place alone: it is in other words."""

_HIDDEN: Final = REDACTED.encode()
_WORDS: Final = WORDS.encode()
_HEADERS: Final = b"|".join([*(name.encode() for name in SECRET_HEADERS), _WORDS])
_NAMED: Final = (
    *(b"license", b"licence", b"secret", b"token", b"ticket", b"password", b"passwd"),
    *(b"passphrase", b"apikey", b"api-key", b"api_key"),
    *(b"productkey", b"product-key", b"product_key"),
)
_HEADED: Final = (*(name.lower().encode() for name in SECRET_HEADERS), *_NAMED)
_PEM: Final = (b"private key-----",)
# Telltales, what is found, and what is put there. In all that is found is one of the
# telltales, in small letters; to look for these takes far less time.
PLACES: Final = (
    # `"password": "..."`
    (
        _NAMED,
        re.compile(rb'("(?:' + _WORDS + rb')"\s*:\s*")(?:[^"\\]|\\.)+', re.IGNORECASE),
        rb"\1" + _HIDDEN,
    ),
    # the same where JSON stands in a text of JSON, and as Python would show it
    (
        _NAMED,
        re.compile(
            rb'(\\"(?:' + _WORDS + rb')\\"\s*:\s*\\")(?:[^"\\]|\\\\(?:\\.|[^\\]))+',
            re.IGNORECASE,
        ),
        rb"\1" + _HIDDEN,
    ),
    (
        _NAMED,
        re.compile(rb"('(?:" + _WORDS + rb")'\s*:\s*')(?:[^'\\]|\\.)+", re.IGNORECASE),
        rb"\1" + _HIDDEN,
    ),
    # `Authorization: ...` at the beginning of a line, with the lines that go on with it
    (
        _HEADED,
        re.compile(
            rb"(?m)^("
            + _HEADERS
            + rb"):[ \t]*(?=[^\s])[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*",
            re.IGNORECASE,
        ),
        rb"\1: " + _HIDDEN,
    ),
    # `?license=...`, a form, or a line of a configuration file
    (
        _NAMED,
        re.compile(
            rb"((?:^|(?<=[?&\s]))(?:" + _WORDS + rb")=)[^&\s\"'<>#;]+",
            re.IGNORECASE,
        ),
        rb"\1" + _HIDDEN,
    ),
    (
        (b"://",),
        re.compile(rb"(https?://)[^/\s\"'@?#<>\\]{1,256}@", re.IGNORECASE),
        # no brackets here: they would make it an address of IPv6
        rb"\1redacted@",
    ),
    (
        _PEM,
        re.compile(
            rb"(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?"
            rb"(?:(-----END [A-Z ]*PRIVATE KEY-----)|\Z)",
        ),
        rb"\1" + _HIDDEN + rb"\2",
    ),
    # the end of a key whose beginning was cut off
    (
        _PEM,
        re.compile(rb"\A[A-Za-z0-9+/=\s]+(-----END [A-Z ]*PRIVATE KEY-----)"),
        _HIDDEN + rb"\1",
    ),
)

OPENING: Final = re.compile(
    r'"(?:session|holder|upload|base|path)"\s*:\s*"(?:[^"\\]*/)?'
    r'([A-Za-z0-9_-]{20,})/?"'
)
"""What a page is told, and opens a session, an upload or a file by: 20 or more."""
ALIAS: Final = "hidden-"
LONGEST_OPENING: Final = 1024
"""What is longer is no answer to an upload."""

Hide = Callable[[bytes], bytes]


def redact(transcript: Transcript, secrets: Iterable[str] = ()) -> Transcript:
    """Return `transcript` without what is secret by its place, or is in `secrets`.

    Length and SHA-256 of an answer stay those of what came.
    """
    hide = _hiding(secrets, _aliases(transcript))
    return Transcript(
        entries=tuple(_redact_entry(entry, hide) for entry in transcript.entries),
        stopped=_text(transcript.stopped, hide),
    )


def redact_attempt(attempt: Attempt, secrets: Iterable[str] = ()) -> Attempt:
    """Return `attempt` with all that was said and judged without what is secret."""
    hide = _hiding(secrets, _aliases(attempt.transcript))
    return replace(
        attempt,
        transcript=redact(attempt.transcript, secrets),
        judgement=_redact_judgement(attempt.judgement, hide),
        unsupported=_text(attempt.unsupported, hide),
        error=_text(attempt.error, hide),
        judge_error=_text(attempt.judge_error, hide),
    )


def redact_text(text: str, secrets: Iterable[str] = ()) -> str:
    """Return `text` without what is secret."""
    return _text(text, _hiding(secrets))


def redact_description(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text of a target.toml without its key and what else is secret.

    Its comments and its layout stay.
    """
    try:
        found = set(_in_description(tomllib.loads(text), is_secret=False))
        text = _redact_tokens(text, found - {"", REDACTED})
    except (ValueError, RecursionError):
        # whoever made a mistake in it may have a key in it all the same
        text = _redact_places(text)
    return redact_text(text, secrets)


def is_secret_name(name: str) -> bool:
    """Whether a header, member or parameter of this name holds a secret."""
    return SECRET_NAME.fullmatch(name) is not None


def _aliases(transcript: Transcript) -> Mapping[bytes, bytes]:
    """Return what pages' sessions are opened by, each with what is shown instead."""
    texts = [
        frame.text
        for entry in transcript.entries
        if isinstance(entry, Channel)
        for frame in entry.frames
    ]
    texts += [
        data.decode("utf-8", "replace")
        for each in transcript.exchanges
        if each.answer is not None
        and (data := each.answer.body.data) is not None
        and b'"upload"' in data[:LONGEST_OPENING]
    ]
    found = {word for text in texts for word in OPENING.findall(text)}
    return {
        word.encode(): _alias(word).encode()
        for word in found
        if not word.startswith(ALIAS)
    }


def _alias(word: str) -> str:
    return (ALIAS + sha256(word.encode()).hexdigest() * 2)[: len(word)]


def _hiding(
    secrets: Iterable[str], aliases: Mapping[bytes, bytes] | None = None
) -> Hide:
    """Return what hides in bytes: places, and all spellings of `secrets`.

    What has an alias is known by it afterwards.
    """
    others = aliases or {}
    opening = b"|".join(map(re.escape, sorted(others, key=len, reverse=True)))
    opens = re.compile(opening or rb"(?!)")
    words = {spelt for word in secrets if word for spelt in _spellings(word)}
    longest_first = sorted(words, key=len, reverse=True)
    pattern = b"|".join(re.escape(_bytes(word)) for word in longest_first)
    known = re.compile(pattern or rb"(?!)")

    def hide(data: bytes) -> bytes:
        small = data.lower()
        for telltales, place, hidden in PLACES:
            if any(word in small for word in telltales):
                data = place.sub(hidden, data)
        data = opens.sub(lambda match: others[match[0]], data)
        return known.sub(_HIDDEN, data)

    return hide


def _spellings(word: str) -> Iterable[str]:
    """Yield a word as it stands in text, in JSON, and in an address."""
    yield word
    yield json.dumps(word)[1:-1]
    yield json.dumps(word, ensure_ascii=False)[1:-1]
    yield quote(word, safe="")
    yield quote_plus(word)


def _in_description(value: Any, *, is_secret: bool) -> Iterator[str]:
    """Yield the secrets of a target.toml: all below their names, and in commands."""
    match value:
        case str():
            if is_secret:
                yield value
            for pattern in OPTIONS:
                yield from (match[2] for match in pattern.finditer(value))
        case list():
            before = [None, *value]
            for option, each in zip(before, value, strict=False):
                is_its_value = is_secret or _is_option(option)
                yield from _in_description(each, is_secret=is_its_value)
        case dict():
            for name, each in value.items():
                is_named = TOML_NAME.fullmatch(name) is not None
                yield from _in_description(each, is_secret=is_secret or is_named)


def _redact_tokens(text: str, secrets: Collection[str]) -> str:
    """Hide in TOML: in a string by what it says, for it can be spelt in many ways."""
    hide = _hiding(word for word in secrets if len(word) >= LONG)

    def shown(token: re.Match[str]) -> str:
        if token[1] is None:
            return "#" + _text(_redact_places(token[0][1:]), hide)
        said = str(tomllib.loads(f"x = {token[1]}")["x"])
        hidden = REDACTED if said in secrets else _text(_redact_options(said), hide)
        return token[0] if hidden == said else json.dumps(hidden, ensure_ascii=False)

    return TOML_TOKEN.sub(shown, text)


def _redact_places(text: str) -> str:
    """Hide in what looks like TOML: a comment, or a file that cannot be read."""
    hidden = rf'\1"{REDACTED}"'
    text = re.sub(rf"(?is)(\b(?:key|{WORDS})\"?\s*=\s*){TOML_TEXT}", hidden, text)
    text = re.sub(rf"(?is)([\"']{OPTION.pattern}[\"']\s*,\s*){TOML_TEXT}", hidden, text)
    return re.sub(rf"(?i)([\"']--?{WORDS}=)[^\"'\n]+", rf"\1{REDACTED}", text)


def _redact_options(text: str) -> str:
    """Hide the value of an option that stands in one word, or in one line, with it."""
    for pattern in OPTIONS:
        text = pattern.sub(rf"\1{REDACTED}", text)
    return text


def _redact_entry(entry: Entry, hide: Hide) -> Entry:
    match entry:
        case Fact():
            return replace(entry, value=_redact_value(entry.value, hide))
        case Handshake():
            return replace(entry, problem=_text(entry.problem, hide))
        case Channel():
            return replace(
                entry,
                headers=_redact_headers(entry.headers, hide),
                frames=tuple(
                    replace(frame, text=_text(frame.text, hide))
                    for frame in entry.frames
                ),
                problem=_text(entry.problem, hide),
            )
        case Exchange():
            return replace(
                entry,
                request=_redact_request(entry.request, hide),
                answer=_redact_answer(entry.answer, hide),
                problem=_text(entry.problem, hide),
            )


def _redact_request(request: Request, hide: Hide) -> Request:
    raw = request.raw
    return replace(
        request,
        url=_text(request.url, hide),
        headers=_redact_headers(request.headers, hide),
        body=hide(request.body),
        raw=None if raw is None else hide(raw),
    )


def _redact_answer(answer: Answer | None, hide: Hide) -> Answer | None:
    if answer is None:
        return None
    data = answer.body.data
    body = answer.body if data is None else replace(answer.body, data=hide(data))
    return replace(answer, headers=_redact_headers(answer.headers, hide), body=body)


def _redact_headers(headers: Headers, hide: Hide) -> Headers:
    return tuple((name, _redact_header(name, value, hide)) for name, value in headers)


def _redact_header(name: str, value: str, hide: Hide) -> str:
    if value and name.lower() == "set-cookie":
        # how it may be used is evidence, and no secret
        return COOKIE.sub(rf"\1{REDACTED}", value)
    return REDACTED if value and is_secret_name(name) else _text(value, hide)


def _redact_value(value: Any, hide: Hide) -> Any:
    """Hide in a fact: a command line may have a key in it, and a file may be one."""
    match value:
        case str():
            return _text(_redact_options(value), hide)
        case list():
            before = [None, *value]
            return [
                REDACTED
                if _is_option(option) and isinstance(each, str)
                else _redact_value(each, hide)
                for option, each in zip(before, value, strict=False)
            ]
        case dict():
            return {
                name: REDACTED
                if isinstance(each, str) and each and is_secret_name(str(name))
                else _redact_value(each, hide)
                for name, each in value.items()
            }
    return value


def _is_option(word: Any) -> bool:
    return isinstance(word, str) and OPTION.fullmatch(word) is not None


def _redact_judgement(judgement: Judgement | None, hide: Hide) -> Judgement | None:
    if judgement is None:
        return None
    return replace(
        judgement,
        expected=_text(judgement.expected, hide),
        observed=_text(judgement.observed, hide),
    )


def _text(text: str, hide: Hide) -> str:
    return hide(_bytes(text)).decode("utf-8", "surrogatepass")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
