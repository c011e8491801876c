"""`lrs`: set, check, status and send, against small servers of our own."""

from __future__ import annotations

import base64
import json
import signal
import socket
import stat
import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from lrs_servers import Reply, said, scripted_lrs
from terminal_probe import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from lrs_servers import Request

PASSWORD = "hush-hush"
KEY = "Basic " + base64.b64encode(f"key:{PASSWORD}".encode()).decode()


class _Handler(BaseHTTPRequestHandler):
    """An LRS that keeps what it is sent, or answers every request with one status."""

    kept: list[dict[str, Any]]
    status: int

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Experience-API-Version", "1.0.3")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _refused(self) -> bool:
        if self.status:
            self._answer(self.status, {})
        elif self.headers.get("Authorization") != KEY:
            self._answer(401, {})
        else:
            return False
        return True

    def do_GET(self) -> None:
        if not self._refused():
            self._answer(200, {"statements": [], "more": ""})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self._refused():
            self.kept.extend(sent)
            self._answer(200, [each["id"] for each in sent])

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def _served(status: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    kept: list[dict[str, Any]] = []
    handler = type("Handler", (_Handler,), {"kept": kept, "status": status})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/xapi", kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def waiting(branchline: Callable[..., Any]) -> int:
    """A begun session; how many of its statements wait."""
    script = json.dumps({"scenario": "charged-twice", "seed": 7, "choices": ["own-it", "pin"]})
    return int(branchline("play", "--script", "-", "--json", stdin=script).document["statements"])


def _set(branchline: Callable[..., Any], endpoint: str, *more: str, password: str = PASSWORD) -> Any:
    return branchline("lrs", "set", endpoint, "--username", "key", "--password-stdin", *more, stdin=password + "\n")


def test_nothing_is_set_at_first_and_nothing_is_lost(branchline: Callable[..., Any], waiting: int) -> None:
    document = branchline("lrs", "status", "--json").document
    assert document["format"] == "branchline.lrs-status/1"
    assert (document["endpoint"], document["waiting"], document["delivered"], document["dead"]) == (None, waiting, 0, 0)
    assert (document["paused"], document["last_error"], document["last_delivery"]) == (None, None, None)
    outcome = branchline("lrs", "send", "--json")
    assert (outcome.code, outcome.error["code"]) == (3, "no-lrs")


def test_what_waited_before_is_delivered_in_order(branchline: Callable[..., Any], waiting: int) -> None:
    with _served() as (endpoint, kept):
        assert _set(branchline, endpoint).code == 0
        assert branchline("lrs", "check").code == 0
        outcome = branchline("lrs", "send", "--json")
        assert outcome.code == 0
        assert len(kept) == waiting > 0
        assert [each["timestamp"] for each in kept] == sorted(each["timestamp"] for each in kept)
        assert branchline("lrs", "send").code == 0
        assert len(kept) == waiting
    document = branchline("lrs", "status", "--json").document
    assert (document["waiting"], document["delivered"]) == (0, waiting)
    assert document["last_delivery"]


def test_a_wrong_password_pauses_with_3_and_keeps_everything(branchline: Callable[..., Any], waiting: int) -> None:
    with _served() as (endpoint, kept):
        _set(branchline, endpoint, password="wrong")
        assert branchline("lrs", "check").code == 3
        assert branchline("lrs", "send").code == 3
        assert kept == []
        document = branchline("lrs", "status", "--json").document
        assert document["waiting"] == waiting
        assert document["paused"]
        _set(branchline, endpoint)
        assert branchline("lrs", "status", "--json").document["paused"] is None
        assert branchline("lrs", "send").code == 0
        assert len(kept) == waiting


def test_an_lrs_that_is_not_there_ends_with_4(branchline: Callable[..., Any]) -> None:
    _set(branchline, "http://127.0.0.1:9/xapi")
    outcome = branchline("lrs", "check", "--json")
    assert (outcome.code, outcome.document["ok"]) == (4, False)
    assert branchline("lrs", "check").code == 4


def test_an_address_without_lrs_ends_with_3(branchline: Callable[..., Any]) -> None:
    with _served(status=404) as (endpoint, _kept):
        _set(branchline, endpoint)
        assert branchline("lrs", "check").code == 3


@pytest.mark.parametrize(
    "endpoint",
    [
        "lrs.example",
        "ftp://lrs.example",
        "https://key:secret@lrs.example/",
        "https://lrs.example:70000/",
        "https://lrs.example:0/",
        "https:///x",
    ],
)
def test_an_endpoint_that_is_none_changes_nothing(branchline: Callable[..., Any], home: Path, endpoint: str) -> None:
    assert _set(branchline, endpoint).code == 3
    assert not (home / "config.toml").exists()
    assert not (home / "secrets.toml").exists()


def test_the_password_is_kept_for_its_owner_alone_and_said_nowhere(branchline: Callable[..., Any], home: Path) -> None:
    outcome = _set(branchline, "https://lrs.example/xapi")
    assert "hush-hush" not in outcome.out + outcome.err
    assert stat.S_IMODE((home / "secrets.toml").stat().st_mode) == 0o600
    assert "hush-hush" not in (home / "config.toml").read_text(encoding="utf-8")


def test_another_lrs_gets_what_waits_for_the_first_only_when_told(branchline: Callable[..., Any], waiting: int) -> None:
    assert waiting
    assert _set(branchline, "https://one.example/xapi").code == 0
    refused = _set(branchline, "https://two.example/xapi")
    assert refused.code == 2
    assert "--keep-waiting" in refused.err
    assert branchline("lrs", "status", "--json").document["endpoint"] == "https://one.example/xapi"
    assert _set(branchline, "https://two.example/xapi", "--keep-waiting").code == 0
    document = branchline("lrs", "status", "--json").document
    assert (document["endpoint"], document["waiting"]) == ("https://two.example/xapi", waiting)


def test_the_same_lrs_written_otherwise_is_no_other(branchline: Callable[..., Any], waiting: int) -> None:
    assert waiting
    assert _set(branchline, "https://one.example/xapi").code == 0
    assert _set(branchline, "HTTPS://One.example:443/xapi/").code == 0
    assert _set(branchline, "https://one.example/xAPI").code == 2


def test_the_setting_alone_does_not_send_what_waits_elsewhere_either(branchline: Callable[..., Any], waiting: int) -> None:
    assert waiting
    assert branchline("config", "set", "lrs.endpoint", "https://one.example/xapi").code == 0
    refused = branchline("config", "set", "lrs.endpoint", "https://two.example/xapi")
    assert (refused.code, "--keep-waiting" in refused.err) == (2, True)
    assert branchline("lrs", "status", "--json").document["endpoint"] == "https://one.example/xapi"
    assert branchline("config", "set", "lrs.timeout", "5").code == 0
    assert branchline("config", "set", "lrs.endpoint", "").code == 0
    assert branchline("lrs", "status", "--json").document["endpoint"] is None


def test_the_address_of_the_resource_is_understood(branchline: Callable[..., Any]) -> None:
    for given in ("https://one.example/xapi/statements", "https://one.example/xapi/statements/"):
        assert "Left out" in _set(branchline, given).err
        assert branchline("lrs", "status", "--json").document["endpoint"] == "https://one.example/xapi/"


@pytest.mark.parametrize(("endpoint", "username", "code"), [("", "key", 2), ("https://one.example/xapi", "a:b", 3)])
def test_what_no_lrs_could_be_asked_with_changes_nothing(
    branchline: Callable[..., Any], home: Path, endpoint: str, username: str, code: int
) -> None:
    assert branchline("lrs", "set", endpoint, "--username", username, "--password-stdin", stdin="x\n").code == code
    assert not (home / "config.toml").exists()


def test_a_missing_password_is_asked_for_only_where_somebody_can_answer(branchline: Callable[..., Any]) -> None:
    outcome = branchline("lrs", "set", "https://lrs.example/xapi", "--username", "key")
    assert outcome.code == 2
    assert "--password-stdin" in outcome.err


def test_the_time_out_of_the_environment_ends_the_silence_of_an_lrs(
    branchline: Callable[..., Any], waiting: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BRANCHLINE_LRS_TIMEOUT", "0.2")
    with scripted_lrs(lambda _: Reply(0, hang=True)) as server:
        assert _set(branchline, server.endpoint).code == 0
        outcome = branchline("lrs", "check", "--json")
        assert (outcome.code, outcome.document["code"]) == (4, "timeout")
    assert branchline("lrs", "status", "--json").document["waiting"] == waiting
    monkeypatch.setenv("BRANCHLINE_LRS_TIMEOUT", "soon")
    assert branchline("lrs", "check").code == 3


@contextmanager
def _silent_port() -> Iterator[int]:
    """A port that takes no connection and refuses none: its queue of connections that nobody accepts is full."""
    with ExitStack() as stack:
        port = stack.enter_context(socket.socket())
        port.bind(("127.0.0.1", 0))
        port.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(port.getsockname())
        yield port.getsockname()[1]


@pytest.mark.parametrize("command", ["send", "check", "pull"])
def test_who_waits_for_an_lrs_is_told_so_and_can_leave_at_once(
    branchline: Callable[..., Any], waiting: int, home: Path, command: str
) -> None:
    with _silent_port() as port:
        _set(branchline, f"http://127.0.0.1:{port}/xapi")
        environ = {"BRANCHLINE_HOME": str(home), "BRANCHLINE_LRS_CONNECT_TIMEOUT": "600"}
        with Terminal(["lrs", command], environ) as terminal:
            terminal.wait_for(f"http://127.0.0.1:{port}/xapi/ …")
            terminal.process.send_signal(signal.SIGINT)
            assert terminal.ended() == 130
            assert "Traceback" not in terminal.text()
    with _served() as (endpoint, kept):
        _set(branchline, endpoint, "--keep-waiting")
        assert branchline("lrs", "send").code == 0
        assert len(kept) == waiting


def test_every_wait_before_another_try_is_told(branchline: Callable[..., Any], waiting: int, home: Path) -> None:
    answers = [Reply(503), Reply(429, headers={"Retry-After": "1"})]
    with scripted_lrs(lambda request: answers.pop(0) if answers else said(200, request.ids)) as server:
        _set(branchline, server.endpoint)
        with Terminal(["lrs", "send"], {"BRANCHLINE_HOME": str(home)}) as terminal:
            assert terminal.ended() == 0
        assert f"Sending {waiting} statements to {server.endpoint}" in terminal.text()
        assert "Status 503 Trying again in 1 s …" in terminal.text()
        assert "Status 429 Trying again in 1 s …" in terminal.text()


def test_a_password_that_the_lrs_echoes_is_found_nowhere(branchline: Callable[..., Any], waiting: int, home: Path) -> None:
    secret = 'p&ss "wörd"/1'
    token = base64.b64encode(f"key:{secret}".encode()).decode()

    def echo(request: Request) -> Reply:
        text = f"{request.headers['authorization']} {secret} {json.dumps(secret)} {quote(secret)}"
        return Reply(400, text.encode(), {"WWW-Authenticate": text.encode("ascii", "replace").decode()})

    with scripted_lrs(echo) as server:
        _set(branchline, server.endpoint, password=secret)
        commands = ["lrs send", "lrs send --debug", "lrs check --debug", "lrs pull --debug", "lrs status --json", "config show --json"]
        commands += ["lrs dead-letters list", "lrs dead-letters export", "doctor --json", "sessions list --json"]
        shown = "".join(outcome.out + outcome.err for outcome in (branchline(*command.split()) for command in commands))
    assert branchline("lrs", "status", "--json").document["dead"] == waiting
    assert "[hidden]" in shown
    kept = {each.name: each.read_bytes() for each in home.rglob("*") if each.is_file() and each.name != "secrets.toml"}
    assert "branchline.db" in kept
    for spelling in (secret, json.dumps(secret)[1:-1], quote(secret), token):
        assert spelling not in shown
        assert [name for name, held in kept.items() if spelling.encode() in held] == []
