"""A moment of an old conversation met again: the position before the mistake, what can be said there, and what each reply would give away.

Nothing of what came later is in it. The position is made again by id, so that it survives edits of the scenario; where it does not, Gone
says why.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from branchline.coaching.judging import FLAGGED
from branchline.engine.conversation import evolve, made_again, open_choices
from branchline.engine.events import TIMEOUT, ChoiceMade
from branchline.engine.opening import first_draws
from branchline.errors import ActionRefused, UnknownId
from branchline.explore import judge, loss_of, walk
from branchline.journal.fold import Step
from branchline.journal.model import Entry
from branchline.journal.transcript import Telling
from branchline.scoring.feedback import Feedback, feedback
from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from branchline.coaching.judging import Explorations
    from branchline.coaching.played import Played
    from branchline.content.compiled import Choice, Scenario
    from branchline.engine.events import Event, SessionStarted
    from branchline.engine.state import Decision, State
    from branchline.explore import Exploration
    from branchline.journal.transcript import TranscriptLine


class Gone(Exception):
    """A moment that cannot be met any more; its argument is the reason, a sentence for the learner."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An open choice, weighed."""

    id: str
    say: str
    because: str
    regret: float
    """Points of the composite's scale that it gives away."""

    @property
    def loss(self) -> float:
        """0..1."""
        return loss_of(self.regret)

    @property
    def word(self) -> str:
        """`best`, `good`, `inaccuracy`, `mistake` or `blunder`."""
        return judge(self.loss)

    @property
    def accepted(self) -> bool:
        """Whether it is no mistake: its loss is below 0.1."""
        return self.loss < FLAGGED


@dataclass(frozen=True, slots=True)
class MetAgain:
    """The position before a mistake, in the content that it is met in."""

    scenario: Scenario
    state: State
    lines: tuple[TranscriptLine, ...]
    """The transcript up to here."""
    chosen: str
    """The choice that was the mistake, by its present id; `!timeout`, or empty where it is not open here."""
    chosen_say: str
    """What it said, empty of silence and where it is gone."""
    answers: tuple[Answer, ...]
    """The open choices, the best first."""

    @property
    def node(self) -> str:
        """Where it stands, by its present id."""
        return self.state.node

    def answer(self, choice: str) -> Answer:
        """The open choice with that id; ActionRefused where there is none."""
        found = next((answer for answer in self.answers if answer.id == choice), None)
        if found is None:
            hint = f"Open: {', '.join(sorted(answer.id for answer in self.answers))}."
            raise ActionRefused(f"`{clean(choice)}` is not open here.", where=self.node, hint=hint, code="choice-not-open")
        return found

    def shuffled(self, seed: str) -> tuple[Answer, ...]:
        """The answers in the order that a seed gives them."""
        return tuple(sorted(self.answers, key=lambda answer: hashlib.blake2b(f"{seed}:{answer.id}".encode(), digest_size=8).digest()))

    def earned(self, choice: str) -> Feedback:
        """What saying it earns; of what is not accepted, nothing that tells the better reply. Which is best, `answers` tell by value."""
        answer, opened = self.answer(choice), open_choices(self.scenario, self.state)
        said = next(each for each in opened if each.id == choice)
        found = feedback(said, opened, self.state, _after(self.scenario, self.state, said))
        own = found.dimensions if answer.accepted else tuple((name, level, level) for name, level, _ in found.dimensions)
        return replace(found, dimensions=own, best_say="", best_because="")


def met_again(scenario: Scenario, begun: SessionStarted, mistake: Played, explorations: Explorations, *, edited: bool) -> MetAgain:
    """The position before `mistake` in `scenario`, which is `edited` where it was judged in another content; Gone where there is none."""
    event = mistake.event
    was = event.choice if isinstance(event, ChoiceMade) else TIMEOUT
    # What the session froze stays frozen; facts that are new in the scenario are as it gives them.
    begun = begun._replace(facts=tuple(sorted({**scenario.facts, **dict(begun.facts)}.items())))
    try:
        state, lines = _retold(scenario, begun, mistake.before.decisions)
        _check(scenario, state, event.node, getattr(event, "open", ()))
        exploration = explorations.of(scenario, begun)
        answers = _weighed(exploration, state)
        found = TIMEOUT if was == TIMEOUT else _present(scenario, event.node, was)
        if edited:
            _check_still_wrong(exploration, state, found, answers)
    except ActionRefused as refused:
        where = f" (`{refused.where}`: {refused.what})" if refused.where else ""
        raise Gone(f"The scenario was edited, and the conversation does not come to this moment any more{where}.") from refused
    except UnknownId as unknown:
        raise Gone(f"The scenario was edited, and this moment cannot be judged in it: {unknown.what}") from unknown
    opened = {answer.id: answer.say for answer in answers}
    return MetAgain(scenario, state, lines, found if found == TIMEOUT or found in opened else "", opened.get(found, ""), answers)


