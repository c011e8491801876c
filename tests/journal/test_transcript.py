from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

import strategies
from branchline.engine.events import SessionResumed, SopOpened
from branchline.engine.standing import standing
from branchline.engine.state import digest
from branchline.journal.fold import fold
from branchline.journal.model import Entry
from branchline.journal.transcript import Telling, Transcript, transcript
from tiny import BAD, GOOD, choice, compiled, node, played, sop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Scenario
    from branchline.engine.events import Event
    from strategies import Play

TALK = compiled(
    {
        "hello": {
            **node(choice("kind", GOOD, go="more"), choice("rude", BAD, go="more")),
            "lines": [{"desk": "Two payments."}, {"customer": "Twice, {customer.name} says."}],
            "timeout": {"after": 9, "go": "more"},
        },
        "more": node(choice("bye", go="end"), line="Anything else?"),
    },
    {"SOP-T": sop(["#a do=do_a"])},
)


def told(scenario: Scenario, events: Sequence[Event]) -> Transcript:
    entries = [Entry(seq, "", 0.0, event, "") for seq, event in enumerate(events, 1)]
    return transcript(entries, lambda _: scenario)


def test_lines_are_numbered_from_one_and_say_who_speaks() -> None:
    lines = told(TALK, played(TALK, ["kind", "bye"])).lines
    assert [(line.number, line.seq, line.speaker, line.text, line.node) for line in lines] == [
        (1, 1, "desk", "Two payments.", "hello"),
        (2, 1, "customer", "Twice, Ada says.", "hello"),
        (3, 2, "learner", "I say kind.", "hello"),
        (4, 2, "customer", "Anything else?", "more"),
        (5, 3, "learner", "I say bye.", "more"),
        (6, 4, "note", "End: The end", "end"),
    ]
    assert [line.choice for line in lines if line.speaker == "learner"] == ["kind", "bye"]


def test_the_line_of_an_event_is_what_the_learner_said_else_its_first() -> None:
    found = told(TALK, played(TALK, ["kind", "bye"]))
    assert [found.line_of(seq) for seq in (1, 2, 3, 4)] == [1, 3, 5, 6]
    assert found.line_of(None) is None
    assert found.line_of(99) is None


def test_what_was_taken_back_is_marked_and_stays_readable() -> None:
    lines = told(TALK, played(TALK, ["rude", "<", "!", "<", "kind"])).lines
    assert [(line.text, line.standing) for line in lines[2:]] == [
        ("I say rude.", False),
        ("Anything else?", False),
        ("The last reply was taken back.", True),
        ("You said nothing until the time was up.", False),
        ("Anything else?", False),
        ("The silence was taken back.", True),
        ("I say kind.", True),
        ("Anything else?", True),
    ]


def test_what_a_resume_gave_up_is_marked() -> None:
    lines = told(TALK, [*played(TALK, ["kind"]), SessionResumed("other", ("Given up: hello.kind.",), 0)]).lines
    assert [line.standing for line in lines] == [True, True, False, False, True]
    assert lines[-1].text == "You went on. Given up: hello.kind."


def test_looking_into_an_sop_is_noted() -> None:
    lines = told(TALK, [*played(TALK, []), SopOpened("SOP-T", "hello")]).lines
    assert (lines[-1].speaker, lines[-1].text) == ("note", "You looked into SOP-T.")


def test_hostile_text_is_harmless_in_every_line() -> None:
    hostile = "\u202eevil \u001b[31mred\u001b[0m \u0007 [b]markup[/b]"
    scenario = compiled(
        {"a": {"lines": [{"customer": hostile}], "choices": [choice("x", say=hostile)]}},
        endings={"end": {"title": hostile, "outcome": "resolved"}},
    )
    lines = told(scenario, [*played(scenario, ["x"]), SessionResumed("h", (hostile,), -1)]).lines
    assert len(lines) == 4
    for line in lines:
        assert not set(line.text) & {"\u202e", "\u001b", "\u0007"}
        assert "[b]markup[/b]" in line.text


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.played())
def test_told_step_by_step_or_at_once_it_is_the_same(play: Play) -> None:
    entries = [
        Entry(seq, "", 0.0, event, digest(state)) for seq, (event, state) in enumerate(zip(play.events, play.states, strict=True), 1)
    ]
    telling = Telling()
    for step in fold(entries, lambda _: play.scenario):
        telling.add(step)
        telling.transcript()
    whole = transcript(entries, lambda _: play.scenario)
    assert telling.transcript() == whole
    assert [line.number for line in whole.lines] == list(range(1, len(whole.lines) + 1))
    stands = {seq for seq, _ in standing(play.events)}
    for line in whole.lines:
        undo = type(play.events[line.seq - 1]).__name__ == "Undone"
        assert line.standing == (undo or line.seq in stands)


def test_a_transcript_that_was_read_does_not_change() -> None:
    telling = Telling()
    events = played(TALK, ["rude", "<"])
    steps = list(fold([Entry(seq, "", 0.0, event, "") for seq, event in enumerate(events, 1)], lambda _: TALK))
    for step in steps[:2]:
        telling.add(step)
    before = telling.transcript()
    lines = before.lines
    assert telling.transcript() is before
    telling.add(steps[2])
    assert before.lines == lines
    assert all(line.standing for line in lines)
    assert not telling.transcript().lines[2].standing
