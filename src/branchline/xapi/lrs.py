"""The LRS: the one place that knows the tincan library. Its objects are made from copies here and never leave."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tincan.http_request import HTTPRequest
from tincan.lrs_response import LRSResponse
from tincan.remote_lrs import RemoteLRS
from tincan.statement import Statement

from branchline.text import clean_line
from branchline.xapi.answer import Answer, Check, Found
from branchline.xapi.transport import Credentials, Endpoint, Transport
from branchline.xapi.vocabulary import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

_WRONG = {
    401: ("unauthorized", "The LRS refuses the user name or password."),
    403: ("forbidden", "The LRS knows the user but does not let it do this."),
    404: ("not-found", "There is no LRS at this address; the endpoint often ends in /xapi/ or /xAPI/."),
    405: ("not-found", "What answers at this address is no LRS."),
}


class _Remote(RemoteLRS):
    """tincan's client over our own transport, which alone has the credentials."""

    _transport: Transport
    _answer: Answer

    def __init__(self, transport: Transport) -> None:
        super().__init__(version=VERSION, endpoint=transport.endpoint.shown)
        # tincan refuses attributes that it does not know.
        object.__setattr__(self, "_transport", transport)

    def __repr__(self) -> str:
        return f"_Remote({self._transport.endpoint.shown})"

    def _send_request(self, request: HTTPRequest) -> LRSResponse:
        """Send over the kept connection; the Answer stays in `_answer`, whatever tincan then makes of the response."""
        transport = self._transport
        headers = {"X-Experience-API-Version": self.version, "Accept": "application/json", **request.headers}
        params = {name: _worded(value) for name, value in request.query_params.items()}
        body = request.content.encode("utf-8") if request.content is not None else None
        answer = transport.exchange(request.method, transport.endpoint.target(request.resource, params), headers, body)
        object.__setattr__(self, "_answer", answer)
        return LRSResponse(
            success=answer.family == "2xx", request=request, response=transport.raw if answer.status else None, data=answer.body
        )

    def answer_to(self, request: HTTPRequest) -> Answer:
        """Send and give our own Answer."""
        self._send_request(request)
        return self._answer


