"""What is read because of an event: lines of every node on the way, guards and names resolved."""

from __future__ import annotations

from branchline.engine import Choose, TimeOut, narrate
from branchline.engine.events import ChoiceMade, DrawMade, SessionStarted, SopOpened, TimedOut
from strategies import Play, acted, begun, scene

TALK = """
case: {amount: 89.00}
variables: {offers: {range: 0..3, start: 0}, paid: flag, colour: {one_of: [red, blue]}}
customer: {name: Dana Okafor, trust: 50, heat: 30}
nodes:
  hello:
    lines:
      - narrator: The phone rings.
      - customer: "{customer.name} here. Where are my {case.amount}?"
    choices:
      - {id: offer, say: Take it., effects: [offers +1, heat +5], go: passing}
      - {id: roll, say: We shall see., go: dice}
    timeout: {after: 30s, go: quiet}
  passing:
    on_enter: [set paid]
    lines: [{desk: "Offer {offers}, paid {paid}, {colour}.", when: paid}, {desk: Never., when: not paid}]
    go: back
  back:
    lines: [{customer: "Heat {heat}, trust {trust}."}]
    choices: [{id: bye, say: Bye., go: done}]
  quiet: {lines: [{customer: "Hello?"}], go: hello}
  dice: {lines: [{narrator: The line crackles.}], chance: [{weight: 1, go: back}]}
"""


def _read(play: Play) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    before = (None, *play.states)
    return [(type(event).__name__, narrate(play.scenario, state, event)) for state, event in zip(before, play.events, strict=False)]


def test_lines_are_read_on_entering_in_order_with_names_resolved() -> None:
    play = acted(begun(scene(TALK).compiled()), Choose("offer"))
    assert _read(play) == [
        ("SessionStarted", (("narrator", "The phone rings."), ("customer", "Dana Okafor here. Where are my 89.00?"))),
        ("ChoiceMade", (("desk", "Offer 1, paid yes, red."), ("customer", "Heat 30, trust 50."))),
    ]


def test_lines_of_the_way_that_chance_takes_belong_to_the_draw() -> None:
    play = acted(begun(scene(TALK).compiled()), Choose("roll"))
    assert _read(play)[1:] == [
        ("ChoiceMade", (("narrator", "The line crackles."),)),
        ("DrawMade", (("customer", "Heat 25, trust 50."),)),
    ]
    assert [type(event) for event in play.events] == [SessionStarted, ChoiceMade, DrawMade]


def test_silence_is_answered() -> None:
    play = acted(begun(scene(TALK).compiled()), TimeOut())
    lines = narrate(play.scenario, play.states[0], play.events[1])
    assert isinstance(play.events[1], TimedOut)
    assert [text for _, text in lines] == ["Hello?", "The phone rings.", "Dana Okafor here. Where are my 89.00?"]


def test_nothing_is_said_by_other_events() -> None:
    play = begun(scene(TALK).compiled())
    assert narrate(play.scenario, play.state, SopOpened("SOP-X", "hello")) == ()
