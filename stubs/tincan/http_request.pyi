class HTTPRequest:
    method: str
    resource: str
    headers: dict[str, str]
    query_params: dict[str, object]
    content: str | None
    ignore404: bool | None
    def __init__(
        self,
        *,
        method: str,
        resource: str,
        headers: dict[str, str] | None = ...,
        query_params: dict[str, str] | None = ...,
        content: str | None = ...,
        ignore404: bool = ...,
    ) -> None: ...
