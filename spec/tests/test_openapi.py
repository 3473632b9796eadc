"""The description of the REST interface: valid, complete, and bound to the clauses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from scanwright_spec import error_codes, load, openapi

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = openapi()
METHODS = ("get", "post", "patch", "delete")

ENDPOINTS = {
    1: ("GET", "/api/server", {200}),
    2: ("PATCH", "/api/server", {200}),
    3: ("GET", "/api/server/version", {200}),
    4: ("GET", "/api/device/scanners", {200}),
    5: ("POST", "/api/device/scanners/jobs", {201}),
    6: ("GET", "/api/device/scanners/jobs/{jobuid}", {200}),
    7: ("PATCH", "/api/device/scanners/jobs/{jobuid}", {200}),
    8: ("DELETE", "/api/device/scanners/jobs/{jobuid}", {204}),
    9: ("GET", "/api/device/scanners/jobs/{jobuid}/scanner/capabilities", {200}),
    10: ("GET", "/api/device/scanners/jobs/{jobuid}/scanner/settings", {200}),
    11: ("GET", "/api/device/scanners/jobs/{jobuid}/next-page-info", {200, 204}),
    12: ("GET", "/api/device/scanners/jobs/{jobuid}/next-page", {200, 204}),
    13: ("GET", "/api/device/scanners/jobs/{jobuid}/content", {200}),
    14: ("POST", "/api/storage/documents", {201}),
    15: ("GET", "/api/storage/documents/{documentuid}", {200}),
    16: ("PATCH", "/api/storage/documents/{documentuid}", {200}),
    17: ("DELETE", "/api/storage/documents/{documentuid}", {204}),
    18: ("GET", "/api/storage/documents/{documentuid}/content", {200}),
    19: ("POST", "/api/storage/documents/{documentuid}/pages", {200}),
    20: ("DELETE", "/api/storage/documents/{documentuid}/pages/{param}", {204}),
    21: ("POST", "/api/process/read-barcode", {200}),
    22: ("POST", "/api/process/check-blank", {200}),
}
GENERATION_1 = {
    ("GET", "/DWTAPI/Scanners", 200),
    ("POST", "/DWTAPI/ScanJobs", 201),
    ("DELETE", "/DWTAPI/ScanJobs/{jobuid}", 200),
    ("GET", "/DWTAPI/ScanJobs/{jobuid}/NextDocument", 200),
}
AREAS_OF_OPERATIONS = ("HTTP", "SERVER", "DEV", "JOBS", "PAGES", "GEN1", "DOCS", "PROC")


class Operation(NamedTuple):
    """A method of a path, with its references to parameters and answers resolved."""

    method: str
    path: str
    body: dict[str, Any]

    @property
    def responses(self) -> dict[int, dict[str, Any]]:
        """The answers, by status."""
        return {int(s): resolve(r) for s, r in self.body["responses"].items()}

    @property
    def successes(self) -> set[int]:
        """The statuses below 400."""
        return {status for status in self.responses if status < 400}


def resolve(node: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference into the components."""
    target: Any = node
    while "$ref" in target:
        steps = target["$ref"].removeprefix("#/").split("/")
        target = DOCUMENT
        for step in steps:
            target = target[step]
    return dict(target)


def operations() -> list[Operation]:
    """Return all operations of the document."""
    return [
        Operation(method.upper(), path, item[method])
        for path, item in DOCUMENT["paths"].items()
        for method in METHODS
        if method in item
    ]


def validator(*steps: str) -> Draft202012Validator:
    """Return a validator for the schema at a place in the document."""
    root = DRAFT202012.create_resource(DOCUMENT)
    pointer = "/".join(s.replace("~", "~0").replace("/", "~1") for s in steps)
    return Draft202012Validator(
        {"$ref": f"urn:openapi#/{pointer}"},
        registry=Registry[Any]().with_resource("urn:openapi", root),
    )


