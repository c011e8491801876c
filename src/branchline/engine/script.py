"""Scripts as actions: words of a conversation's script in decisions, acts of a drill's script as the desk takes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.content.script import Word, word
from branchline.engine.actions import Act, Check, Submit, Undo
from branchline.errors import ActionRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from branchline.engine.actions import Action
    from branchline.engine.events import Value


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of a script with the draws that follow it; `word` is None for draws before any decision."""

    word: Word | None
    draws: tuple[Word, ...]

    @property
    def branches(self) -> tuple[int, ...]:
        """The branch of each draw."""
        return tuple(draw.branch for draw in self.draws if draw.branch is not None)

    @property
    def length(self) -> int:
        """How many words of the script it takes."""
        return len(self.draws) + (self.word is not None)


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
    """The branches that a script names before its first decision; none in an exam, where naming one is an error."""
    first = next(decisions(words), None)
    return first.branches if first is not None and first.word is None and mode != "exam" else ()


def desk_action(written: Mapping[str, Any]) -> Action:
    """The action that `{do: verb, argument: value, …}` is; `check`, `undo` and `submit` are verbs too.

    Raises ActionRefused, code `unknown-action`, where no verb is named.
    """
    given = dict(written)
    verb = str(given.pop("do", ""))
    if not verb:
        raise ActionRefused("An action names what it does.", hint="Write `do: VERB`.", code="unknown-action")
    if verb in _BARE:
        return _BARE[verb]
    text = str(given.pop("text", ""))
    return Act(verb, tuple(sorted((name, value_of(value)) for name, value in given.items())), text)


_BARE: Mapping[str, Action] = {"submit": Submit(), "check": Check(), "undo": Undo()}


def value_of(value: object) -> Value:
    """What an argument may hold; a list is written as its words."""
    if isinstance(value, bool | int | float | str):
        return value
    return ", ".join(str(item) for item in value) if isinstance(value, list) else ""
