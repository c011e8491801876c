"""HTTP to one LRS over one kept connection: time-outs, custom CA, proxies of the environment, never a redirect followed."""

from __future__ import annotations

import base64
import html
import http.client
import json
import re
import socket
import ssl
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, quote, quote_plus, unquote, urlencode, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from branchline.errors import ConfigurationError
from branchline.text import clean_line
from branchline.xapi.answer import Answer
from branchline.xapi.dialling import dial

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CHUNK = 65_536
_LARGEST = 64 * 1024 * 1024
_DROPPED = (ConnectionError, http.client.BadStatusLine, ssl.SSLEOFError)
_FAILURES = (OSError, http.client.HTTPException, ValueError)
HIDDEN = "[hidden]"


class Credentials:
    """A user name and password that no repr, error or log shows."""

    __slots__ = ("_header", "_secrets")

    def __init__(self, username: str, password: str) -> None:
        """ConfigurationError where Basic authentication cannot carry the name."""
        if ":" in username:
            raise ConfigurationError("A user name for an LRS cannot hold a colon.", code="lrs-username")
        token = base64.b64encode(f"{username}:{password}".encode()).decode()
        self._header = f"Basic {token}" if username or password else ""
        secrets = {token.rstrip("="), *_spellings(password)} if self._header else set()
        whole = map(re.escape, sorted(secrets - {""}, key=len, reverse=True))
        named = [rf"(?<!\w){re.escape(username)}(?!\w)"] if username else []
        pattern = "|".join([*whole, *named])
        self._secrets = re.compile(pattern) if pattern else None

    def __repr__(self) -> str:
        return f"Credentials({HIDDEN})"

    def headers(self, name: str = "Authorization") -> dict[str, str]:
        """The header of that name, or nothing where there are no credentials."""
        return {name: self._header} if self._header else {}

    def redact(self, text: str) -> str:
        """`text` without the credentials in any form in which an LRS may echo them."""
        return self._secrets.sub(HIDDEN, text) if self._secrets else text


def _spellings(password: str) -> set[str]:
    """The password as base64, URLs, JSON and HTML write it."""
    alone = base64.b64encode(password.encode()).decode().rstrip("=")
    written = {json.dumps(password)[1:-1], json.dumps(password, ensure_ascii=False)[1:-1]}
    addresses = {quote(password, safe=""), quote(password), quote_plus(password)}
    lower = {re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), each) for each in addresses}
    pages = {html.escape(password), html.escape(password, quote=False)}
    return {password, alone, *written, *addresses, *lower, *pages}


class Endpoint:
    """Where an LRS lives: scheme, host, port, path with a final slash, and a query that every request carries."""

    __slots__ = ("host", "path", "port", "query", "scheme", "userinfo")

    def __init__(self, address: str) -> None:
        """ConfigurationError where `address` is no http or https URL with a host."""
        parts = _split(address)
        self.scheme = parts.scheme
        self.host = str(parts.hostname)
        self.port = parts.port or (443 if parts.scheme == "https" else 80)
        self.path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._") + "/"
        self.query = quote(parts.query, safe="/?%:@!$&'()*+,;=~-._")
        self.userinfo = (unquote(parts.username or ""), unquote(parts.password or ""))

    @property
    def shown(self) -> str:
        """The address without credentials and query."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = {"https": 443, "http": 80}[self.scheme] == self.port
        return f"{self.scheme}://{host}{'' if usual else f':{self.port}'}{self.path}"

    def target(self, resource: str, params: Mapping[str, str]) -> str:
        """Path and query of a resource (`statements`, or what a `more` says: a path or a whole URL of this LRS)."""
        if resource.startswith(("/", "http:", "https:")):
            parts = urlsplit(urljoin(self.shown, resource))
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
        query = "&".join(part for part in (self.query, urlencode(params)) if part)
        return f"{self.path}{resource}{'?' if query else ''}{query}"


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address.strip())
        known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        known = False
    if not known or re.search(r"[\x00-\x20\x7f]", address.strip()):
        raise ConfigurationError(
            "The endpoint of the LRS is not a web address.", hint="It looks like https://lrs.example.org/xapi/.", code="lrs-endpoint"
        )
    return parts


class _Plain(http.client.HTTPConnection):
    """A connection that `dial` makes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = dial


