"""Malformed requests go to the journal, real errors to the log."""

from __future__ import annotations

import logging

import pytest
from aiohttp.http_exceptions import BadHttpMessage

from scanwright_simulators.faces.escl.malformed import sorting_logger


def test_malformed_requests_are_told() -> None:
    """They come in one line, without a traceback."""
    told: list[str] = []
    error = BadHttpMessage("no\n  HTTP")
    sorting_logger(told.append).error("Error handling request", exc_info=error)
    assert told == ["no HTTP"]


def test_all_else_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """What is really wrong is not hidden."""
    told: list[str] = []
    logger = sorting_logger(told.append)
    with caplog.at_level(logging.ERROR):
        logger.error("Error handling request", exc_info=KeyError("x"))
        logger.error("another thing")
    assert [record.message for record in caplog.records] == [
        "Error handling request",
        "another thing",
    ]
    assert told == []
