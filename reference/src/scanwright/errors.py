"""Everything that can go wrong, sorted by whose fault it is.

ScanwrightError
├── ClientError            the request is wrong: answered with an HTTP status
│   ├── InvalidParameter     400 / -2113   names the member
│   ├── AdminTokenRequired   401 / -2911   the manager's caller has not shown its token
│   ├── LicenceRefused       403 / -2800
│   ├── AccessNotGranted     403 / -2911   the user has not allowed this origin
│   ├── AdminRefused         403 / -2909   not from this machine, or changes are off
│   ├── HostRefused          403 / -2909   Host header is not this machine
│   ├── OriginRefused        403 / -2137   origin is not on the allow list
│   ├── PasswordRefused      403 / -1043   the document's password is missing or wrong
│   ├── UnknownPath          404 / -1001
│   ├── UnknownJob           404 / -1034
│   ├── UnknownDocument      404 / -1040   no document, or no page of it, has this id
│   ├── ModuleMissing        404 / -1126   this endpoint's module is not installed
│   ├── MethodNotAllowed     405 / -2112   carries the allowed methods
│   ├── RequestTooSlow       408 / -1001   head or body did not come in time
│   ├── OutOfSequence        409 / -1011   the job is not in the state that it needs
│   ├── JobFaulted           409 / code of the fault
│   ├── JobDeleted           410 / -1034
│   ├── BodyTooLarge         413 / -2113
│   └── ScannerLocked        423 / -1004
├── ServiceOutdated            -2207   the page speaks another protocol
├── TooManyConnections     503 / -1001   no place for one more, for the moment
├── StorageFull            507 / -1022   no room on the disk; what was there is there
├── DeviceError            the device or its driver: becomes the code of a faulted job
└── InternalError          ours: 500 / -1001, logged with its traceback
    └── DocumentDamaged      500 / -1036   one document's files are not what was written

The numbers are those of scanwright_spec's table of error codes; a test holds the two
together.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar

__all__ = [
    "AccessNotGranted",
    "AdminRefused",
    "AdminTokenRequired",
    "BodyTooLarge",
    "ClientError",
    "Code",
    "DeviceError",
    "DocumentDamaged",
    "HostRefused",
    "InternalError",
    "InvalidParameter",
    "JobDeleted",
    "JobFaulted",
    "LicenceRefused",
    "MethodNotAllowed",
    "ModuleMissing",
    "OriginRefused",
    "OutOfSequence",
    "PasswordRefused",
    "RequestTooSlow",
    "ScannerLocked",
    "ScanwrightError",
    "ServiceOutdated",
    "StorageFull",
    "TooManyConnections",
    "UnknownDocument",
    "UnknownJob",
    "UnknownPath",
]


class Code(IntEnum):
    """Wire codes: 0 is success, every error is negative."""

    SUCCESS = 0
    GENERAL_FAILURE = -1001
    OUT_OF_MEMORY = -1002
    SOURCE_NOT_FOUND = -1003
    SCANNER_LOCKED = -1004
    OPERATION_ERROR = -1005
    CAPABILITY_UNSUPPORTED = -1006
    OUT_OF_SEQUENCE = -1011
    ACCESS_DENIED = -1016
    FEEDER_JAM = -1020
    DOUBLE_FEED = -1021
    WRITE_ERROR = -1022
    DEVICE_OFFLINE = -1023
    COVER_OPEN = -1024
    FEEDER_EMPTY = -1029
    SOURCE_MANAGER_MISSING = -1030
    CANCELLED = -1032
    UNKNOWN_JOB = -1034
    READ_ERROR = -1036
    UNKNOWN_DOCUMENT = -1040
    DOCUMENT_PASSWORD = -1043
    ENCRYPTED_FILE = -1120
    MODULE_MISSING = -1126
    METHOD_NOT_ALLOWED = -2112
    INVALID_PARAMETER = -2113
    ORIGIN_REFUSED = -2137
    SERVICE_OUTDATED = -2207
    SEVERAL_PAGES_BMP = -2351
    SEVERAL_PAGES_JPEG = -2361
    SEVERAL_PAGES_PNG = -2372
    LICENCE_REFUSED = -2800
    ACCESS_BLOCKED = -2909
    ACCESS_REQUIRED = -2911


class ScanwrightError(Exception):
    """Root of the tree: a code, and a message that says what to do next."""

    code: Code | int = Code.GENERAL_FAILURE

    def __init__(self, message: str, *, code: Code | int | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code


class ClientError(ScanwrightError):
    """The request is wrong; `status` is what HTTP answers."""

    status: ClassVar[int] = 400


class InvalidParameter(ClientError):
    """A member or query parameter is missing, mistyped or out of range."""

    code = Code.INVALID_PARAMETER


class AdminTokenRequired(ClientError):
    """Whoever administers must show the token of this installation first."""

    status = 401
    code = Code.ACCESS_REQUIRED


class LicenceRefused(ClientError):
    """The service runs in strict licence mode and the key is not the expected one."""

    status = 403
    code = Code.LICENCE_REFUSED


class AccessNotGranted(ClientError):
    """The user is to be asked about this origin, and has not said yes."""

    status = 403
    code = Code.ACCESS_REQUIRED


class AdminRefused(ClientError):
    """Administration is not for this caller, or not through the web."""

    status = 403
    code = Code.ACCESS_BLOCKED


class HostRefused(ClientError):
    """The Host header names another machine: DNS rebinding ends here."""

    status = 403
    code = Code.ACCESS_BLOCKED


class OriginRefused(ClientError):
    """The page's origin is not on the allow list."""

    status = 403
    code = Code.ORIGIN_REFUSED