class _Tls(http.client.HTTPSConnection):
    """The same over TLS."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._create_connection = dial


class Transport:
    """Requests to one LRS, one at a time; `abort` may be called from another thread."""

    def __init__(
        self, endpoint: Endpoint, credentials: Credentials, *, connect_timeout: float, read_timeout: float, ca_file: Path | None
    ) -> None:
        """`connect_timeout` bounds name and connection, then TLS; `read_timeout` the answer: seconds. ConfigurationError: bad CA file."""
        self.endpoint = endpoint
        self.credentials = credentials
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._tls = _context(ca_file) if endpoint.scheme == "https" else None
        self._connection: http.client.HTTPConnection | None = None
        self._used = False
        self._aborted = False
        self._prefix = ""
        self._through = ""
        self._proxy_headers: dict[str, str] = {}
        self.raw: http.client.HTTPResponse | None = None
        """The last answer as the standard library gave it, its body read."""

    def __repr__(self) -> str:
        return f"Transport({self.endpoint.shown})"

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """The answer to one request; a kept connection that turns out to be dropped is opened anew once. Never raises for the network."""
        try:
            return self._once(method, target, headers, body)
        except _DROPPED as error:
            idle = self._used and not self._aborted
            self.close()
            if not idle:
                return self._failed(error)
        except _FAILURES as error:
            self.close()
            return self._failed(error)
        return self.exchange(method, target, headers, body)

    def close(self) -> None:
        """Let the connection go."""
        connection, self._connection, self._used = self._connection, None, False
        if connection is not None:
            connection.close()

    def abort(self) -> None:
        """End a request under way in another thread, for good: it fails as if the network had dropped it, and so does every later one."""
        self._aborted = True
        sock = getattr(self._connection, "sock", None)
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

    def _once(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if self._aborted:
            raise ConnectionAbortedError
        connection = self._connected()
        connection.request(
            method, self._prefix + target, body=body, headers={**headers, **self.credentials.headers(), **self._proxy_headers}
        )
        response = connection.getresponse()
        data = self._read(response)
        self._used = True
        self.raw = response
        if response.will_close:
            self.close()
        text = data.decode("utf-8", errors="replace")
        hide = self.credentials.redact
        answer = Answer(response.status, {name.lower(): hide(value) for name, value in response.getheaders()}, text)
        return answer if answer.family == "2xx" else replace(answer, body=hide(text))

    def _read(self, response: http.client.HTTPResponse) -> bytes:
        """The whole body; TimeoutError where it takes longer than the read time-out in sum."""
        deadline = time.monotonic() + self._read_timeout
        data = bytearray()
        while chunk := response.read1(_CHUNK):
            data += chunk
            if time.monotonic() > deadline:
                raise TimeoutError
            if len(data) > _LARGEST:
                raise http.client.HTTPException("too large")
        missing = response.length
        response.close()
        if missing:
            raise http.client.IncompleteRead(bytes(data), missing)
        return bytes(data)

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = self._new()
        if self._connection.sock is None:
            self._used = False
            self._connection.timeout = self._connect_timeout
            self._connection.connect()
            _allow(self._connection, self._read_timeout)
        return self._connection

    def _new(self) -> http.client.HTTPConnection:
        proxy = _proxy(self.endpoint)
        self._prefix, self._through, self._proxy_headers = "", "", {}
        host, port = self.endpoint.host, self.endpoint.port
        if proxy is None:
            return self._direct(host, port)
        self._through = str(proxy.hostname)
        allowed = Credentials(unquote(proxy.username or ""), unquote(proxy.password or "")).headers("Proxy-Authorization")
        connection = self._direct(str(proxy.hostname), proxy.port or 80)
        if self._tls is not None:
            connection.set_tunnel(host, port, headers=allowed)
        else:
            self._prefix, self._proxy_headers = f"http://{host}:{port}", allowed
        return connection

    def _direct(self, host: str, port: int) -> http.client.HTTPConnection:
        if self._tls is not None:
            return _Tls(host, port, timeout=self._connect_timeout, context=self._tls)
        return _Plain(host, port, timeout=self._connect_timeout)

    def _failed(self, error: Exception) -> Answer:
        # A certificate is the LRS's own; everything else is met on the way to the proxy.
        through = self._through if self._through and not isinstance(error, ssl.SSLError) else ""
        code, words = _explained(error, f"the proxy {through}" if through else self.endpoint.host)
        return Answer(0, error=code, words=words[:1].upper() + words[1:] if through else words)


def _allow(connection: http.client.HTTPConnection, seconds: float) -> None:
    if connection.sock is not None:
        connection.sock.settimeout(seconds)


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            "The file of trusted certificates cannot be read.", where=str(ca_file), hint="It must be a PEM file.", code="lrs-ca-file"
        ) from error


def _proxy(endpoint: Endpoint) -> SplitResult | None:
    address = getproxies().get(endpoint.scheme, "")
    if not address or proxy_bypass(endpoint.host):
        return None
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return parts if parts.hostname else None


_EXPLANATIONS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((socket.gaierror, UnicodeError), "dns", "The name {host} cannot be found; check the address and the connection to the network."),
    ((ssl.SSLCertVerificationError,), "tls", "The certificate of {host} is not trusted: {detail}."),
    ((ssl.SSLError,), "tls", "No secure connection to {host} came about; does it speak https on that port?"),
    ((TimeoutError,), "timeout", "{host} did not answer in time."),
    ((ConnectionRefusedError,), "refused", "Nothing listens at {host} on that port."),
    ((http.client.IncompleteRead, ConnectionError), "reset", "The connection to {host} broke off."),
    ((OSError,), "reset", "The connection to {host} failed: {detail}."),
)
"""What a failure of the network means: the first whose class it has, for the classes are nested."""


def _explained(error: Exception, host: str) -> tuple[str, str]:
    """Code and words of a failure of the network."""
    for classes, code, words in _EXPLANATIONS:
        if isinstance(error, classes):
            return code, words.format(
                host=host, detail=getattr(error, "verify_message", "") or getattr(error, "strerror", "") or clean_line(str(error))
            )
    return "protocol", f"{host} does not speak proper HTTP."
