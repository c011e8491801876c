"""What other tools recorded of a learner, in words: when, what was done, with what, how well, and by which tool.

The statements come as any tool makes them, so every part may be missing or odd; what a part does not say stays empty.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote, urlsplit

from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.journal.received import Activity

LONGEST = 120
"""Characters of a name at most."""
_FULL = 100
_SOURCE = "/activitytype/source"
_VERDICTS = ("/passed", "/failed")
_KEPT = ("scaled", "raw", "min", "max")


class Deed(NamedTuple):
    """One thing that a learner did with another tool; all texts are clean and on one line."""

    at: str
    """UTC, ISO 8601 with seconds; empty where the tool tells no date."""
    verb: str
    """In a word, such as `answered`."""
    activity: str
    """The name of what it was done with, or the last part of its id."""
    within: str
    """The name of the course or part that it belongs to, empty where none is told."""
    score: float | None
    """0 to 100, None where none is told that can be put so."""
    raw: str
    """The score as the tool wrote it, such as `8 of 10`; empty where none is told."""
    success: bool | None
    completion: bool | None
    tool: str
    """Which tool says so, empty where it does not tell."""
    verb_id: str
    activity_id: str
    statement: str
    """Its id."""


def deeds(activities: Iterable[Activity], language: str = "en") -> list[Deed]:
    """What the activities tell, the latest first and those without a date last; names in `language` where there is a choice."""
    found = [deed(each, language) for each in activities]
    return sorted(found, key=lambda each: (each.at, each.statement), reverse=True)


def deed(activity: Activity, language: str = "en") -> Deed:
    """What one activity tells."""
    statement = _member(json.loads(activity.json))
    verb, context, result = (_member(statement.get(name)) for name in ("verb", "context", "result"))
    target = _target(statement.get("object"))
    success, completion = (result.get(name) for name in ("success", "completion"))
    return Deed(
        at=_instant(statement.get("timestamp")) or _instant(statement.get("stored")),
        verb=_word(verb.get("display"), language) or _last(verb.get("id")),
        activity=_name(target, language) or _last(target.get("id")) or _line(target.get("name")),
        within=_within(context, language),
        score=_percent(_member(result.get("score"))),
        raw=_written(_member(result.get("score"))),
        success=success if isinstance(success, bool) else None,
        completion=completion if isinstance(completion, bool) else None,
        tool=_tool(context, _member(statement.get("authority")), language),
        verb_id=_line(verb.get("id")),
        activity_id=_line(target.get("id")),
        statement=_line(activity.id),
    )


def outcome(found: Deed) -> str:
    """How it went, in a few words; empty where that is not told, or the verb tells it already."""
    score = f"{found.score:.0f} %" if found.score is not None else found.raw
    told = "" if found.success is None or found.verb_id.endswith(_VERDICTS) else "successful" if found.success else "not successful"
    return ", ".join(filter(None, (score, told)))


def _member(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _line(value: Any) -> str:
    text = clean_line(value) if isinstance(value, str) else ""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _word(words: Any, language: str) -> str:
    """The text of a language map in that language, in another form of it, in English, or the first there is."""
    texts = {str(tag).lower(): text for tag, value in _member(words).items() if (text := _line(value))}
    short = language.lower().partition("-")[0]
    wanted = [language.lower(), short, *(tag for tag in texts if tag.startswith(f"{short}-")), "en", "en-us", *texts]
    return next((texts[tag] for tag in wanted if tag in texts), "")


def _name(activity: Mapping[str, Any], language: str) -> str:
    definition = _member(activity.get("definition"))
    return _word(definition.get("name"), language) or _word(definition.get("description"), language)


def _last(iri: Any) -> str:
    """The last part of an IRI, as people may read it."""
    if not isinstance(iri, str):
        return ""
    try:
        parts = urlsplit(iri)
    except ValueError:
        return _line(iri)
    path = parts.fragment or parts.path
    return _line(unquote(path.rstrip("/").rpartition("/")[2])) or _line(parts.netloc or iri)


def _target(thing: Any) -> Mapping[str, Any]:
    """What it was done with: the object, or that of a statement within the statement."""
    found = _member(thing)
    return _member(found.get("object")) if found.get("objectType") == "SubStatement" else found


def _within(context: Mapping[str, Any], language: str) -> str:
    around = _member(context.get("contextActivities"))
    names = (_name(each, language) for role in ("parent", "grouping") for each in _activities(around.get(role)))
    return next(filter(None, names), "")


def _activities(value: Any) -> list[Mapping[str, Any]]:
    """A list of activities; before xAPI 1.0.1 one could stand there alone."""
    return [_member(each) for each in value] if isinstance(value, list) else [_member(value)]


def _tool(context: Mapping[str, Any], authority: Mapping[str, Any], language: str) -> str:
    if told := _line(context.get("platform")):
        return told
    for each in _activities(_member(context.get("contextActivities")).get("category")):
        if str(_member(each.get("definition")).get("type", "")).endswith(_SOURCE):
            return _name(each, language) or _last(each.get("id"))
    return _line(authority.get("name"))


def _number(value: Any) -> float | None:
    plain = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if plain else None


def _percent(score: Mapping[str, Any]) -> float | None:
    scaled, raw, least, most = (_number(score.get(name)) for name in _KEPT)
    if scaled is not None:
        return round(min(max(scaled, 0.0), 1.0) * _FULL, 1)
    if raw is None or most is None or most <= (least or 0.0):
        return None
    share = (raw - (least or 0.0)) / (most - (least or 0.0))
    return round(min(max(share, 0.0), 1.0) * _FULL, 1)


def _written(score: Mapping[str, Any]) -> str:
    scaled, raw, _, most = (_number(score.get(name)) for name in _KEPT)
    if raw is not None:
        return f"{raw:g}" if most is None else f"{raw:g} of {most:g}"
    return "" if scaled is None else f"{scaled:g}"


def _instant(value: Any) -> str:
    """An instant in UTC with seconds, so that text order is time order; empty where it is none."""
    try:
        found = datetime.fromisoformat(str(value))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        return found.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""
