from http.client import HTTPResponse

from tincan.http_request import HTTPRequest

class LRSResponse:
    success: bool
    request: HTTPRequest
    response: HTTPResponse | None
    data: str
    def __init__(self, *, success: bool, request: HTTPRequest, response: HTTPResponse | None, data: str) -> None: ...
