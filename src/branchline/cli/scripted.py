"""Following a script: its words become decisions; what is not possible becomes an error in the result, and the next word is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.content.script import Word, word
from branchline.engine.events import TIMEOUT, DrawMade
from branchline.errors import ActionRefused
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchline.engine.events import DeskActed, Value
    from branchline.journal.model import Entry
    from branchline.practice import DeskPractice, Practice


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a script with the draws that follow it; `word` is None for draws before any decision."""

    word: Word | None
    draws: tuple[Word, ...]

    @property
    def branches(self) -> tuple[int, ...]:
        """The branch of each draw."""
        return tuple(draw.branch for draw in self.draws if draw.branch is not None)


def decisions(words: Iterable[str]) -> Iterator[Decision]:
    """The words in groups: a choice or time-out, then the draws that it leads to."""
    held: Word | None = None
    draws: list[Word] = []
    for text in words:
        found = word(text)
        if found.is_draw:
            draws.append(found)
            continue
        if held is not None or draws:
            yield Decision(held, tuple(draws))
        held, draws = found, []
    if held is not None or draws:
        yield Decision(held, tuple(draws))


def opening_draws(words: Sequence[str], mode: str) -> tuple[int, ...]:
    """The branches that a script names before its first decision; none in an exam, where `follow` tells it as an error."""
    first = next(decisions(words), None)
    return first.branches if first is not None and first.word is None and mode != "exam" else ()


def follow(practice: Practice, words: Sequence[str]) -> list[dict[str, Any]]:
    """Play the words; suspends where they stop early. Returns each error as seq (of the last event), code and message.

    Draws before the first decision belong to the start of a session, which was made with `opening_draws`.
    """
    errors: list[dict[str, Any]] = []
    for decision in decisions(words):
        before = len(practice.entries)
        try:
            if decision.word is None:
                before = 0
                _refuse_in_exam(practice, decision)
            else:
                _take(practice, decision, decision.word)
            _compare_draws(decision, practice.entries[before:])
        except ActionRefused as error:
            errors.append({"seq": practice.entries[-1].seq, "code": error.code, "message": str(error)})
    if not practice.finished:
        practice.suspend()
    return errors


def _take(practice: Practice, decision: Decision, wanted: Word) -> None:
    if practice.finished:
        raise ActionRefused("The conversation has ended already.", code="ended")
    if wanted.node and wanted.node != practice.state.node:
        raise ActionRefused(f"The conversation stands at `{practice.state.node}`, not at `{clean_line(wanted.node)}`.", code="wrong-place")
    _refuse_in_exam(practice, decision)
    if wanted.choice == TIMEOUT:
        practice.time_out(decision.branches)
    else:
        practice.choose(wanted.choice, decision.branches)


def _refuse_in_exam(practice: Practice, decision: Decision) -> None:
    if decision.draws and practice.mode == "exam":
        raise ActionRefused("A draw cannot be named in an exam.", code="draw-in-exam")


def _compare_draws(decision: Decision, made: Sequence[Entry]) -> None:
    """Every draw that was named was also made, at the node that was named."""
    nodes = [entry.event.node for entry in made if isinstance(entry.event, DrawMade) and entry.event.named]
    for index, draw in enumerate(decision.draws):
        if index >= len(nodes) or nodes[index] != draw.node:
            raise ActionRefused(f"No draw waited at `{clean_line(draw.node)}`.", code="no-draw")


def follow_acts(practice: DeskPractice, actions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Carry out the actions of a drill's script; suspends where they stop before the ticket is submitted.

    An action is `{do: verb, argument: value, …}`, what is written stands under `text`; `check`, `undo` and `submit` are verbs too.
    A refused operation and an action that the desk does not know are errors; the next action is tried.
    """
    errors: list[dict[str, Any]] = []
    for action in actions:
        try:
            acted = _do(practice, dict(action))
        except ActionRefused as error:
            errors.append({"seq": practice.entries[-1].seq, "code": error.code, "message": str(error)})
            continue
        if acted is not None and not acted.ok:
            errors.append({"seq": practice.entries[-1].seq, "code": acted.code, "message": acted.message})
    if not practice.finished:
        practice.suspend()
    return errors


def _do(practice: DeskPractice, action: dict[str, Any]) -> DeskActed | None:
    verb = str(action.pop("do", ""))
    if not verb:
        raise ActionRefused("An action names what it does.", hint="Write `do: VERB`.", code="unknown-action")
    if verb == "submit":
        practice.submit()
    elif verb == "check":
        practice.check()
    elif verb == "undo":
        practice.undo()
    else:
        text = str(action.pop("text", ""))
        return practice.act(verb, {name: _value(value) for name, value in action.items()}, text)
    return None


def _value(value: object) -> Value:
    """What an argument may hold; a list is written as its words."""
    if isinstance(value, bool | int | float | str):
        return value
    return ", ".join(str(item) for item in value) if isinstance(value, list) else ""
