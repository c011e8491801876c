"""Preview: a scenario played while it is being written. Nothing of it is recorded, scored or sent.

The moves are the only thing that is kept; every version of the file is walked again by them, from its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.authoring.situation import Conditions, next_value, value_of, variables, with_value
from branchline.authoring.walk import Move, Toggle, Walk, word_of
from branchline.authoring.watched import Watched
from branchline.content.script import word
from branchline.engine.actions import Choose, TimeOut
from branchline.engine.conversation import locked_choices, open_choices
from branchline.engine.events import TIMEOUT
from branchline.engine.script import decisions
from branchline.errors import ActionRefused, ContentError, UsageError
from branchline.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from branchline.authoring.situation import Condition, Variable
    from branchline.content.compiled import Choice, Scenario
    from branchline.content.diagnostic import Diagnostic
    from branchline.content.load import Reading
    from branchline.engine.events import Value
    from branchline.engine.state import Decision


@dataclass(frozen=True, slots=True)
class Reload:
    """What became of a walk when its files were read again."""

    message: str
    """What changed, what still stands, what was lost and why."""
    playable: bool
    """Whether the file as it is now can be played; else the last version that could goes on."""
    lost: tuple[str, ...] = ()
    """The moves that were given up, as scripts write them."""
    reason: str = ""
    """Why the first of them could not be made."""
    dropped: tuple[str, ...] = ()
    """Values set by hand that the new version does not have."""

    @property
    def kept(self) -> bool:
        """Whether every move still stands."""
        return not self.lost and not self.dropped


class Preview:
    """One scenario file, played while it changes."""

    def __init__(self, path: Path, today: str, *, seed: int = 0) -> None:
        """Reads the file; where it cannot be played yet, `walk` stays None until it can.

        `today` is an ISO date. Raises UsageError, code `no-file` or `not-a-scenario`.
        """
        self.seed = seed
        self._watched = Watched(path, today)
        self.name = self._watched.name
        """The file, relative to its workspace."""
        self.diagnostics: tuple[Diagnostic, ...] = ()
        """Of the file as it is now."""
        self.broken = False
        """Whether the file as it is now cannot be played."""
        self.walk: Walk | None = None
        self._conditions: Conditions | None = None
        self._take(self._watched.read())

    @property
    def playing(self) -> Walk:
        """The walk; ContentError with every Diagnostic where no version could be played yet."""
        if self.walk is None:
            raise ContentError("The scenario cannot be played yet.", self.diagnostics, where=self.name)
        return self.walk

    # ------------------------------------------------------------------------------------------------ what there is

    def choices(self) -> tuple[tuple[Choice, bool], ...]:
        """What is shown at the present node, in authored order, each with whether it is open."""
        walk = self.playing
        opened, locked = open_choices(walk.scenario, walk.state), locked_choices(walk.scenario, walk.state)
        node = walk.scenario.nodes.get(walk.state.node)
        return () if node is None else tuple((each, each in opened) for each in node.choices if each in opened or each in locked)

    @property
    def can_wait(self) -> bool:
        """Whether saying nothing leads on here."""
        node = self.playing.scenario.nodes.get(self.playing.state.node)
        return node is not None and node.timeout is not None

    def variables(self) -> tuple[Variable, ...]:
        """Trust, heat and every declared variable; none before there is a version to play."""
        return () if self.walk is None else variables(self.walk.state, self.walk.by_hand)

    def conditions(self) -> tuple[Condition, ...]:
        """The conditions of the present node with their values; none before there is a version to play."""
        return () if self.walk is None or self._conditions is None else self._conditions.at(self.walk.state)

    # ------------------------------------------------------------------------------------------------ what can be done

    def choose(self, choice_id: str, draws: tuple[int, ...] = ()) -> None:
        """Say a reply; ActionRefused, and then nothing has happened."""
        self.playing.act(Choose(choice_id, draws))

    def time_out(self, draws: tuple[int, ...] = ()) -> None:
        """Say nothing until the time is up; ActionRefused where the node waits for ever."""
        self.playing.act(TimeOut(draws))

    def set_variable(self, name: str, value: Value) -> None:
        """Give trust, heat or a variable another value here; UnknownId, or ActionRefused with code `not-in-domain`."""
        walk = self.playing
        wanted = value_of(with_value(walk.state, name, value), name)
        last = walk.moves[-1] if walk.moves else None
        if isinstance(last, Toggle) and last.name == name:
            self._walk_again(walk.moves[:-1])
        if value_of(self.playing.state, name) != wanted:
            self.playing.go(Toggle(name, wanted))

    def cycle(self, name: str, by: int = 1) -> None:
        """Give it the next value (the one before, where `by` is negative); UnknownId."""
        self.set_variable(name, next_value(self.playing.state, name, by))

    def undo(self) -> None:
        """Take the last move back, a value set by hand too; ActionRefused, code `nothing-to-undo`."""
        moves = self.playing.moves
        if not moves:
            raise ActionRefused("There is nothing to take back.", code="nothing-to-undo")
        self._walk_again(moves[:-1])

    def restart(self) -> None:
        """Go back to the start."""
        self._walk_again([])

    def follow(self, words: Sequence[str]) -> None:
        """Make the moves that a script's words name; raises ActionRefused at the first that cannot be made, those before it stand."""
        for decision in decisions(words):
            if decision.word is None:
                scenario = self.playing.scenario
                self.walk = Walk(scenario, self.seed, [f"{draw.node}~{draw.branch}" for draw in decision.draws])
                continue
            node, here = decision.word.node, self.playing.state.node
            if node and node != here:
                raise ActionRefused(f"The conversation stands at `{here}`, not at `{clean_line(node)}`.", code="wrong-place")
            if decision.word.choice == TIMEOUT:
                self.time_out(decision.branches)
            else:
                self.choose(decision.word.choice, decision.branches)

    def _walk_again(self, moves: Sequence[Move]) -> None:
        """The same version from its start by moves that it has allowed before."""
        again = Walk(self.playing.scenario, self.seed, self.playing.opening)
        for move in moves:
            again.go(move)
        self.walk = again

    # ------------------------------------------------------------------------------------------------ live

    def poll(self) -> Reload | None:
        """Read again what has changed on disk; None where nothing has, or nothing that can be seen."""
        return self.reload() if self._watched.changed() else None

    def reload(self) -> Reload | None:
        """Read everything again; None where nothing differs."""
        return self._take(self._watched.read())

    def _take(self, reading: Reading) -> Reload | None:
        was_broken, before, self.diagnostics = self.broken, self.diagnostics, reading.diagnostics
        self.broken = reading.scenario is None
        if reading.scenario is None:
            last = " The last version that could be played goes on." if self.walk is not None else ""
            return None if was_broken and before == self.diagnostics else Reload(f"The file cannot be played now.{last}", playable=False)
        old = self.walk
        self._conditions = Conditions(reading.scenario)
        if old is None:
            self.walk = _opened(reading.scenario, self.seed, ())
            return Reload("The file can be played now.", playable=True)
        self.walk, found = walked(reading.scenario, old, self.seed)
        if old.scenario.content_hash != reading.scenario.content_hash:
            return found
        if was_broken:
            return Reload("The file can be played again, and nothing in it differs.", playable=True)
        return None if before == self.diagnostics else Reload("The Diagnostics have changed.", playable=True)


