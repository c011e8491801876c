"""States: what they say of themselves, and digests that any machine computes the same."""

from __future__ import annotations

from branchline.engine import Choose, digest
from branchline.engine.events import SessionStarted
from branchline.engine.state import State  # noqa: TC001
from strategies import acted, begun, scene

TALK = """
variables: {verified: flag, offers: {range: -1..3, start: 1}, colour: {one_of: [red, blue], start: blue}}
nodes:
  n: {choices: [{id: a, say: A., effects: [set verified, offers -2, colour = red], go: m}]}
  m: {choices: [{id: b, say: B., when: chose(n.a), go: done}]}
"""


def _said(*choices: str, seed: int = 1) -> State:
    play = begun(scene(TALK).compiled(), seed)
    for choice in choices:
        play = acted(play, Choose(choice))
    return play.state


def test_variables_are_told_by_name_as_they_were_declared() -> None:
    assert _said().variables == {"verified": False, "offers": 1, "colour": "blue"}
    assert _said("a").variables == {"verified": True, "offers": -1, "colour": "red"}


def test_a_state_knows_where_it_stands_and_how_it_came_there() -> None:
    state = _said("a", "b")
    assert (state.node, state.ended, state.made) == ("done", True, ("n.a",))
    assert [decision[:2] for decision in state.decisions] == [("n", "a"), ("m", "b")]
    assert _said().decisions == ()


def test_states_of_two_ways_are_equal_where_their_integers_and_seeds_are() -> None:
    assert _said("a") == _said("a")
    assert len({_said("a"), _said("a"), _said()}) == 2
    assert _said("a") != _said("a", seed=2)
    assert _said() != SessionStarted
    assert digest(_said("a")) == digest(_said("a", seed=2))


def test_a_digest_is_eight_hex_digits_and_differs_where_the_integers_do() -> None:
    digests = [digest(state) for state in (_said(), _said("a"), _said("a", "b"))]
    assert len(set(digests)) == 3
    assert all(len(text) == 8 and int(text, 16) >= 0 for text in digests)
