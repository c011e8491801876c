"""Which events stand: what an undo or a resume took back counts no more."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.engine import Choose, Resume, Undo
from branchline.engine.events import ChoiceMade, DrawMade, EndingReached, Event, SessionGivenUp, SessionStarted, SopOpened, TimedOut
from branchline.engine.standing import decisions, finish, standing, started
from branchline.engine.state import Decision
from strategies import Play, acted, begun, played, scene

TALK = """
nodes:
  n: {choices: [{id: a, say: A., sticky: true, go: dice}, {id: b, say: B., go: done}]}
  dice: {chance: [{weight: 1, go: n}]}
"""


def _names(play: Play) -> list[tuple[int, str]]:
    return [(seq, type(event).__name__) for seq, event in standing(play.events)]


def test_an_undone_decision_takes_its_draws_and_its_ending_with_it() -> None:
    play = begun(scene(TALK).compiled())
    for action in (Choose("a"), Choose("a"), Undo(), Choose("b"), Undo(), Choose("a")):
        play = acted(play, action)
    assert _names(play) == [(1, "SessionStarted"), (2, "ChoiceMade"), (3, "DrawMade"), (10, "ChoiceMade"), (11, "DrawMade")]
    assert decisions(standing(play.events)) == [Decision("n", "a", (0,)), Decision("n", "a", (0,))]


def test_look_ups_stay_where_a_decision_is_taken_back() -> None:
    events: list[Event] = [ChoiceMade("n", "a", ("a",)), SopOpened("SOP-T", "n"), EndingReached("done")]
    play = begun(scene(TALK).compiled())
    undone = acted(acted(play, Choose("a")), Undo()).events[-1]
    assert [event for _, event in standing([*events, undone])] == [SopOpened("SOP-T", "n")]


def test_a_resume_keeps_the_first_decisions_only() -> None:
    play = begun(scene(TALK).compiled())
    for action in (Choose("a"), Choose("a"), Choose("a"), Resume(("Two decisions are lost.",), 1), Choose("b")):
        play = acted(play, action)
    assert [name for _, name in _names(play)] == [
        "SessionStarted",
        "ChoiceMade",
        "DrawMade",
        "SessionResumed",
        "ChoiceMade",
        "EndingReached",
    ]
    assert [decision.choice for decision in play.state.decisions] == ["a", "b"]


@settings(max_examples=25)
@given(played(to_the_end=True))
def test_what_started_and_what_ended_a_session_is_found(play: Play) -> None:
    assert isinstance(started(play.events), SessionStarted)
    end = finish(event for _, event in standing(play.events))
    assert isinstance(end, EndingReached) is play.state.ended
    if not play.state.ended:
        assert isinstance(end, SessionGivenUp) is (SessionGivenUp() in play.events)


@settings(max_examples=25)
@given(played(), st.data())
def test_every_event_that_stands_keeps_its_number(play: Play, data: st.DataObject) -> None:
    stands = standing(play.events)
    assert [seq for seq, _ in stands] == sorted({seq for seq, _ in stands})
    seq, event = data.draw(st.sampled_from(stands))
    assert play.events[seq - 1] is event
    moves = sum(isinstance(event, ChoiceMade | TimedOut | DrawMade) for _, event in stands)
    assert moves == sum(bool(decision.choice) + len(decision.draws) for decision in play.state.decisions)