def schema(name: str) -> Draft202012Validator:
    """Return a validator for a schema of the components."""
    return validator("components", "schemas", name)


def walk(node: Any, *steps: str) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Yield every object in the document with its place."""
    if isinstance(node, dict):
        yield steps, node
        for key, value in node.items():
            yield from walk(value, *steps, str(key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, *steps, str(index))


def examples() -> list[tuple[tuple[str, ...], str, Any]]:
    """Return every example: the place of its schema, its name, its value."""
    return [
        ((*steps, "schema"), name, example["value"])
        for steps, node in walk(DOCUMENT)
        if "examples" in node and "schema" in node
        for name, example in node["examples"].items()
    ]


@pytest.mark.slow
def test_document_is_valid() -> None:
    """It is OpenAPI 3.1."""
    assert DOCUMENT["openapi"].startswith("3.1.")
    validate(DOCUMENT)


def test_each_caller_gets_an_own_document() -> None:
    """Who changes the document changes it for nobody else."""
    openapi()["paths"].clear()
    assert openapi()["paths"]


def test_generation_2_is_complete() -> None:
    """All 22 endpoints are there, with the published successes and no other."""
    found = {
        operation.body["x-endpoint"]: (
            operation.method,
            operation.path,
            operation.successes,
        )
        for operation in operations()
        if operation.path.startswith("/api/")
    }
    assert found == ENDPOINTS


def test_generation_1_is_complete() -> None:
    """The four paths of older clients are there."""
    found = {
        (operation.method, operation.path, *operation.successes)
        for operation in operations()
        if operation.path.startswith("/DWTAPI/")
    }
    assert found == GENERATION_1


def test_servers_are_the_core_pair() -> None:
    """The default ports are those of the core pair, and can be moved."""
    assert [
        (server["url"], server["variables"]["port"]["default"])
        for server in DOCUMENT["servers"]
    ] == [
        ("http://127.0.0.1:{port}", "18622"),
        ("https://127.0.0.1:{port}", "18623"),
    ]
    assert DOCUMENT["security"] == []


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.body["operationId"])
def test_operation_is_whole(operation: Operation) -> None:
    """Refused hosts, origins and methods, bad bodies and unknown jobs are described."""
    statuses = set(operation.responses)
    assert {403, 405} <= statuses
    assert "Allow" in operation.responses[405]["headers"]
    if "requestBody" in operation.body:
        assert {400, 413} <= statuses
    if "{jobuid}" in operation.path:
        assert {404, 410} <= statuses
    if operation.body.get("x-endpoint", 0) >= 14:
        assert 404 in statuses
    assert operation.body["summary"].endswith(".")
    assert set(operation.body["tags"]) <= {tag["name"] for tag in DOCUMENT["tags"]}


@pytest.mark.parametrize("operation", operations(), ids=lambda o: o.body["operationId"])
def test_errors_are_error_objects_with_known_codes(operation: Operation) -> None:
    """An error answer allows its own status, and codes that come with it only."""
    for status, response in operation.responses.items():
        if status < 400:
            continue
        base, detail = response["content"]["application/json"]["schema"]["allOf"]
        assert base == {"$ref": "#/components/schemas/Error"}
        assert detail["properties"]["statusCode"] == {"const": status}
        codes = detail["properties"].get("code", {}).get("enum", [])
        known = {entry.code for entry in error_codes() if status in entry.status}
        assert set(codes) <= known


def test_clauses_that_it_names_exist() -> None:
    """No operation names a clause that nobody wrote."""
    known = {clause.id for clause in load().clauses}
    for operation in operations():
        assert operation.body["x-clauses"], operation.path
        assert set(operation.body["x-clauses"]) <= known
    assert set(DOCUMENT["x-clauses"]) <= known


def test_every_clause_about_operations_is_named() -> None:
    """A clause of the REST interface stands at an operation, or for all of them."""
    named = set(DOCUMENT["x-clauses"]).union(
        *(operation.body["x-clauses"] for operation in operations())
    )
    missing = [
        clause.id
        for area in AREAS_OF_OPERATIONS
        for clause in load().area(area).clauses
        if clause.id not in named
    ]
    assert missing == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(place, value, id=f"{'.'.join(place[1:4])}-{name}")
        for place, name, value in examples()
    ],
)
def test_example_fits_its_schema(place: tuple[str, ...], value: object) -> None:
    """An example is what its schema says."""
    validator(*place).validate(value)


def test_every_json_body_has_an_example() -> None:
    """Who reads the document sees one of each body."""
    without = [
        "/".join(steps)
        for steps, node in walk(DOCUMENT)
        if steps[-1:] == ("application/json",) and not node.get("examples")
    ]
    assert without == []


def test_objects_stay_open() -> None:
    """Members that it does not name are allowed in requests and answers."""
    closed = [
        "/".join(steps)
        for steps, node in walk(DOCUMENT)
        if node.get("additionalProperties") is False
        or node.get("unevaluatedProperties") is False
    ]
    assert closed == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JobCreation", {"config": {"PixelType": 12}}),
        ("JobCreation", {"config": {"XferCount": 0}}),
        ("JobCreation", {"config": {"Resolution": "300"}}),
        ("JobCreation", {"autoRun": 1}),
        ("JobCreation", {"jobTimeout": 2_592_001}),
        ("JobCreation", {"scannerFailureTimeout": 0}),
        ("JobCreation", {"settings": "%"}),
        ("JobCreation", {"caps": {"exception": "warn"}}),
        ("JobCreation", {"caps": {"capabilities": [{"capability": 257}]}}),
        ("JobChange", {}),
        ("JobChange", {"status": "completed"}),
        ("JobStatus", {"status": "faulted", "code": 0, "message": ""}),
        ("JobStatus", {"status": "running", "code": -1020, "message": ""}),
        ("ServerSettings", {"logLevel": 14}),
        ("Version", {"version": "20261301", "compatible": True}),
        ("Scanner", {"name": "x", "type": 3, "device": "x"}),
        ("Error", {"statusCode": 400, "code": 0, "message": "x"}),
        ("Error", {"statusCode": 400, "code": -1, "message": ""}),
    ],
)
def test_schema_refuses(name: str, value: object) -> None:
    """What a clause forbids does not fit."""
    assert not schema(name).is_valid(value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JobCreation", {"config": {"XferCount": -1, "PixelType": 16}, "extra": []}),
        ("JobCreation", {"caps": {"capabilities": [{"capability": 1, "values": [2]}]}}),
        ("JobStatus", {"status": "faulted", "code": -1020, "message": "x"}),
        ("JobStatus", {"status": "pending", "code": 0, "message": "", "more": 1}),
        ("Version", {"version": "20240719", "compatible": False}),
    ],
)
def test_schema_accepts(name: str, value: object) -> None:
    """What the clauses allow fits, unknown members included."""
    assert schema(name).is_valid(value)


@pytest.mark.parametrize(
    ("container", "members"),
    [
        (3, {"values"}),
        (4, {"enums", "curIndex", "defIndex"}),
        (5, {"curValue"}),
        (6, {"minValue", "maxValue", "stepSize", "curValue", "defaultValue"}),
    ],
)
def test_container_decides_the_members(container: int, members: set[str]) -> None:
    """Each container of a capability requires its own members."""
    bare = {
        "capability": {"value": 257, "label": "x"},
        "conType": {"value": container, "label": "x"},
        "valueType": 4,
        "query": ["get"],
    }
    values: dict[str, object] = {
        name: [] if name in {"values", "enums"} else 0 for name in members
    }
    assert schema("CapabilityDetails").is_valid(bare | values)
    for name in members:
        rest = {key: value for key, value in values.items() if key != name}
        assert not schema("CapabilityDetails").is_valid(bare | rest)
