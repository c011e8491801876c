"""Following a script: its words become decisions; what is not possible becomes an error in the result, and the next word is tried."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from branchline.content.script import Word, word
from branchline.errors import ActionRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.practice import Practice


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


def follow(practice: Practice, words: Sequence[str]) -> list[dict[str, Any]]:
    """Play the words; suspends where they stop early. Returns each error as seq (of the last event), code and message."""
    errors: list[dict[str, Any]] = []
    for decision in decisions(words):
        try:
            _take(practice, decision)
        except ActionRefused as error:
            errors.append({"seq": practice.entries[-1].seq, "code": error.code, "message": str(error)})
    if not practice.finished:
        practice.suspend()
    return errors


def _take(practice: Practice, decision: Decision) -> None:
    wanted = decision.word
    if wanted is None:
        raise ActionRefused("No draw waits at the start of this conversation.", code="no-draw")
    if practice.finished:
        raise ActionRefused("The conversation has ended already.", code="ended")
    if wanted.node and wanted.node != practice.state.node:
        raise ActionRefused(f"The conversation stands at `{practice.state.node}`, not at `{wanted.node}`.", code="wrong-place")
    if decision.branches and practice.mode == "exam":
        raise ActionRefused("A draw cannot be named in an exam.", code="draw-in-exam")
    if wanted.choice == "!timeout":
        practice.time_out(decision.branches)
    else:
        practice.choose(wanted.choice, decision.branches)
