"""Secrets leave no trace in evidence."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_conformance.canned import answered, asked, resulted, talk
from scanwright_conformance.checks import load_checks
from scanwright_conformance.codec import encode
from scanwright_conformance.judgement import Judgement
from scanwright_conformance.judging import Attempt
from scanwright_conformance.proof.golden import golden_clauses, is_met, read_golden
from scanwright_conformance.redact import (
    REDACTED,
    WORDS,
    is_secret_name,
    redact,
    redact_attempt,
    redact_description,
    redact_text,
)
from scanwright_conformance.transcript import (
    Answer,
    Channel,
    Exchange,
    Fact,
    Handshake,
    Request,
    Transcript,
)

KEY = "t0123-secret"


def answer_of(exchange: Exchange, *secrets: str) -> Answer:
    """Return the answer as it stands in evidence."""
    answer = redact(Transcript((exchange,)), secrets)[exchange.label].answer
    assert answer is not None
    return answer


def fact_of(value: object, *secrets: str) -> object:
    """Return what a fact is in evidence."""
    return redact(Transcript((Fact("x", value),)), secrets).fact("x")


def shown(request: Request, *secrets: str) -> Request:
    """Return `request` as it stands in evidence."""
    transcript = redact(Transcript((Exchange("x", request, None, "gone"),)), secrets)
    return transcript["x"].request


@pytest.mark.parametrize(
    "name",
    ["DWT-PRODUCT-KEY", "X-DICS-LICENSE-KEY", "dwt-doc-password", "Authorization"],
)
def test_headers_of_secrets_are_hidden(name: str) -> None:
    """A header that carries a secret keeps its name and loses its value."""
    request = shown(Request("GET", "/", ((name, KEY), ("Accept", "*/*"))))
    assert request.headers == ((name, REDACTED), ("Accept", "*/*"))


def test_an_empty_header_stays_empty() -> None:
    """Whether a key was sent at all is evidence."""
    request = shown(Request("GET", "/", (("DWT-PRODUCT-KEY", ""),)))
    assert request.headers == (("DWT-PRODUCT-KEY", ""),)


def test_members_of_secrets_are_hidden() -> None:
    """The licence of generation 1 stands in the body."""
    body = b'{"license": "t01\\"23", "config": {}}'
    request = shown(Request("POST", "/", body=body))
    assert request.body == b'{"license": "[redacted]", "config": {}}'


def test_raw_requests_are_hidden_too() -> None:
    """Exact bytes are searched for the same headers."""
    raw = b"GET / HTTP/1.1\r\nDWT-Product-Key: abc\r\nHost: x\r\n\r\n"
    request = shown(Request("GET", "/", raw=raw))
    expected = b"GET / HTTP/1.1\r\nDWT-Product-Key: [redacted]\r\nHost: x\r\n\r\n"
    assert request.raw == expected


def test_a_known_secret_is_hidden_everywhere() -> None:
    """A key that the target echoes is hidden in its answer and in its address."""
    sent = Exchange("sent", Request("GET", f"/?key={KEY}", body=KEY.encode()), None)
    echoed = answered("echoed", headers={"X-Echo": KEY}, json={"echo": KEY})
    transcript = redact(Transcript((sent, echoed)), [KEY, ""])
    assert KEY not in str(transcript)
    assert KEY not in str(encode(transcript))


def test_a_known_secret_is_hidden_in_facts() -> None:
    """A process may have the key among its arguments, however deep that lies."""
    value = [{"pid": 7, "command": ["served", "--licence-key", KEY], "is_main": True}]
    (fact,) = redact(Transcript((Fact("processes", value),)), [KEY]).entries
    assert isinstance(fact, Fact)
    assert fact.value[0]["command"] == ["served", "--licence-key", REDACTED]
    assert (fact.value[0]["pid"], fact.value[0]["is_main"]) == (7, True)


def test_other_facts_stay() -> None:
    """Without a secret there is nothing to hide."""
    fact = Fact("stop", "stopped")
    assert redact(Transcript((fact,)), [KEY]).entries == (fact,)


@pytest.mark.parametrize(
    "body",
    [
        {"password": KEY},
        {"adminToken": KEY},
        {"dwt-product-key": KEY},
        {"inner": [{"license_key": KEY}]},
        {"text": json.dumps({"password": f'"{KEY}" \\', "x": 1})},
    ],
)
def test_members_of_secrets_are_hidden_in_answers(body: object) -> None:
    """A target may echo or give what is secret; the rest of its JSON stays."""
    data = answer_of(answered("x", json=body)).body.data
    assert data is not None
    assert KEY not in data.decode()
    assert REDACTED in str(json.loads(data))


def test_values_that_are_no_text_stay() -> None:
    """Whether there is a password at all is evidence."""
    body = {"password": None, "license": "", "token": {"type": "string"}, "secret": 5}
    answer = answer_of(answered("x", json=body))
    assert answer.json() == body


def test_cookies_keep_their_names_and_rules() -> None:
    """How a cookie may be used is evidence, what it says is not."""
    headers = {"Set-Cookie": f"session={KEY}; HttpOnly; SameSite=Strict"}
    answer = answer_of(answered("x", headers=headers))
    assert answer.headers == (
        ("Set-Cookie", f"session={REDACTED}; HttpOnly; SameSite=Strict"),
    )


def test_headers_are_hidden_where_the_body_was_dropped() -> None:
    """A large answer has lost its bytes, and not its headers."""
    large = answered("x", headers={"X-Auth-Token": KEY}, body=b"x")
    assert large.answer is not None
    bare = replace(large.answer, body=large.answer.body.without_bytes())
    assert answer_of(replace(large, answer=bare)).headers == (
        ("X-Auth-Token", REDACTED),
    )


def test_private_keys_are_hidden_whole_and_in_parts() -> None:
    """The borders show that the key of the local CA was there."""
    begin, end = "-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----"
    inner = "MHcCAQEE\nIBq0Zm9v+/=\n"
    for text in (
        f"a {begin}\n{inner}{end} b",
        f"a {begin}\n{inner}",
        f"{inner}{end} b",
    ):
        assert "MHcCAQEE" not in str(fact_of(text))
        assert "IBq0Zm9v" not in str(answer_of(answered("x", body=text.encode())).body)
    both = redact_text(f"a {begin}\n{inner}{end} b")
    assert both == f"a {begin}{REDACTED}{end} b"
    escaped = json.dumps({"key": f"{begin}\n{inner}{end}"})
    assert "MHcCAQEE" not in redact_text(escaped)


def test_the_user_in_an_address_is_hidden() -> None:
    """The address stays one."""
    request = shown(Request("GET", f"http://anna:{KEY}@127.0.0.1:1/x"))
    assert request.url == "http://redacted@127.0.0.1:1/x"
    assert redact_text("mail to anna@example.test") == "mail to anna@example.test"


def test_parameters_and_forms_are_hidden() -> None:
    """As generation 1 has them, and as configuration files do."""
    request = Request(
        "POST", f"http://h:1/?a=1&license={KEY}&b=2", body=b"password=x&c=3"
    )
    hidden = shown(request)
    assert hidden.url == f"http://h:1/?a=1&license={REDACTED}&b=2"
    assert hidden.body == b"password=[redacted]&c=3"
    assert redact_text(f"[DS]\nLicenseKey={KEY}\n") == f"[DS]\nLicenseKey={REDACTED}\n"


def test_folded_headers_are_hidden_to_their_end() -> None:
    """An old way to write a long one."""
    raw = b"GET / HTTP/1.1\r\nAuthorization: Bearer\r\n abc\r\nHost: x\r\n\r\n"
    hidden = shown(Request("GET", "/", raw=raw)).raw
    assert hidden == b"GET / HTTP/1.1\r\nAuthorization: [redacted]\r\nHost: x\r\n\r\n"


def test_facts_are_searched_like_everything_else() -> None:
    """What was sent and reset, command lines, and members by their names."""
    assert KEY not in str(fact_of({"sent": f"GET /\r\nCookie: a={KEY}\r\n"}))
    assert fact_of(["served", "--admin-token", KEY, "--port", "0"]) == [
        "served",
        "--admin-token",
        REDACTED,
        "--port",
        "0",
    ]
    assert fact_of(["serve", "--password=a;b"]) == ["serve", f"--password={REDACTED}"]
    assert fact_of({"token": KEY, "left": ["token", None, 3]}) == {
        "token": REDACTED,
        "left": ["token", None, 3],
    }


def test_a_known_secret_is_hidden_in_every_spelling() -> None:
    """In JSON with and without escapes, and in an address."""
    key = 'k"ey ä/'
    body = json.dumps([key]) + json.dumps([key], ensure_ascii=False)
    request = shown(
        Request("GET", "http://h:1/k%22ey%20%C3%A4%2F", body=body.encode()), key
    )
    assert request.url == f"http://h:1/{REDACTED}"
    assert request.body.decode() == f'["{REDACTED}"]' * 2


def test_problems_and_reasons_are_searched() -> None:
    """They quote what went wrong."""
    exchange = Exchange("x", Request("GET", "/"), None, f"no answer from {KEY}")
    handshake = Handshake("y", "h:1", "h", None, None, f"refused {KEY}")
    transcript = Transcript((exchange, handshake), stopped=f"{KEY} made no job")
    attempt = Attempt(
        transcript,
        0.1,
        judgement=Judgement(is_met=False, expected="none", observed=KEY),
        unsupported=KEY,
        error=KEY,
        judge_error=KEY,
    )
    assert KEY not in str(redact_attempt(attempt, [KEY]))
    bare = Attempt(transcript, 0.1)
    assert redact_attempt(bare, [KEY]).judgement is None


def test_a_description_keeps_its_form() -> None:
    """Key, passwords in commands and users in addresses go."""
    text = f"""\
