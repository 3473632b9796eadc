"""The body of a job's creation, in every shape that a client may send."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members, parse_object
from scanwright.protocol.requests import (
    Config,
    JobRequest,
    device_from_string,
    device_to_string,
    parse_job_request,
)
from scanwright.protocol.scanning import DeviceId, DeviceType

NAMES = st.sampled_from(
    [
        "autoRun",
        "requestFocusForScanningUI",
        "scannerFailureTimeout",
        "jobTimeout",
        "device",
        "name",
        "config",
        "caps",
        "settings",
        "checkFeederLoaded",
        "PixelType",
        "Resolution",
        "IfFeederEnabled",
        "XferCount",
        "PageSize",
        "capabilities",
        "capability",
        "curValue",
        "values",
        "exception",
    ],
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)
TWO_TYPES = '{"deviceType": 768, "deviceInfo": {"address": "x"}, "name": ""}'
DEVICES = st.builds(
    DeviceId,
    type=st.sampled_from(list(DeviceType)),
    address=st.text(),
    name=st.text(),
)


def parse(**members: object) -> JobRequest:
    """Parse a body with these members."""
    return parse_job_request(parse_object(json.dumps(members).encode()))


@given(st.dictionaries(NAMES, VALUES))
def test_any_body_is_a_request_or_refused(body: dict[str, object]) -> None:
    """No JSON object leads to anything but a request or InvalidParameter."""
    with contextlib.suppress(InvalidParameter):
        assert isinstance(parse_job_request(Members(body)), JobRequest)


def test_an_empty_body_is_the_published_default() -> None:
    """It runs at once; 15 s for the scanner, no time limit for the job."""
    assert parse() == JobRequest(
        auto_run=True,
        failure_timeout_s=15,
        job_timeout_s=0,
        config=Config(),
    )


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ({"autoRun": 1}, "autoRun"),
        ({"autoRun": None}, "autoRun"),
        ({"scannerFailureTimeout": 0}, "scannerFailureTimeout"),
        ({"scannerFailureTimeout": "15"}, "scannerFailureTimeout"),
        ({"jobTimeout": -1}, "jobTimeout"),
        ({"device": 7}, "device"),
        ({"device": "no device"}, "device"),
        ({"device": '{"deviceType": 256}'}, "device"),
        ({"device": TWO_TYPES}, "device"),
        ({"name": []}, "name"),
        ({"settings": "%%%"}, "settings"),
        ({"checkFeederLoaded": "yes"}, "checkFeederLoaded"),
        ({"config": []}, "config"),
        ({"config": {"PixelType": 12}}, "config.PixelType"),
        ({"config": {"PixelType": "RGB"}}, "config.PixelType"),
        ({"config": {"Resolution": 0}}, "config.Resolution"),
        ({"config": {"Resolution": 1.5}}, "config.Resolution"),
        ({"config": {"XferCount": 0}}, "config.XferCount"),
        ({"config": {"IfFeederEnabled": "true"}}, "config.IfFeederEnabled"),
        ({"config": {"IfShowUI": 0}}, "config.IfShowUI"),
        ({"caps": {"exception": "panic"}}, "caps.exception"),
        ({"caps": {"capabilities": {}}}, "caps.capabilities"),
        ({"caps": {"capabilities": [{}]}}, "caps.capabilities[0].capability"),
        (
            {"caps": {"capabilities": [{"capability": 257}]}},
            "caps.capabilities[0].curValue",
        ),
    ],
)
def test_a_wrong_member_is_named(body: dict[str, object], name: str) -> None:
    """Type and range are checked member by member, and the refusal says which."""
    with pytest.raises(InvalidParameter) as caught:
        parse(**body)
    assert caught.value.message.startswith(name)


def test_a_capability_has_its_own_exception_before_the_overall_one() -> None:
    """`exception` of one capability wins over that of all."""
    wishes = parse(
        caps={
            "exception": "fail",
            "capabilities": [
                {"capability": 257, "curValue": 1, "exception": "ignore"},
                {"capability": 4376, "values": [300]},
            ],
        },
    ).capabilities
    assert [w.is_strict for w in wishes] == [False, True]
    assert wishes[1].value == 300


def test_settings_are_decoded() -> None:
    """`settings` travels as base64; an empty one asks for nothing."""
    assert parse(settings="YWI=").settings == b"ab"
    assert parse(settings="").settings is None


@pytest.mark.parametrize("value", ["A4", {"Left": 0}])
def test_a_value_of_another_kind_is_left_to_the_exception_rule(value: object) -> None:
    """A text or a frame is no mistake of form: it just cannot be set."""
    wish = {"capability": 4386, "curValue": value}
    [parsed] = parse(caps={"capabilities": [wish]}).capabilities
    assert parsed.value is None


@given(DEVICES)
def test_a_device_string_reads_back(device: DeviceId) -> None:
    """What a listing gives out comes back as the same device."""
    assert device_from_string(device_to_string(device)) == device


@given(st.text() | VALUES.map(json.dumps))
def test_no_other_text_is_a_device(text: str) -> None:
    """Whatever a client sends, it is a device or a ValueError."""
    with contextlib.suppress(ValueError):
        assert isinstance(device_from_string(text), DeviceId)


def test_a_device_string_has_the_published_members() -> None:
    """The string holds deviceInfo, deviceType, a flag and a base64 name."""
    value = json.loads(device_to_string(DeviceId(DeviceType.SANE, "test:0", "Näme")))
    assert value["deviceType"] == 0x100
    assert value["name"] == "TsOkbWU="
    assert value["isSystemDefaultPrinter"] is False