class PasswordRefused(ClientError):
    """The document is locked, and its password was not given, or another one."""

    status = 403
    code = Code.DOCUMENT_PASSWORD


class UnknownPath(ClientError):
    """No endpoint has this path."""

    status = 404


class UnknownJob(ClientError):
    """No job of this id exists for this origin."""

    status = 404
    code = Code.UNKNOWN_JOB


class UnknownDocument(ClientError):
    """No document has this id, for this origin, or the document has no such page."""

    status = 404
    code = Code.UNKNOWN_DOCUMENT


class ModuleMissing(ClientError):
    """The endpoint exists in the specification, its module is not installed here."""

    status = 404
    code = Code.MODULE_MISSING


class MethodNotAllowed(ClientError):
    """The path exists, the method does not."""

    status = 405
    code = Code.METHOD_NOT_ALLOWED

    def __init__(self, method: str, allowed: tuple[str, ...]) -> None:
        super().__init__(f"{method} is not allowed here. Use {', '.join(allowed)}.")
        self.allowed = allowed


class RequestTooSlow(ClientError):
    """The rest of the request did not come in time."""

    status = 408


class OutOfSequence(ClientError):
    """The job is not in the state that the call needs."""

    status = 409
    code = Code.OUT_OF_SEQUENCE


class JobFaulted(ClientError):
    """All pages before the fault were delivered; this is the fault itself."""

    status = 409


class JobDeleted(ClientError):
    """The job existed and was deleted or timed out."""

    status = 410
    code = Code.UNKNOWN_JOB


class BodyTooLarge(ClientError):
    """The body is larger than any valid request."""

    status = 413
    code = Code.INVALID_PARAMETER


class ScannerLocked(ClientError):
    """Another job holds this scanner."""

    status = 423
    code = Code.SCANNER_LOCKED


class TooManyConnections(ScanwrightError):
    """Every connection that the service can hold is at work."""

    status: ClassVar[int] = 503


class StorageFull(ScanwrightError):
    """There is no room for what should be kept; all that was kept before still is."""

    status: ClassVar[int] = 507
    code = Code.WRITE_ERROR


class ServiceOutdated(ScanwrightError):
    """The page speaks no protocol of the page channel that is spoken here."""

    code = Code.SERVICE_OUTDATED


class DeviceError(ScanwrightError):
    """The device or its driver failed; the job that used it is faulted."""

    code = Code.OPERATION_ERROR


class InternalError(ScanwrightError):
    """A defect of this service."""


class DocumentDamaged(InternalError):
    """A document's files are not what was written; all others are served."""

    code = Code.READ_ERROR
