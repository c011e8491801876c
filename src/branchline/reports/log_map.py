"""LogMap: which column or key of an outside log says what, and what its actions are called in the SOP.

A mapping file is YAML; every key may be left out:

    case: Ticket            # the column, JSON key or XES attribute that names the case
    action: Activity
    time: Timestamp
    time_format: "%d.%m.%Y %H:%M"     # where times are not ISO 8601, in the words of strptime
    ok: Result              # says whether the action worked …
    refused: [failed, "no"] # … and which of its values mean that it was refused (default: false, no, 0, failed, refused, error)
    values: {amount: Refund amount, method: Paid by}    # field of the act: column; or a list of columns
    facts: {captured: Payment captured}                 # fact of the case: column; or a list of columns
    actions: {Money sent back: issue_refund}            # action in the log: verb of the SOP
    ignore: [Viewed]                                    # actions that are no acts at all
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from branchline.content.source import read_file
from branchline.errors import ConfigurationError
from branchline.text import clean_line, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CASE = ("case", "case_id", "case id", "caseid", "case:concept:name", "ticket", "ticket_id", "ticket id")
ACTION = ("action", "activity", "concept:name", "event", "do")
TIME = ("time", "timestamp", "time:timestamp", "date", "at")
OK = ("ok", "success")
"""Names that are understood without a mapping file, whatever their case; the first that is there counts."""

REFUSED = ("false", "no", "0", "failed", "refused", "error")
_TEXTS = ("case", "action", "time", "time_format", "ok")
_KEYS = (*_TEXTS, "refused", "values", "facts", "actions", "ignore")


@dataclass(frozen=True, slots=True)
class LogMap:
    """Which column says what; an empty name means the usual ones."""

    case: str = ""
    action: str = ""
    time: str = ""
    time_format: str = ""
    ok: str = ""
    refused: frozenset[str] = frozenset(REFUSED)
    """Values of the `ok` column that mean refused, case folded."""
    values: Mapping[str, str] | None = None
    """Column by field; None takes every other column under its own name."""
    facts: Mapping[str, str] = field(default_factory=dict)
    """Column by fact of the case."""
    actions: Mapping[str, str] = field(default_factory=dict)
    """Verb of the SOP by action of the log, case folded."""
    ignore: frozenset[str] = frozenset()
    """Actions that are no acts, case folded."""

    def column(self, role: str, known: Iterable[str]) -> str | None:
        """The one of the `known` names that says `case`, `action`, `time` or `ok`; None where none does."""
        names = list(known)
        wanted = getattr(self, role)
        usual = {"case": CASE, "action": ACTION, "time": TIME, "ok": OK}[role]
        folded: dict[str, str] = {}
        for name in names:
            folded.setdefault(name.strip().casefold(), name)
        if wanted:
            return wanted if wanted in names else folded.get(wanted.casefold())
        return next((folded[name] for name in usual if name in folded), None)

    def worked(self, value: object) -> bool:
        """Whether a value of the `ok` column means that the action was carried out; an empty one does."""
        if value is None or isinstance(value, bool):
            return value is not False
        return str(value).strip().casefold() not in self.refused


def read_map(path: Path) -> LogMap:
    """The mapping file at `path`; ConfigurationError, code `log-map`, that names the place where it is wrong."""
    source = read_file(path, clean_line(str(path)))
    if source.diagnostics:
        first = source.diagnostics[0]
        raise _wrong(first.message, str(first.span), first.hint)
    data = source.data
    if not isinstance(data, dict):
        raise _wrong("The mapping file holds no keys.", clean_line(str(path)), "Write for example `case: Ticket` and `action: Activity`.")
    data.pop("format", None)
    for key in data:
        if key not in _KEYS:
            raise _wrong(f"A mapping file has no key `{clean_line(key)}`.", str(source.span((key,), key=True)), did_you_mean(key, _KEYS))
    try:
        return _built(data)
    except _Refused as refused:
        raise _wrong(refused.what, str(source.span(refused.path)), refused.hint) from None


class _Refused(Exception):
    def __init__(self, key: str, what: str, hint: str) -> None:
        super().__init__(what)
        self.path, self.what, self.hint = (key,), what, hint


def _wrong(what: str, where: str, hint: str) -> ConfigurationError:
    return ConfigurationError(what, where=where, hint=hint, code="log-map")


def _built(data: Mapping[str, Any]) -> LogMap:
    texts = {key: _text(data, key) for key in _TEXTS}
    return LogMap(
        **texts,
        refused=frozenset(_folded(_words(data, "refused"))) if "refused" in data else frozenset(REFUSED),
        values=_columns(data, "values") if "values" in data else None,
        facts=_columns(data, "facts"),
        actions={key.strip().casefold(): verb for key, verb in _columns(data, "actions").items()},
        ignore=frozenset(_folded(_words(data, "ignore"))),
    )


def _folded(words: Iterable[str]) -> Iterable[str]:
    return (word.strip().casefold() for word in words)


def _text(data: Mapping[str, Any], key: str) -> str:
    found = data.get(key, "")
    if not isinstance(found, str):
        raise _Refused(key, f"`{key}` must be the name of a column.", "Put quotation marks around it if it is a number.")
    return found


def _words(data: Mapping[str, Any], key: str) -> list[str]:
    found = data.get(key) or []
    if not isinstance(found, list) or not all(isinstance(each, str | int | bool) for each in found):
        raise _Refused(key, f"`{key}` must be a list of words.", f"Write `{key}: [one, two]`.")
    return [str(each) for each in found]


def _columns(data: Mapping[str, Any], key: str) -> dict[str, str]:
    found = data.get(key) or {}
    if isinstance(found, list) and all(isinstance(each, str) for each in found):
        return {each: each for each in found}
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise _Refused(key, f"`{key}` must say for each name one other name.", f"Write `{key}: {{name: other}}`.")
    return dict(found)