def _retold(scenario: Scenario, begun: SessionStarted, decisions: Sequence[Decision]) -> tuple[State, tuple[TranscriptLine, ...]]:
    """The state that these decisions lead to, by id, and everything that is said on the way."""
    telling = Telling()
    state: State | None = None
    for number, event in enumerate(_again(scenario, begun, decisions), 1):
        after = evolve(scenario, state, event)
        telling.add(Step(Entry(number, "", 0.0, event, ""), scenario, state, after))
        state = after
    if state is None:
        raise ActionRefused("The conversation has no start.", code="cannot-replay")
    return state, telling.transcript().lines


def _again(scenario: Scenario, begun: SessionStarted, decisions: Sequence[Decision]) -> Iterator[Event]:
    """The events of a session that makes these decisions again; draws before the first that are gone are made anew."""
    yield begun
    state = evolve(scenario, None, begun)
    early = decisions[:1] if decisions and not decisions[0].choice else ()
    named = early[0].draws if early else ()
    try:
        opening = first_draws(scenario, state, named)
    except ActionRefused:
        opening = first_draws(scenario, state, ())
    for events in _groups(scenario, state, opening, decisions[len(early) :]):
        yield from events


def _groups(scenario: Scenario, state: State, opening: Iterable[Event], decisions: Iterable[Decision]) -> Iterator[Sequence[Event]]:
    events = list(opening)
    yield events
    for event in events:
        state = evolve(scenario, state, event)
    for decision in decisions:
        made = made_again(scenario, state, decision)
        yield made
        for event in made:
            state = evolve(scenario, state, event)


def _check(scenario: Scenario, state: State, node_id: str, then_open: Sequence[str]) -> None:
    node = scenario.node(node_id)
    if node is None:
        raise Gone(f"The scenario was edited, and the moment `{node_id}` is gone.")
    if node.id != state.node:
        raise Gone(f"The scenario was edited, and the conversation comes to `{state.node}` now instead of `{node_id}`.")
    opened = {choice.id for choice in open_choices(scenario, state)}
    if not opened or (then_open and not opened & {_present(scenario, node_id, choice) for choice in then_open}):
        raise Gone(f"The scenario was edited, and every reply that was offered at `{node_id}` is gone.")


def _present(scenario: Scenario, node: str, choice_id: str) -> str:
    """The present id of a choice, empty where it is gone."""
    found = scenario.choice(node, choice_id)
    return found.id if found is not None else ""


def _weighed(exploration: Exploration, state: State) -> tuple[Answer, ...]:
    """The open choices, the best first; UnknownId where the position was not explored."""
    opened = open_choices(exploration.scenario, state)
    if exploration.valued:
        regrets = {choice.id: exploration.regret(state, choice.id) for choice in opened}
    else:
        following = walk(exploration, state)
        regrets = {choice.id: following.decide(choice.name, state, _after(exploration.scenario, state, choice)).regret for choice in opened}
    found = (Answer(choice.id, clean(choice.say.show(state.core)), clean(choice.because), regrets[choice.id]) for choice in opened)
    return tuple(sorted(found, key=lambda answer: answer.regret))


def _after(scenario: Scenario, state: State, choice: Choice) -> State:
    """Where saying it leads, before any draw."""
    return evolve(scenario, state, ChoiceMade(state.node, choice.id, tuple(each.id for each in open_choices(scenario, state))))


def _check_still_wrong(exploration: Exploration, state: State, was: str, answers: Sequence[Answer]) -> None:
    """Gone where what was said is no mistake any more."""
    if was == TIMEOUT:
        place = exploration.scenario.nodes[state.node]
        fine = place.timeout is not None and exploration.valued and loss_of(exploration.regret(state, TIMEOUT)) < FLAGGED
    else:
        fine = any(answer.id == was and answer.accepted for answer in answers)
    if fine:
        raise Gone("The scenario was edited, and what you said there is no mistake any more.")
