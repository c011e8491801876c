"""Following a script: its words become decisions; what is not possible becomes an error in the result, and the next word is tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.engine.actions import Act, Check, Submit
from branchline.engine.events import TIMEOUT, DrawMade
from branchline.engine.script import decisions, desk_action
from branchline.errors import ActionRefused
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.script import Word
    from branchline.engine.events import DeskActed
    from branchline.engine.script import Decision
    from branchline.journal.model import Entry
    from branchline.practice import DeskPractice, Practice


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
            acted = _do(practice, action)
        except ActionRefused as error:
            errors.append({"seq": practice.entries[-1].seq, "code": error.code, "message": str(error)})
            continue
        if acted is not None and not acted.ok:
            errors.append({"seq": practice.entries[-1].seq, "code": acted.code, "message": acted.message})
    if not practice.finished:
        practice.suspend()
    return errors


def _do(practice: DeskPractice, written: Mapping[str, Any]) -> DeskActed | None:
    action = desk_action(written)
    if isinstance(action, Submit):
        practice.submit()
    elif isinstance(action, Check):
        practice.check()
    elif isinstance(action, Act):
        return practice.act(action.verb, dict(action.arguments), action.text)
    else:
        practice.undo()
    return None
