"""The creation of a job, as a client spells it in generation 1 and 2.

Implements: JOBS-create, JOBS-autorun, JOBS-caps-exception, GEN1-create.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Final

from scanwright.errors import InvalidParameter
from scanwright.protocol.members import Members
from scanwright.protocol.scanning import DeviceId, DeviceType

__all__ = [
    "CapabilityWish",
    "Config",
    "JobRequest",
    "device_from_string",
    "device_to_string",
    "parse_config",
    "parse_job_request",
]

MAX_FAILURE_TIMEOUT_S: Final = 3600
MAX_JOB_TIMEOUT_S: Final = 30 * 24 * 3600
DEFAULT_FAILURE_TIMEOUT_S: Final = 15

PIXEL_TYPES: Final = frozenset({*range(12), 16})


@dataclass(frozen=True, slots=True)
class Config:
    """DeviceConfiguration: None where the client said nothing.

    Members that steer a driver's dialog are accepted and have no effect: the service
    never shows one.
    """

    pixel_type: int | None = None
    resolution_dpi: int | None = None
    use_feeder: bool | None = None
    use_duplex: bool | None = None
    page_size: int | None = None
    count: int | None = None
    source_index: int | None = None


@dataclass(frozen=True, slots=True)
class CapabilityWish:
    """One capability to set; `is_strict` makes a failure fail the whole request.

    `value` is a number, or a boolean as 0 or 1; None stands for texts, frames and other
    values, which no capability of ours has.
    """

    number: int
    value: float | None
    is_strict: bool
    path: str


@dataclass(frozen=True, slots=True)
class JobRequest:
    """Everything that a client asks for when it creates a job."""

    device: DeviceId | None = None
    name: str | None = None
    auto_run: bool = True
    failure_timeout_s: int = DEFAULT_FAILURE_TIMEOUT_S
    job_timeout_s: int = 0
    config: Config = field(default_factory=Config)
    capabilities: tuple[CapabilityWish, ...] = ()
    settings: bytes | None = None
    check_feeder: bool = False


def parse_job_request(members: Members) -> JobRequest:
    """Read the body of a job's creation.

    Raises:
        InvalidParameter: A member is mistyped or out of range; it is named.
    """
    members.boolean("requestFocusForScanningUI", default=True)
    return JobRequest(
        device=_device(members),
        name=members.text("name") or None,
        auto_run=members.boolean("autoRun", default=True),
        failure_timeout_s=members.integer(
            "scannerFailureTimeout",
            minimum=1,
            maximum=MAX_FAILURE_TIMEOUT_S,
            default=DEFAULT_FAILURE_TIMEOUT_S,
        ),
        job_timeout_s=members.integer(
            "jobTimeout",
            minimum=0,
            maximum=MAX_JOB_TIMEOUT_S,
            default=0,
        ),
        config=parse_config(members.nested("config")),
        capabilities=_capabilities(members.nested("caps")),
        settings=_settings(members),
        check_feeder=members.boolean("checkFeederLoaded", default=False),
    )


def parse_config(members: Members) -> Config:
    """Read DeviceConfiguration, also as generation 1 sends it."""
    for ignored in (
        "IfShowUI",
        "IfDisableSourceAfterAcquire",
        "IfGetImageInfo",
        "IfGetExtImageInfo",
        "IfCloseSourceAfterAcquire",
    ):
        members.optional_boolean(ignored)
    members.integer("extendedImageInfoQueryLevel", minimum=0, maximum=2)
    pixel_type = members.integer("PixelType", minimum=0, maximum=16)
    if pixel_type is not None and pixel_type not in PIXEL_TYPES:
        members.refuse("PixelType", "is no published pixel type")
    count = members.integer("XferCount", minimum=-1, maximum=32767)
    if count == 0:
        members.refuse("XferCount", "must be -1 for all pages, or at least 1")
    return Config(
        pixel_type=pixel_type,
        resolution_dpi=members.integer("Resolution", minimum=1, maximum=65535),
        use_feeder=members.optional_boolean("IfFeederEnabled"),
        use_duplex=members.optional_boolean("IfDuplexEnabled"),
        page_size=members.integer("PageSize", minimum=0, maximum=65535),
        count=count,
        source_index=members.integer("SelectSourceByIndex", minimum=0, maximum=65535),
    )


def device_to_string(device: DeviceId) -> str:
    """Spell a device as a listing gives it out. Implements: DEV-device-string."""
    return json.dumps(
        {
            "deviceInfo": {"address": device.address},
            "deviceType": int(device.type),
            "isSystemDefaultPrinter": False,
            "name": base64.b64encode(device.name.encode()).decode("ascii"),
        },
        separators=(",", ":"),
    )


def device_from_string(text: str) -> DeviceId:
    """Read such a string back.

    Raises:
        ValueError: It is none.
    """
    try:
        value = json.loads(text)
        device = DeviceId(
            type=DeviceType(value["deviceType"]),
            address=value["deviceInfo"]["address"],
            name=base64.b64decode(value["name"], validate=True).decode(),
        )
    except (KeyError, TypeError, RecursionError, binascii.Error) as error:
        raise ValueError("not a device string of this service") from error
    if not isinstance(device.address, str) or device.type.bit_count() != 1:
        raise ValueError("not a device string of this service")
    return device


def _device(members: Members) -> DeviceId | None:
    text = members.text("device")
    if text is None or not text:
        return None
    try:
        return device_from_string(text)
    except ValueError:
        members.refuse("device", "must be a device string of GET /device/scanners")


def _capabilities(members: Members) -> tuple[CapabilityWish, ...]:
    overall = members.choice("exception", ("ignore", "fail")) or "ignore"
    wishes = []
    for item in members.nested_list("capabilities"):
        number = item.integer("capability", minimum=1, maximum=65535)
        if number is None:
            item.refuse("capability", "is missing")
        value, values = item.value("curValue"), item.values("values")
        exception = item.choice("exception", ("ignore", "fail")) or overall
        if value is None and values:
            value = values[0]
        if value is None:
            item.refuse("curValue", "is missing")
        wishes.append(
            CapabilityWish(
                number=number,
                value=value if isinstance(value, int | float) else None,
                is_strict=exception == "fail",
                path=item.path("curValue"),
            ),
        )
    return tuple(wishes)


def _settings(members: Members) -> bytes | None:
    text = members.text("settings")
    if text is None or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidParameter("settings must be base64 text.") from error