[licence]
key = "{KEY}\\"" # ours
[start]
command = ["serve", "--db-password", '{KEY}', "--port", "0"]
[target]
api = "http://anna:{KEY}@127.0.0.1:1"
"""
    assert (
        redact_description(text)
        == f"""\
[licence]
key = "{REDACTED}" # ours
[start]
command = ["serve", "--db-password", "{REDACTED}", "--port", "0"]
[target]
api = "http://redacted@127.0.0.1:1"
"""
    )


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ('key = """{}"""', f'key = "{REDACTED}"'),
        ("password = '''\n{}''' # x", f'password = "{REDACTED}" # x'),
        ('token = """a"b""{}"""""', f'token = "{REDACTED}"'),
        ('secret = [ "{}", "" ]', f'secret = [ "{REDACTED}", "" ]'),
        ('[secret]\na.b = "{}"', f'[secret]\na.b = "{REDACTED}"'),
        ('x = ["--password={}", "0"]', f'x = ["--password={REDACTED}", "0"]'),
        ("x = ['-apiKey={} #;']", f'x = ["-apiKey={REDACTED}"]'),
        (
            'x = ["sh", "-c", "serve --db-password {} -v"]',
            f'x = ["sh", "-c", "serve --db-password {REDACTED} -v"]',
        ),
        ("x = 1 # key = '{}'", f'x = 1 # key = "{REDACTED}"'),
        # no TOML, and yet with a secret
        ('x = [\nkey = """\n{}"""', f'x = [\nkey = "{REDACTED}"'),
        ('x = ["--password={}"', f'x = ["--password={REDACTED}"'),
        ("x = ['--token',\n '{}'", f"x = ['--token',\n \"{REDACTED}\""),
    ],
)
def test_secrets_of_a_description_are_hidden_however_they_are_spelt(
    text: str,
    hidden: str,
) -> None:
    """TOML has four kinds of strings, and a command its options in one word or two."""
    once = redact_description(text.format(KEY))
    assert once == hidden
    assert redact_description(once) == once


def test_a_secret_of_a_description_is_hidden_wherever_it_stands() -> None:
    """With escapes and in comments; one that may be in any word in its place alone."""
    escaped = KEY.replace("t", "\\u0074")
    text = f'x = ["-v", "{escaped}"] # -v {KEY}\n[licence]\nkey = "{KEY}"\n'
    hidden = f'x = ["-v", "{REDACTED}"] # -v {REDACTED}\n'
    assert redact_description(text).startswith(hidden)
    assert redact_description('key = "v"\nvia = 1') == f'key = "{REDACTED}"\nvia = 1'


@pytest.mark.slow
@given(st.text(st.sampled_from("\"'\\#\n ak=[]")))
def test_whatever_a_description_is_like_it_can_be_searched(text: str) -> None:
    """And what was TOML is TOML still."""
    hidden = redact_description(text)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    tomllib.loads(hidden)


@pytest.mark.parametrize("name", ["Cookie", "x-csrf-token", "LicenceKey", "PASSWORD"])
def test_secret_names_are_known(name: str) -> None:
    """Whoever asks for a secret asks by its name."""
    assert is_secret_name(name)
    assert not is_secret_name(f"{name}-count")


@pytest.mark.slow
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()))
def test_hiding_twice_changes_nothing(body: bytes) -> None:
    """A bundle is searched once more before it is written."""
    once = redact(Transcript((answered("x", body=b"password=" + body),)), ["key"])
    assert redact(once, ["key"]) == once


@given(
    st.from_regex(WORDS, fullmatch=True, alphabet=st.characters(codec="ascii")),
    st.sampled_from([str.lower, str.upper]),
    st.sampled_from(
        ['{"%s": "!"}', '{\\"%s\\": \\"!\\"}', "{'%s': '!'}", "%s: !", "?%s=!"]
    ),
)
def test_the_value_of_every_secret_name_is_hidden(
    name: str, spelt: Callable[[str], str], place: str
) -> None:
    """In all places, in small letters and in large ones."""
    assert "!" not in redact_text(place % spelt(name))


def test_half_a_surrogate_pair_is_no_trouble() -> None:
    """A target may say one."""
    assert fact_of(f"\ud800 {KEY}", KEY) == f"\ud800 {REDACTED}"


@pytest.mark.slow
def test_no_verdict_depends_on_what_is_hidden() -> None:
    """Conversations of which the verdict is known are judged the same without it."""
    checks = load_checks()
    differing = [
        clause
        for clause in golden_clauses()
        if clause in checks
        for transcript, wanted in read_golden(clause).verdicts
        if is_met(checks[clause].check, redact(transcript, [KEY])) is not wanted
    ]
    assert differing == []


SESSION = "Aa-_0123456789bcdefghijk"
HOLDER = "H" * 32
BASE = "b" * 24
UPLOAD = "u" * 20


def opened_and_used() -> Transcript:
    """Return what a page's session is opened by, and used with a password."""
    base = f"/page/{BASE}/"
    return Transcript(
        (
            talk(
                "page",
                asked("open", "session.open", resume={"session": SESSION}),
                resulted("open", session=SESSION, holder=HOLDER, base=base),
                asked("kept", "storage.create", password=KEY),
                resulted("saved", path=f"files/{UPLOAD[::-1]}", name="scan.png"),
            ),
            replace(
                answered("up", 201, json={"upload": UPLOAD, "bytes": 3}),
                request=Request("POST", f"http://h:1{base}uploads"),
            ),
            talk("other", asked("load", "file.load", upload=UPLOAD)),
        )
    )


