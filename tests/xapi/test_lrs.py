from __future__ import annotations

import base64
import logging
import socket
import subprocess
import sys
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from branchline.errors import ConfigurationError
from branchline.xapi.lrs import Lrs
from branchline.xapi.same import same
from lrs_servers import Reply, Request, said, scripted_lrs
from xapi_outbox import ids, statement

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = 'pä"ss wörd/✓'
HTML = Reply(200, b"<!DOCTYPE html><title>Login</title>", {"Content-Type": "text/html"})


def accept(request: Request) -> Reply:
    if request.method == "GET":
        return said(200, {"statements": [], "more": ""})
    return Reply(204) if request.method == "PUT" else said(200, request.ids)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_statements_go_with_version_and_utf_8_credentials_over_one_kept_connection() -> None:
    with scripted_lrs(accept) as server, closing(Lrs(server.endpoint, "jo", PASSWORD)) as lrs:
        assert lrs.post([statement(1), statement(2)]).status == 200
        assert lrs.put(statement(3)).status == 204
        assert lrs.check().ok
        post, put, get = server.requests
    assert {request.connection for request in server.requests} == {post.connection}
    assert post.headers["x-experience-api-version"] == "1.0.3"
    assert base64.b64decode(post.headers["authorization"].removeprefix("Basic ")).decode() == f"jo:{PASSWORD}"
    assert (post.method, post.target, post.ids) == ("POST", "/xapi/statements", ids(1, 2))
    assert (put.method, put.query) == ("PUT", {"statementId": ids(3)[0]})
    assert (get.method, get.query) == ("GET", {"limit": "1"})


def test_what_is_sent_says_what_was_given() -> None:
    with scripted_lrs(accept) as server, closing(Lrs(server.endpoint, "jo", PASSWORD)) as lrs:
        given = statement(1)
        lrs.put(given)
        assert given == statement(1)
        lrs.post([given])
        put, post = server.requests
    assert same(statement(1), put.statements[0])
    assert same(statement(1), post.statements[0])


def test_a_dropped_idle_connection_is_opened_anew_once() -> None:
    with scripted_lrs(lambda _: Reply(204, close=True)) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert [lrs.put(statement(number)).status for number in (1, 2, 3)] == [204, 204, 204]
        assert len({request.connection for request in server.requests}) == 3


def test_an_answer_that_breaks_off_at_once_is_not_asked_for_twice() -> None:
    with scripted_lrs(lambda _: Reply(0, drop=True)) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        answer = lrs.post([statement(1)])
        assert (answer.status, answer.error, len(server.requests)) == (0, "reset", 1)


def test_silence_ends_with_the_read_time_out() -> None:
    with scripted_lrs(lambda _: Reply(0, hang=True)) as server, closing(Lrs(server.endpoint, "jo", "x", read_timeout=0.1)) as lrs:
        assert lrs.post([statement(1)]).error == "timeout"
        assert lrs.check().code == "timeout"


def test_abort_ends_a_request_of_another_thread_and_everything_after_it() -> None:
    asked = threading.Event()

    def silent(_: Request) -> Reply:
        asked.set()
        return Reply(0, hang=True)

    with scripted_lrs(silent) as server, closing(Lrs(server.endpoint, "jo", "x", read_timeout=30)) as lrs:
        found: list[str] = []
        thread = threading.Thread(target=lambda: found.append(lrs.check().code))
        thread.start()
        assert asked.wait(10)
        lrs.abort()
        thread.join(5)
        assert found == ["reset"]
        assert lrs.check().code == "reset"
        assert len(server.requests) == 1


def test_an_answer_that_is_no_utf_8_keeps_its_status() -> None:
    with scripted_lrs(lambda _: Reply(400, "ungültig".encode("latin-1"))) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        answer = lrs.post([statement(1)])
        assert (answer.status, answer.body) == (400, "ung�ltig")


def test_a_redirect_is_not_followed() -> None:
    away = Reply(307, headers={"Location": "http://127.0.0.1:1/elsewhere"})
    with scripted_lrs(lambda _: away) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert lrs.post([statement(1)]).status == 307
        assert lrs.check().code == "redirect"
        assert len(server.requests) == 2


def test_what_tincan_cannot_build_is_an_answer_about_the_statement() -> None:
    with closing(Lrs("http://127.0.0.1:1/", "jo", "x")) as lrs:
        assert lrs.post([statement(1, timestamp="yesterday")]).error == "statement"
        assert lrs.put(statement(1, mood="fine")).error == "statement"


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (said(200, {"statements": []}), "ok"),
        (Reply(401), "unauthorized"),
        (Reply(403), "forbidden"),
        (Reply(404), "not-found"),
        (Reply(301, headers={"Location": "/x"}), "redirect"),
        (HTML, "html"),
        (Reply(500), "server"),
        (Reply(400, b"Missing X-Experience-API-Version header"), "version"),
        (Reply(400, b"no"), "not-an-lrs"),
        (said(200, []), "not-an-lrs"),
        (said(200, {"hello": 1}), "not-an-lrs"),
        (Reply(200, b"not http"), "not-an-lrs"),
    ],
)
def test_the_check_tells_what_answers(reply: Reply, code: str) -> None:
    with scripted_lrs(lambda _: reply) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        check = lrs.check()
    assert (check.code, check.ok) == (code, code == "ok")
    assert check.words.endswith((".", "?"))


