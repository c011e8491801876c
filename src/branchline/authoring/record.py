"""Play tests written by the program: from a session somebody played, and from the shortest way to each ending."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.authoring.playing import play
from branchline.authoring.playtest import SUFFIX
from branchline.authoring.writing import block
from branchline.content.desk_types import Drill
from branchline.content.script import AuthoredScript
from branchline.engine.desk_state import DeskState
from branchline.engine.events import TIMEOUT, ChoiceMade, DeskActed, DrawMade, SessionStarted, TicketSubmitted, TimedOut
from branchline.engine.standing import standing
from branchline.errors import ActionRefused, ConfigurationError, UsageError
from branchline.explore import explore
from branchline.scoring import score
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from branchline.authoring.playing import Played
    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from branchline.engine.play import Content
    from branchline.journal.model import Entry


def recorded(content: Content, entries: Sequence[Entry], title: str = "") -> str:
    """The play test of a session: what stands of it, played again with the present content; it expects what that gives.

    Raises ActionRefused, code `cannot-replay`, where the present content does not allow all of it.
    """
    events = [event for _, event in standing(entry.event for entry in entries)]
    started = next(event for event in events if isinstance(event, SessionStarted))
    script: dict[str, Any] = {"format": 1, started.kind: content.id, "seed": started.seed}
    if started.mode != "practice":
        script["mode"] = started.mode
    if started.kind == "drill":
        script["actions"] = list(_acts(events))
    else:
        script["choices"] = list(_words(events, named=started.mode != "exam"))
    return written(content, script, title)


def written(content: Content, script: dict[str, Any], title: str = "") -> str:
    """A play test as YAML that expects what playing `script` gives now; ActionRefused, code `cannot-replay`, where it cannot be played."""
    played = play(content, AuthoredScript.model_validate(script))
    drill = isinstance(content, Drill)
    if played.refusals and not drill:
        first = played.refusals[0]
        message = f"The present version does not allow all of it: {first.message}"
        raise ActionRefused(message, where=f"word {first.index + 1}", code="cannot-replay")
    expect = _expectation(played)
    if played.refusals:
        expect = {"errors": [refusal.code for refusal in played.refusals], **expect}
    head = f"# {clean_line(title)}\n" if title else ""
    return f"{head}{block({**script, 'expect': expect})}"


def generated(scenario: Scenario) -> dict[str, str]:
    """A play test for each ending that can be reached, by ending id."""
    tests: dict[str, str] = {}
    explored = explore(scenario)
    for name, ending in scenario.endings.items():
        words = explored.witness(name)
        if words is not None:
            script = {"format": 1, "scenario": scenario.id, "seed": 0, "choices": list(words)}
            tests[name] = written(scenario, script, f"The shortest way to: {ending.title}")
    return tests


def put(path: Path, text: str) -> None:
    """Write a new file; UsageError, code `exists`, where there is one, ConfigurationError where the folder cannot be written."""
    if not path.name.endswith(SUFFIX):
        hint = f"`{clean_line(path.name.partition('.')[0])}{SUFFIX}` would be one."
        raise UsageError(f"A play test's name ends with `{SUFFIX}`.", where=clean_line(str(path)), hint=hint, code="not-a-test")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        where = clean_line(str(path))
        if isinstance(error, FileExistsError) and path.exists():
            raise UsageError("That file is there already.", where=where, hint="Name another one.", code="exists") from error
        reason = clean_line(error.strerror or str(error))
        raise ConfigurationError(f"The play test cannot be written: {reason}.", where=where, code="not-writable") from error


def _words(events: Iterable[Event], *, named: bool) -> Iterable[str]:
    for event in events:
        match event:
            case ChoiceMade(node, choice, _):
                yield f"{node}.{choice}"
            case TimedOut(node, _):
                yield f"{node}{TIMEOUT}"
            case DrawMade(node, branch, _) if named:
                yield f"{node}~{branch}"
            case _:
                pass


def _acts(events: Iterable[Event]) -> Iterable[dict[str, Any]]:
    for event in events:
        if isinstance(event, DeskActed):
            yield {"do": event.verb, **dict(event.arguments), **({"text": event.text} if event.text else {})}
        elif isinstance(event, TicketSubmitted):
            yield {"do": "submit"}


def _expectation(played: Played) -> dict[str, Any]:
    """What the end of it is, in the form of `expect`; scores on one line."""
    state, found = played.state, score(played.content, played.events)
    parts = ("empathy", "sop", "outcome", "composite")
    scores = {part: None if (value := getattr(found, part)) is None else round(value, 1) for part in parts}
    if isinstance(state, DeskState):
        changed = {name: value for name, value in state.ticket.items() if name in {"status", "category", "disposition"} and value != ""}
        return {"ticket": changed, "scores": scores, "passed": found.passed}
    end: dict[str, Any] = {"ending": state.node} if state.ended else {"node": state.node}
    spoken = [line.text for line in played.transcript.lines if line.speaker == "customer" and "\n" not in line.text]
    return {**end, "variables": state.variables, "scores": scores, "passed": found.passed, **({"text": spoken[-1]} if spoken else {})}
