from __future__ import annotations

import base64
import html
import json
import shutil
import ssl
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from branchline.xapi.lrs import Lrs
from branchline.xapi.transport import Credentials, Endpoint
from lrs_servers import said, scripted_lrs

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PASSWORD = 'p&ä"s <w>/7 ✓'
SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": json.dumps,
    "json with real letters": lambda text: json.dumps(text, ensure_ascii=False),
    "a URL": lambda text: quote(text, safe=""),
    "a path": quote,
    "a path in small letters": lambda text: quote(text).lower(),
    "the text of a page": lambda text: html.escape(text, quote=False),
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


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made with openssl")
def test_a_certificate_of_ones_own_is_trusted_where_its_file_is_named_and_nowhere_else(tmp_path: Path) -> None:
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=here"]
    subprocess.run([*made, "-addext", "subjectAltName=IP:127.0.0.1", *files], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    with scripted_lrs(lambda _: said(200, {"statements": []}), context) as server:
        address = f"https://127.0.0.1:{server.port}/xapi/"
        with closing(Lrs(address, "ann", "x", ca_file=tmp_path / "cert.pem")) as trusting, closing(Lrs(address, "ann", "x")) as wary:
            assert (trusting.check().code, trusting.check().code) == ("ok", "ok")
            assert len({request.connection for request in server.requests}) == 1
            refused = wary.check()
    assert refused.code == "tls"
    assert "not trusted" in refused.words
