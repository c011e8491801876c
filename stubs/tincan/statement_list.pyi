from collections.abc import Iterable

from tincan.statement import Statement

class StatementList(list[Statement]):
    def __init__(self, statements: Iterable[Statement], /) -> None: ...
    def to_json(self, version: str = ...) -> str: ...
