from __future__ import annotations

import base64
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from branchline.xapi.transport import Credentials, Endpoint

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = 'p&ä"s <w>/7 ✓'
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json with real letters": lambda text: json.dumps(text, ensure_ascii=False),
    "a URL": lambda text: quote(text, safe=""),
    "a form": quote_plus,
    "html": html.escape,
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "the header": lambda text: "Basic " + base64.b64encode(f"ann:{text}".encode()).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_password_is_taken_out_however_it_is_written(spelling: str) -> None:
    shown = Credentials("ann", PASSWORD).redact(f"You sent {SPELLINGS[spelling](PASSWORD)} as ann, and annual reports are refused.")
    assert "7" not in shown
    assert "[hidden]" in shown
    assert shown.endswith("as [hidden], and annual reports are refused.")


def test_without_credentials_no_text_is_changed() -> None:
    nobody = Credentials("", "")
    assert nobody.redact("Og== is fine.") == "Og== is fine."
    assert nobody.headers() == {}


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("https://lrs.example.test", "/statements?limit=1"),
        ("https://lrs.example.test/xapi", "/xapi/statements?limit=1"),
        ("https://lrs.example.test/xapi/?store=1", "/xapi/statements?store=1&limit=1"),
        ("https://lrs.example.test/übung/", "/%C3%BCbung/statements?limit=1"),
        ("https://lrs.example.test/a%20b/", "/a%20b/statements?limit=1"),
    ],
)
def test_a_resource_stands_below_the_endpoint(address: str, target: str) -> None:
    assert Endpoint(address).target("statements", {"limit": "1"}) == target


@pytest.mark.parametrize("more", ["/xapi/statements?from=2", "https://lrs.example.test/xapi/statements?from=2"])
def test_a_more_is_a_path_or_a_whole_address(more: str) -> None:
    assert Endpoint("https://lrs.example.test/xapi/").target(more, {}) == "/xapi/statements?from=2"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("HTTPS://User:pw@LRS.example.test:443/xapi?key=secret", "https://lrs.example.test/xapi/"),
        ("http://[::1]:8080/xapi", "http://[::1]:8080/xapi/"),
    ],
)
def test_an_endpoint_is_shown_without_credentials_and_query(address: str, shown: str) -> None:
    assert Endpoint(address).shown == shown