def test_the_check_tells_the_version_where_the_lrs_does() -> None:
    replies = [said(200, {"statements": []}, **{"X-Experience-API-Version": "1.0.3"}), said(200, {"statements": []})]
    with scripted_lrs(lambda _: replies.pop(0)) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert "speaks xAPI 1.0.3" in lrs.check().words
        assert "names no version" in lrs.check().words


def test_a_proxy_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://localhost:{port}")
    monkeypatch.delenv("no_proxy", raising=False)
    with closing(Lrs("http://lrs.example.test/xapi/", "jo", "x")) as lrs:
        assert lrs.check().words == "Nothing listens at the proxy localhost on that port."


def test_the_check_tells_why_nothing_answers(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    codes = {Lrs(f"http://127.0.0.1:{port}/", "jo", "x").check().code, Lrs("http://no-such-host.invalid/", "jo", "x").check().code}
    assert codes == {"refused", "dns"}
    with scripted_lrs(accept) as server, closing(Lrs(f"https://127.0.0.1:{server.port}/", "jo", "x")) as lrs:
        assert lrs.check().code == "tls"
    with pytest.raises(ConfigurationError, match="certificates"):
        Lrs("https://lrs.example.test/", "jo", "x", ca_file=tmp_path / "none.pem")


@pytest.mark.parametrize("form", ["alone", "list"])
def test_a_statement_is_found_by_id_alone_or_as_a_list_of_one(form: str) -> None:
    wanted = statement(1)

    def answer(_: Request) -> Reply:
        return said(200, wanted if form == "alone" else {"statements": [statement(2), wanted]})

    with scripted_lrs(answer) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert lrs.get_statement(wanted["id"]).statement == wanted
        found = lrs.get_statement(ids(9)[0])
        assert (found.statement, found.problem) == (None, None)


def test_a_voided_statement_is_found_too() -> None:
    def answer(request: Request) -> Reply:
        return said(200, statement(1)) if "voidedStatementId" in request.query else said(404, {})

    with scripted_lrs(answer) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        assert lrs.get_statement(ids(1)[0]).statement == statement(1)


@pytest.mark.parametrize("reply", [HTML, Reply(503), Reply(401), Reply(200, b"{")])
def test_where_nobody_knows_the_problem_is_told(reply: Reply) -> None:
    with scripted_lrs(lambda _: reply) as server, closing(Lrs(server.endpoint, "jo", "x")) as lrs:
        found = lrs.get_statement(ids(1)[0])
        assert found.statement is None
        assert found.problem is not None
        assert found.problem.status == reply.status


def test_the_query_of_the_endpoint_goes_with_every_request() -> None:
    with scripted_lrs(accept) as server, closing(Lrs(f"{server.endpoint.rstrip('/')}?store=1", "jo", "x")) as lrs:
        assert lrs.check().ok
        lrs.post([statement(1)])
    assert [request.target for request in server.requests] == ["/xapi/statements?store=1&limit=1", "/xapi/statements?store=1"]


def test_credentials_are_in_no_repr_no_error_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    def echo(request: Request) -> Reply:
        sent = request.headers["authorization"]
        return Reply(401, f"jo {PASSWORD} {sent}".encode(), {"X-Echo": sent, "Content-Type": "text/plain"})

    with scripted_lrs(echo) as server, closing(Lrs(server.endpoint, "jo", PASSWORD)) as lrs:
        answer = lrs.post([statement(1)])
        shown = "".join([repr(lrs), repr(vars(lrs)), repr(answer), answer.body, lrs.check().words, caplog.text])
    token = base64.b64encode(f"jo:{PASSWORD}".encode()).decode()
    assert "[hidden]" in answer.body
    assert PASSWORD not in shown
    assert token not in shown


def test_credentials_in_the_endpoint_are_used_and_never_shown() -> None:
    with scripted_lrs(accept) as server, closing(Lrs(f"http://jo:top%20secret@127.0.0.1:{server.port}/xapi", "", "")) as lrs:
        lrs.check()
        assert lrs.endpoint == server.endpoint
    assert base64.b64decode(server.requests[0].headers["authorization"].removeprefix("Basic ")).decode() == "jo:top secret"


@pytest.mark.parametrize(
    "endpoint", ["", "lrs.example.test", "ftp://lrs.example.test/", "http://", "http://x.test/a b", "http://[::1", "http://x:99999/"]
)
def test_an_endpoint_that_is_no_web_address_is_refused(endpoint: str) -> None:
    with pytest.raises(ConfigurationError, match="web address"):
        Lrs(endpoint, "jo", "x")


def test_a_user_name_with_a_colon_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="colon"):
        Lrs("http://x.test/", "a:b", "x")


def test_a_proxy_of_the_environment_is_asked_unless_the_host_is_excepted(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted_lrs(accept) as proxy, scripted_lrs(accept) as server:
        monkeypatch.setenv("http_proxy", f"http://me:mine@127.0.0.1:{proxy.port}")
        with closing(Lrs("http://lrs.example.test/xapi/", "jo", "x")) as lrs:
            assert lrs.check().ok
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        with closing(Lrs(server.endpoint, "jo", "x")) as lrs:
            assert lrs.check().ok
    assert proxy.requests[0].target == "http://lrs.example.test:80/xapi/statements?limit=1"
    assert base64.b64decode(proxy.requests[0].headers["proxy-authorization"].removeprefix("Basic ")) == b"me:mine"
    assert (len(proxy.requests), len(server.requests)) == (1, 1)


def test_the_package_and_everything_but_the_lrs_leaves_tincan_alone() -> None:
    program = "import sys, branchline.xapi, branchline.xapi.statements, branchline.xapi.outbox; print('tincan' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