def _worded(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Lrs:
    """One LRS. No method raises for what the network or the LRS does; use from one thread, but `abort` from any."""

    def __init__(
        self,
        endpoint: str,
        username: str,
        password: str,
        *,
        connect_timeout: float = 10,
        read_timeout: float = 30,
        ca_file: Path | None = None,
    ) -> None:
        """ConfigurationError where the endpoint, the user name or the CA file cannot be used; nothing is sent yet."""
        where = Endpoint(endpoint)
        user, secret = (username, password) if username or password else where.userinfo
        self._transport = Transport(
            where, Credentials(user, secret), connect_timeout=connect_timeout, read_timeout=read_timeout, ca_file=ca_file
        )
        self._remote = _Remote(self._transport)
        self.breathe: Callable[[], None] | None = None
        """Called after each statement that was made ready: who shares the interpreter with an app may sleep there."""

    def __repr__(self) -> str:
        return f"Lrs({self.endpoint})"

    @property
    def endpoint(self) -> str:
        """The address without credentials."""
        return self._transport.endpoint.shown

    def put(self, statement: Mapping[str, Any]) -> Answer:
        """Store one statement under its id."""
        try:
            content = Statement(_copied(statement)).to_json(VERSION)
        except Exception as error:  # noqa: BLE001 -- tincan raises whatever its setters meet
            return _unbuilt(error)
        params = {"statementId": str(statement["id"])}
        return self._send("PUT", content, params)

    def post(self, statements: Sequence[dict[str, Any]]) -> Answer:
        """Store statements, in this order. They are given away: tincan changes what it is given, and a copy would cost a tenth more."""
        try:
            texts = [self._ready(each) for each in statements]
        except Exception as error:  # noqa: BLE001 -- as above
            return _unbuilt(error)
        return self._send("POST", f"[{','.join(texts)}]", {})

    def _ready(self, statement: dict[str, Any]) -> str:
        text: str = Statement(statement).to_json(VERSION)
        if self.breathe is not None:
            self.breathe()
        return text

    def get(self, resource: str, params: Mapping[str, str] | None = None) -> Answer:
        """Read a resource: `statements` with parameters, or what a `more` of this LRS says."""
        return self._remote.answer_to(HTTPRequest(method="GET", resource=resource, headers={}, query_params=dict(params or {})))

    def get_statement(self, statement_id: str) -> Found:
        """The statement of that id as raw JSON, voided ones included."""
        problem: Answer | None = None
        for name in ("statementId", "voidedStatementId"):
            answer = self.get("statements", {name: statement_id})
            if answer.status == HTTPStatus.NOT_FOUND and not answer.is_html:
                continue
            if answer.status == HTTPStatus.BAD_REQUEST and name == "voidedStatementId":
                continue
            found, known = _single(answer, statement_id)
            if found is not None:
                return Found(found)
            if not known:
                problem = problem or answer
        return Found(None, problem)

    def check(self) -> Check:
        """Whether statements can be read here with these credentials."""
        answer = self.get("statements", {"limit": "1"})
        code, words = _judged(answer)
        return Check(code == "ok", code, words)

    def close(self) -> None:
        """Let the connection go."""
        self._transport.close()

    def abort(self) -> None:
        """End a request under way in another thread; it answers as a broken connection."""
        self._transport.abort()

    def _send(self, method: str, content: str, params: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/json"}
        request = HTTPRequest(method=method, resource="statements", headers=headers, query_params=params, content=content)
        return self._remote.answer_to(request)


def _copied(value: Any) -> Any:
    """A copy of JSON-able data, for tincan changes what it is given; `copy.deepcopy` takes ten times as long."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _unbuilt(error: Exception) -> Answer:
    return Answer(0, error="statement", words=f"It is no statement of xAPI 1.0.3 ({type(error).__name__}).")


def _single(answer: Answer, statement_id: str) -> tuple[dict[str, Any] | None, bool]:
    """The statement in an answer, alone or as a list of one, and whether the answer is an LRS's at all."""
    data = answer.data if answer.status == HTTPStatus.OK else None
    if not isinstance(data, dict):
        return None, False
    many = data.get("statements", [data])
    if not isinstance(many, list):
        return None, False
    found = (each for each in many if isinstance(each, dict) and str(each.get("id", "")).lower() == statement_id.lower())
    return next(found, None), "statements" in data or "id" in data


def _judged(answer: Answer) -> tuple[str, str]:
    if answer.status == 0:
        return answer.error, answer.words
    if answer.status in _WRONG:
        return _WRONG[answer.status]
    if answer.family == "3xx":
        place = clean_line(answer.headers.get("location", "another one"))
        return "redirect", f"The address sends on to {place}; set the endpoint itself."
    if answer.is_html:
        return "html", "A web page answers instead of an LRS: a wrong path, or the login page of the network."
    if answer.family == "5xx":
        return "server", f"The LRS has an error of its own (status {answer.status})."
    return _readable(answer)


def _readable(answer: Answer) -> tuple[str, str]:
    data = answer.data
    if answer.status == HTTPStatus.BAD_REQUEST and "version" in answer.body.lower():
        said = clean_line(answer.body)[:200]
        return "version", f"The LRS misses the version header (a proxy may have taken it out) or wants another version: “{said}”."
    if answer.status == HTTPStatus.OK and isinstance(data, dict) and isinstance(data.get("statements"), list):
        version = clean_line(answer.headers.get("x-experience-api-version", ""))
        told = f"it speaks xAPI {version}" if version else "it names no version of xAPI, as some do"
        return "ok", f"The LRS answers and accepts the credentials; {told}."
    return "not-an-lrs", f"What answers here (status {answer.status}) does not look like an LRS."
