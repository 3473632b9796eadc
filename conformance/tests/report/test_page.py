"""What is around every HTML report."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest

from scanwright_conformance.report._markup import element
from scanwright_conformance.report._page import page


@pytest.mark.parametrize("script", ["report.js", "comparison.js"])
def test_only_the_script_of_the_suite_may_run(script: str, read: Any) -> None:
    """The policy names the hash of the one program, and allows nothing from outside."""
    document = page("<T>", element("p", "x"), script=script)
    assert read(document).programs == 1
    (program,) = re.findall("<script>(.*)</script>", document, re.DOTALL)
    digest = b64encode(sha256(program.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in document
    assert "default-src 'none'" in document
    assert "<title>&lt;T&gt;</title>" in document
