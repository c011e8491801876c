from tincan.http_request import HTTPRequest
from tincan.lrs_response import LRSResponse

class RemoteLRS:
    version: str
    endpoint: str
    def __init__(self, *, version: str, endpoint: str) -> None: ...
    def _send_request(self, request: HTTPRequest) -> LRSResponse: ...