def test_a_session_is_known_by_an_alias_everywhere() -> None:
    """In frames, addresses and bodies; of the same length, and the same each time."""
    hidden = str(redact(opened_and_used()))
    for secret in (SESSION, HOLDER, BASE, UPLOAD, KEY):
        assert secret not in hidden
    page, exchange, other = redact(opened_and_used()).entries
    assert isinstance(page, Channel)
    assert isinstance(other, Channel)
    said, result = (json.loads(each.text) for each in page.frames[:2])
    assert said["params"]["resume"]["session"] == result["result"]["session"]
    assert len(result["result"]["session"]) == len(SESSION)
    assert result["result"]["session"] != result["result"]["holder"]
    assert isinstance(exchange, Exchange)
    assert result["result"]["base"] in exchange.request.url
    loaded = json.loads(other.frames[0].text)["params"]["upload"]
    assert exchange.json_or_none()["upload"] == loaded


def test_a_session_that_is_hidden_stays_as_it_is() -> None:
    """Hiding twice changes nothing."""
    once = redact(opened_and_used())
    assert redact(once) == once


def test_short_words_are_no_sessions() -> None:
    """A path of an image, or a number, is evidence."""
    transcript = Transcript(
        (talk("page", resulted("state", path="images/0a0a0a0a0a0a/1", session="one")),)
    )
    assert redact(transcript) == transcript
