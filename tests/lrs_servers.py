"""LRSs to send to: a real one (Ralph), and one that answers from a script."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import bcrypt

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

USERNAME = "practice"
PASSWORD = "practice-7731"

# Without APPEND, Ralph's file store accepts the first write only.
_LAUNCHER = """
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend

FSLRSBackend.default_operation_type = BaseOperationType.APPEND
from ralph.api import app
"""
_START_SECONDS = 60


@dataclass(frozen=True)
class Ralph:
    """A running Ralph."""

    endpoint: str
    username: str
    password: str

    def statements(self, **params: str) -> list[dict[str, Any]]:
        """Every stored statement that the query finds, oldest first as Ralph gives them (one page of at most 100)."""
        token = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        query = "&".join(f"{name}={value}" for name, value in {"limit": "100", **params}.items())
        address = urlsplit(self.endpoint)
        status, body = _get(str(address.netloc), f"{address.path}statements?{query}", {"Authorization": f"Basic {token}"})
        assert status == 200, body
        found: list[dict[str, Any]] = json.loads(body)["statements"]
        return found


def _get(place: str, target: str, headers: dict[str, str]) -> tuple[int, bytes]:
    with closing(http.client.HTTPConnection(place, timeout=30)) as connection:
        connection.request("GET", target, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


@contextmanager
def running_ralph(folder: Path) -> Iterator[Ralph]:
    """Ralph over an empty file store in `folder`, stopped at the end."""
    (folder / "store").mkdir(parents=True)
    (folder / "launcher.py").write_text(_LAUNCHER)
    (folder / "auth.json").write_text(json.dumps([_account()]))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "launcher:app", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=_environment(folder), stdout=log, stderr=log)
        try:
            _await(f"127.0.0.1:{port}", process, folder / "log.txt")
            yield Ralph(f"http://127.0.0.1:{port}/xAPI/", USERNAME, PASSWORD)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _account() -> dict[str, Any]:
    agent = {"objectType": "Agent", "account": {"name": "lab", "homePage": "https://lrs.example.test"}}
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    return {"agent": agent, "scopes": ["all"], "hash": hashed, "username": USERNAME}


def _environment(folder: Path) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {
        **plain,
        "RALPH_APP_DIR": str(folder),
        "RALPH_AUTH_FILE": str(folder / "auth.json"),
        "RALPH_RUNSERVER_BACKEND": "fs",
        "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(folder / "store"),
        "RALPH_BACKENDS__LRS__FS__DEFAULT_LRS_FILE": "lrs.jsonl",
    }


def _await(place: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            status, _ = _get(place, "/__heartbeat__", {})
        except OSError:
            status = 0
        if status == 200:
            return
        threading.Event().wait(0.1)
    raise TimeoutError(log.read_text())


@dataclass(frozen=True)
class Request:
    """What a scripted LRS was asked."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int
    """Port of the client's end: the same for requests over one kept connection."""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def statements(self) -> list[dict[str, Any]]:
        """The statements it carries."""
        data = json.loads(self.body)
        return data if isinstance(data, list) else [data]

    @property
    def ids(self) -> list[str]:
        """Their ids."""
        return [each["id"] for each in self.statements]


@dataclass(frozen=True)
class Reply:
    """What a scripted LRS says."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Whether to close the connection instead of answering."""
    cut: int = 0
    """How many bytes of the announced body never come."""
    hang: bool = False
    """Whether to keep silent until the server closes."""
    close: bool = False
    """Whether to close a kept connection afterwards without saying so."""


def said(status: int, data: object, **headers: str) -> Reply:
    """A Reply in JSON."""
    return Reply(status, json.dumps(data).encode(), {"Content-Type": "application/json", **headers})


@dataclass
class ScriptedLrs:
    """A server on this machine that answers as `answer` says and remembers what it was asked."""

    answer: Callable[[Request], Reply]
    requests: list[Request] = field(default_factory=list)
    port: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/xapi/"

    @property
    def posts(self) -> list[Request]:
        """The requests that carried statements."""
        return [request for request in self.requests if request.method in {"POST", "PUT"}]


@contextmanager
def scripted_lrs(answer: Callable[[Request], Reply], tls: ssl.SSLContext | None = None) -> Iterator[ScriptedLrs]:
    """A ScriptedLrs, stopped at the end; over https with `tls`."""
    lrs = ScriptedLrs(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lrs))
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    lrs.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield lrs
    finally:
        lrs.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(lrs: ScriptedLrs) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.command, self.path, headers, body, self.client_address[1])
            lrs.requests.append(request)
            self._say(lrs.answer(request))

        do_GET = do_POST = do_PUT = _serve  # noqa: N815 -- the names that the base class calls

        def _say(self, reply: Reply) -> None:
            if reply.hang:
                lrs.closing.wait(30)
            if reply.drop or reply.hang:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body[: len(reply.body) - reply.cut])
            self.close_connection = bool(reply.cut) or reply.close

        def log_message(self, *_: object) -> None:
            """Nothing: tests are quiet."""

    return Handler