def walked(scenario: Scenario, old: Walk, seed: int) -> tuple[Walk, Reload]:
    """The same moves in another version, as far as it allows them, and what to tell about it."""
    walk = _opened(scenario, seed, old.opening)
    dropped: list[str] = []
    lost: list[Move] = []
    reason, again = "", ""
    for index, move in enumerate(old.moves):
        try:
            walk.go(move)
        except UsageError as refused:
            if isinstance(move, Toggle):
                dropped.append(f"{move} ({refused.what})")
            elif move.draws and _goes(walk, move._replace(draws=())):
                again = " Chance was asked again."
            else:
                lost, reason = old.moves[index:], _reason(walk, move, refused)
                break
    words = tuple(word_of(move) for move in lost)
    message = f"{_change(old.scenario, scenario)}: {_stands(old, walk, words, reason)}{again}{_by_hand(walk, dropped)}"
    return walk, Reload(message, playable=True, lost=words, reason=reason, dropped=tuple(dropped))


def _opened(scenario: Scenario, seed: int, opening: Sequence[str]) -> Walk:
    """A walk at its start; draws before the first decision that this version does not have are made by the seed."""
    if opening:
        try:
            walk = Walk(scenario, seed, opening)
        except ActionRefused:
            return Walk(scenario, seed)
        if [word(text).node for text in walk.opening] == [word(text).node for text in opening]:
            return walk
    return Walk(scenario, seed)


def _goes(walk: Walk, move: Decision) -> bool:
    try:
        walk.go(move)
    except ActionRefused:
        return False
    return True


def _reason(walk: Walk, move: Decision, refused: UsageError) -> str:
    """Why a reply that was given cannot be given in this version."""
    node, here = walk.scenario.node(move.node), walk.state.node
    if node is None:
        return f"The node `{clean_line(move.node)}` is gone."
    if node.id != here:
        over = " is over and" if walk.state.ended else ""
        return f"The conversation{over} stands at `{clean_line(here)}` there, not at `{clean_line(node.id)}`."
    return clean_line(refused.what)


def _change(old: Scenario, new: Scenario) -> str:
    return "Texts, levels or SOPs changed" if old.logic_hash == new.logic_hash else "The scenario was edited"


def _stands(old: Walk, new: Walk, lost: tuple[str, ...], reason: str) -> str:
    of = len(old.moves)
    if lost:
        return f"{of - len(lost)} of {of} moves still stand. Given up: {', '.join(lost)}. Reason: {reason}"
    before = new.scenario.node(old.state.node)
    place = new.state.node
    if (before.id if before is not None else old.state.node) != place:
        return f"your place has moved from `{clean_line(old.state.node)}` to `{clean_line(place)}`."
    return "your place is kept."


def _by_hand(walk: Walk, dropped: Sequence[str]) -> str:
    kept = [str(move) for move in walk.moves if isinstance(move, Toggle)]
    told = f" Set by hand again: {', '.join(kept)}." if kept else ""
    return f"{told} No longer set: {', '.join(dropped)}." if dropped else told
