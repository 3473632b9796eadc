"""Controls: each carries the request that it makes."""

from __future__ import annotations

import json
from html import unescape

from scanwright.http.manager.views.controls import (
    button,
    call,
    field,
    heading,
    note,
    setting,
    submit,
)


def test_a_button_carries_its_request() -> None:
    """Method, path, and the body as JSON that survives being an attribute."""
    request = call("PUT", "/x", origin='https://"a"')
    shown = button("Go", request, id="go")
    assert 'type="button"' in shown
    assert 'data-method="PUT"' in shown
    assert json.loads(request["data_body"]) == {"origin": 'https://"a"'}
    assert request["data_body"] in unescape(shown)


def test_a_setting_without_a_value_is_taken_back() -> None:
    """The body names the key alone."""
    assert json.loads(setting("Server", None)["data_body"]) == {"key": "Server"}
    assert json.loads(setting("Server", "::")["data_body"]) == {
        "key": "Server",
        "value": "::",
    }


def test_a_field_has_its_label() -> None:
    """For those who cannot see where it stands."""
    shown = field("Token", "token", type="password")
    assert '<label for="field-token">Token</label>' in shown
    assert '<input id="field-token" name="token" type="password">' in shown


def test_the_small_parts() -> None:
    """A heading can take the focus, a note has its kind, a form its button."""
    assert heading("log", "Log") == '<h2 id="name-log" tabindex="-1">Log</h2>'
    assert note("x", kind="bad") == '<p class="bad">x</p>'
    assert submit("Save") == '<button type="submit">Save</button>'
