"""A copy of an exported session without names: for reading and for tools, never to be imported.

    {"format":"branchline.session-redacted/1","codec":1,"session":{…},"content":{…},"sum":"…"}
    {"seq":1,"at":…,"elapsed":…,"event":{…},"digest":…,"sum":"…"}          one per entry
    {"stream":{…row},"remarks":[…],"sum":"…"}                              one per stream of comments and reviews
    {"entries":n,"statements":0,"streams":k,"sum":"…"}

The names are gone from content and entries, so the digests fit no more and replaying it would prove nothing: the first line says so, and
`sessions import` refuses it. Statements are left out, for they are frozen facts that nobody may rewrite, and calibrations, for they
name their raters. The sums are its own, so a later change of the copy is still found.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from branchline.journal.exchange import REDACTED, summed
from branchline.journal.streams import COACHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from branchline.coaching.redaction import Redaction

_KEPT = frozenset({"digest", "content_hash", "logic_hash", "seed"})
"""Members that hold no text of anybody, though a phone number may look like one."""
_LONG = 99_999
"""Whole numbers above this one may be somebody's."""


def redacted_copy(exported: str, names: Redaction, *, private: bool = False) -> str:
    """What `export_session` wrote, without names and statements, and without what is not shared unless `private`."""
    return "".join(summed(_without_names(exported, names, private=private)))


def _without_names(exported: str, names: Redaction, *, private: bool) -> Iterator[dict[str, Any]]:
    entries = streams = 0
    for text in exported.splitlines():
        line = json.loads(text)
        line.pop("sum", None)
        if "session" in line:
            session = {**_replaced(line["session"], names), "id": line["session"]["id"], "learner": names.learner}
            rest = {name: value for name, value in line.items() if name not in {"format", "session"}}
            yield {"format": REDACTED, "session": session, **_replaced(rest, names)}
        elif "event" in line:
            entries += 1
            yield _replaced(line, names)
        elif line.get("stream", {}).get("kind") == COACHING:
            said = [_replaced(each, names) for each in line["remarks"] if private or each.get("shared")]
            streams += bool(said)
            yield from [{"stream": _stream(line["stream"], names), "remarks": said}] if said else []
    yield {"entries": entries, "statements": 0, "streams": streams}


def _stream(row: dict[str, Any], names: Redaction) -> dict[str, Any]:
    return {**_replaced(row, names), "learner": names.person(row["learner"])}


def _replaced(data: Any, names: Redaction) -> Any:
    """The data with every text, every name of a member and every long number redacted."""
    if isinstance(data, dict):
        return {names.text(name): value if name in _KEPT else _replaced(value, names) for name, value in data.items()}
    if isinstance(data, list):
        return [_replaced(each, names) for each in data]
    if isinstance(data, str):
        return names.text(data)
    if isinstance(data, int) and not isinstance(data, bool) and abs(data) > _LONG:
        said = names.text(str(data))
        return data if said == str(data) else said
    return data
