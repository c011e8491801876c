"""Mistakes met again: which, when, where, and what is written down."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ralph.models.xapi.base.statements import BaseXapiStatement  # type: ignore[import-untyped]  # Ralph ships no types

from branchline.coaching.judging import Explorations
from branchline.coaching.met_again import Gone
from branchline.errors import ActionRefused, JournalUnavailable, UnknownId
from branchline.journal.coaching_events import RetryMade, RetryRetired
from branchline.journal.streams import RETRY
from branchline.practice import Practice, Retries
from branchline.practice.retry import Retired, Retry
from branchline.xapi.checks import validate
from branchline.xapi.profile import profile
from branchline.xapi.vocabulary import Iris
from json_paths import broken, fits
from retry_talk import play, talk
from rooms import Room
from tiny import BAD, FAIR, GOOD, choice, node

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from branchline.practice import Studio

DAY = 24 * 3600


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path, talk())


@pytest.fixture
def studio(room: Room) -> Iterator[Studio]:
    opened = room.studio()
    yield opened
    opened.close()


def places(studio: Studio, *, ahead: bool = False) -> list[tuple[str, str]]:
    """Node and choice of what waits."""
    return [(each.wrong.node, each.wrong.choice) for each in Retries(studio).queue(ahead=ahead)]


def first(studio: Studio) -> Retry:
    """The first moment that is due, met again."""
    retries = Retries(studio)
    met = retries.open(retries.to_meet()[0])
    assert isinstance(met, Retry)
    return met


def made(studio: Studio) -> list[Any]:
    """Every event of retries."""
    return [remark.event for remark in studio.journal.streams.remarks(RETRY)]


def statements(studio: Studio) -> list[dict[str, Any]]:
    """What the streams of retries have told."""
    rows = studio.journal.streams.rows(RETRY)
    return [json.loads(each.json) for row in rows for each in studio.journal.statements(row.id)]


# ------------------------------------------------------------------------------------------------ the queue


def test_the_queue_is_what_the_review_flags(studio: Studio) -> None:
    practice = play(studio, "rude", "<", "fair", "shrug")
    flagged = practice.review().judgement.flagged
    queue = Retries(studio).queue()
    assert [(each.wrong.row.id, each.wrong.seq, each.wrong.loss) for each in queue] == [
        (practice.session_id, moment.seq, moment.loss) for moment in flagged
    ]
    assert places(studio) == [("hello", "fair"), ("again", "shrug")]


def test_nothing_waits_of_a_session_without_mistakes_or_one_that_goes_on(studio: Studio) -> None:
    play(studio, "near", "mend")
    play(studio, "rude")
    assert places(studio) == []


def test_a_session_that_was_given_up_has_its_mistakes_too(studio: Studio) -> None:
    play(studio, "rude").give_up()
    assert places(studio) == [("hello", "rude")]


def test_each_learner_has_a_queue_of_their_own(studio: Studio, room: Room) -> None:
    play(studio, "rude", "mend")
    other = room.studio(BRANCHLINE_LEARNER="l-2")
    assert places(other) == []
    assert Retries(other, "l-1").queue()
    other.close()


def test_what_was_flagged_is_noted_and_the_note_can_be_thrown_away(studio: Studio) -> None:
    practice = play(studio, "rude", "mend")
    before = Retries(studio).queue()
    name = f"flagged {practice.session_id}"
    assert json.loads(studio.journal.note(name))[2][0][:3] == [2, "hello", "rude"]
    for worthless in ("", "nonsense", '[0, "", []]', "[1, 2]", json.dumps([1, practice.row.content_hash, [["x"]]])):
        studio.journal.set_note(name, worthless)
        assert Retries(studio).queue() == before
    studio.journal.delete(practice.session_id)
    assert studio.journal.note(name) == ""
    assert Retries(studio).queue() == []


# ------------------------------------------------------------------------------------------------ meeting one


def test_the_position_before_the_mistake_is_shown_and_nothing_later(studio: Studio) -> None:
    play(studio, "rude", "shrug")
    met = first(studio)
    assert [line.text for line in met.position.lines] == ["You charged me twice."]
    assert met.position.chosen_say == "I say rude."
    assert sorted(each.id for each in met.offered()) == ["fair", "kind", "near", "rude"]
    assert [each.number for each in met.offered()] == [1, 2, 3, 4]
    with pytest.raises(ActionRefused):
        met.solution()


def test_the_order_of_the_choices_differs_from_meeting_to_meeting(studio: Studio) -> None:
    play(studio, "rude", "mend")
    orders = []
    for _ in range(6):
        met = first(studio)
        orders.append(tuple(each.id for each in met.offered()))
        met.skip()
        studio.clock.move(2 * DAY)  # type: ignore[attr-defined]
    assert len(set(orders)) > 1


def test_any_choice_that_is_no_mistake_is_accepted_and_explained(studio: Studio) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    tried = met.try_("near")
    assert tried.accepted
    assert tried.answer.word == "good"
    assert 2 < tried.answer.regret < 10
    assert tried.feedback.because == "Because of near."
    assert met.outcome == "solved"
    assert [(each.id, each.word, each.accepted) for each in met.solution()] == [
        ("kind", "best", True),
        ("near", "good", True),
        ("fair", "blunder", False),
        ("rude", "blunder", False),
    ]


def test_a_wrong_try_says_why_and_what_it_costs_and_not_what_is_better(studio: Studio) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    tried = met.try_("fair")
    assert not tried.accepted
    assert tried.answer.regret > 10
    assert tried.feedback.because == "Because of fair."
    assert tried.feedback.best_say == tried.feedback.best_because == ""
    assert all(level == best for _, level, best in tried.feedback.dimensions)
    assert met.outcome == ""
    assert made(studio) == []
    assert met.try_("kind").accepted


def test_what_is_accepted_is_what_the_judgement_would_not_flag(studio: Studio) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    for answer in met.position.answers:
        again = play(studio, answer.id, "mend", seed=9)
        assert answer.accepted == (not again.review().judgement.flagged)


def test_only_what_is_open_can_be_tried_and_nothing_once_it_is_over(studio: Studio) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    with pytest.raises(ActionRefused):
        met.try_("mend")
    met.try_("kind")
    for act in (lambda: met.try_("kind"), met.show, met.skip):
        with pytest.raises(ActionRefused):
            act()
    assert len(made(studio)) == 1


def test_over_budget_the_replies_are_weighed_by_sampling(studio: Studio) -> None:
    studio.explorations = Explorations(budget=1)
    play(studio, "rude", "mend")
    met = first(studio)
    assert next(answer.id for answer in met.position.answers if answer.accepted) == "kind"
    assert not met.try_("rude").accepted


# ------------------------------------------------------------------------------------------------ what is written down


def test_every_retry_is_one_event_with_its_statement_and_no_session(studio: Studio) -> None:
    practice = play(studio, "rude", "mend")
    sessions, entries = studio.journal.sessions(), practice.entries
    met = first(studio)
    met.try_("fair")
    met.try_("kind")
    assert made(studio) == [RetryMade(practice.session_id, 2, "hello", "rude", ("fair", "kind"), "solved", 0.0, practice.row.content_hash)]
    assert studio.journal.sessions() == sessions
    assert studio.journal.entries(practice.session_id) == entries
    (statement,) = statements(studio)
    (row,) = studio.journal.streams.rows(RETRY)
    assert statement["context"]["registration"] == row.id
    assert statement["object"]["id"].endswith("/hello")
    assert statement["result"] == {"response": "kind", "completion": True}
    assert row.learner == "l-1"


@pytest.mark.parametrize(("end", "outcome", "tried"), [("show", "shown", ()), ("skip", "skipped", ()), ("leave", "skipped", ("rude",))])
def test_looking_skipping_and_leaving_after_a_try_are_written_down(studio: Studio, end: str, outcome: str, tried: tuple[str, ...]) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    for each in tried:
        met.try_(each)
    getattr(met, end)()
    (event,) = made(studio)
    assert (event.outcome, event.tried) == (outcome, tried)


def test_leaving_before_any_try_writes_nothing(studio: Studio) -> None:
    play(studio, "rude", "mend")
    first(studio).leave()
    assert studio.journal.streams.rows(RETRY) == []


def test_statements_of_retries_keep_the_profile(studio: Studio) -> None:
    play(studio, "rude", "shrug")
    for end in ("kind", None):
        met = first(studio)
        if end:
            met.try_(end)
        else:
            met.show()
    found = statements(studio)
    assert len(found) == 2
    templates = profile(Iris(studio.settings.iri_base))["templates"]
    for statement in found:
        (template,) = [each for each in templates if fits(statement, each)]
        assert template["id"].endswith("/attempted")
        assert [rule for rule in template["rules"] if broken(statement, rule)] == []
        assert validate(statement) == []
        BaseXapiStatement(**statement)


def test_where_it_cannot_be_written_the_moment_is_not_over(studio: Studio, room: Room) -> None:
    play(studio, "rude", "mend")
    met = first(studio)
    room.disks[-1].full = True
    with pytest.raises(JournalUnavailable):
        met.try_("kind")
    assert met.outcome == ""
    room.disks[-1].full = False
    assert met.try_("kind").accepted
    assert len(made(studio)) == 1


# ------------------------------------------------------------------------------------------------ spacing


def test_a_solved_moment_comes_back_when_it_is_due_and_leaves_in_the_end(studio: Studio) -> None:
    play(studio, "rude", "mend")
    waited = []
    for _ in range(5):
        first(studio).try_("kind")
        assert places(studio) == []
        days = 0
        while Retries(studio).queue(ahead=True) and not places(studio):
            studio.clock.move(DAY)  # type: ignore[attr-defined]
            days += 1
        waited.append(days)
    assert waited == [1, 3, 7, 21, 0]
    assert Retries(studio).queue(ahead=True) == []


def test_two_programs_that_solve_the_same_moment_count_once(studio: Studio, room: Room) -> None:
    play(studio, "rude", "mend")
    other = room.studio()
    mine, theirs = first(studio), first(other)
    mine.try_("kind")
    studio.clock.move(60)  # type: ignore[attr-defined]
    theirs.try_("kind")
    (item,) = Retries(studio).queue(ahead=True)
    assert (item.spacing.stage, item.spacing.times) == (1, 2)
    assert len(statements(studio)) == 2
    other.close()


def test_the_same_mistake_made_in_several_sessions_is_met_once(studio: Studio) -> None:
    one, two = play(studio, "rude", "mend"), play(studio, "rude", "shrug", seed=8)
    retries = Retries(studio)
    assert len(retries.queue()) == 3
    assert [each.made_again for each in retries.queue(one.session_id)] == [(two.session_id, 2)]
    assert [(each.wrong.row.id, each.wrong.choice) for each in retries.to_meet()] == [
        (two.session_id, "rude"),
        (two.session_id, "shrug"),
    ]
    assert len(retries.to_meet(one.session_id)) == 1
    first(studio).try_("kind")
    assert places(studio) == [("again", "shrug")]
    assert len(retries.queue(ahead=True)) == 3


def test_a_mistake_made_again_after_it_was_solved_is_due_at_once(studio: Studio) -> None:
    play(studio, "rude", "mend")
    first(studio).try_("kind")
    studio.clock.move(60)  # type: ignore[attr-defined]
    again = play(studio, "rude", "mend", seed=8)
    assert [each.wrong.row.id for each in Retries(studio).to_meet()] == [again.session_id]
    first(studio).try_("kind")
    assert places(studio) == []


def test_meeting_it_where_it_was_made_first_counts_too(studio: Studio) -> None:
    one = play(studio, "rude", "mend")
    play(studio, "rude", "mend", seed=8)
    studio.clock.move(60)  # type: ignore[attr-defined]
    retries = Retries(studio)
    met = retries.open(retries.waiting(one.session_id, 2))
    assert isinstance(met, Retry)
    met.try_("kind")
    assert retries.queue() == []


def test_what_waits_at_a_place_is_found_and_what_does_not_is_said(studio: Studio) -> None:
    practice = play(studio, "rude", "mend")
    retries = Retries(studio)
    assert retries.waiting(practice.session_id, 2).wrong.choice == "rude"
    with pytest.raises(UnknownId):
        retries.waiting(practice.session_id, 3)


# ------------------------------------------------------------------------------------------------ edits


def retired(studio: Studio) -> str:
    """The reason for which the first moment is retired."""
    retries = Retries(studio)
    item = retries.queue()[0]
    with pytest.raises(Gone) as gone:
        retries.open(item)
    (event,) = [event for event in made(studio) if isinstance(event, RetryRetired)]
    assert event == RetryRetired(item.wrong.row.id, item.wrong.seq, str(gone.value))
    assert item.wrong.place not in [each.wrong.place for each in retries.queue(ahead=True)]
    assert statements(studio) == []
    return event.reason


def test_a_moment_is_met_in_the_content_of_now(studio: Studio, room: Room) -> None:
    play(studio, "rude", "shrug")
    hello = node(choice("kind", GOOD, go="again"), choice("rude", BAD, go="again"), choice("new", GOOD, go="again"), line="Twice!")
    room.edit(talk(hello=hello))
    met = first(studio)
    assert met.edited
    assert [line.text for line in met.position.lines] == ["Twice!"]
    assert sorted(each.id for each in met.offered()) == ["kind", "new", "rude"]
    assert met.try_("new").accepted
    (event,) = made(studio)
    assert event.content_hash == studio.workspace.load("mending").content_hash
    assert studio.journal.content(event.content_hash)


def test_renamed_nodes_and_choices_are_found_by_their_former_ids(studio: Studio, room: Room) -> None:
    play(studio, "rude", "shrug")
    hello = node(choice("kind", GOOD, go="later"), choice("brusque", BAD, go="later", renamed_from="rude"))
    later = node(choice("mend", GOOD), choice("shrug", BAD), renamed_from="again")
    room.edit(talk(hello=hello, again=None, later=later))
    retries = Retries(studio)
    one, two = (retries.open(item) for item in retries.queue())
    assert isinstance(one, Retry)
    assert isinstance(two, Retry)
    assert (one.position.node, one.position.chosen) == ("hello", "brusque")
    assert (two.position.node, two.position.chosen) == ("later", "shrug")
    two.try_("mend")
    assert [event.node for event in made(studio)] == ["again"]
    assert statements(studio)[0]["object"]["id"].endswith("/later")


def test_facts_that_are_new_in_the_scenario_are_as_it_gives_them(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    again = node(choice("mend", FAIR), choice("shrug", BAD), choice("gift", GOOD, when="case.gold"), line="And now?")
    room.edit({**talk(again=again), "case": {"gold": True}})
    assert first(studio).try_("gift").accepted


def test_without_the_scenario_the_kept_content_serves(studio: Studio, room: Room) -> None:
    play(studio, "rude", "mend")
    room.file.unlink()
    met = first(studio)
    assert not met.edited
    assert met.try_("kind").accepted


def test_with_a_scenario_that_cannot_be_played_the_kept_content_serves(studio: Studio, room: Room) -> None:
    play(studio, "rude", "mend")
    room.edit("format: 1\nid: mending\n")
    assert first(studio).try_("kind").accepted


def test_a_moment_whose_node_is_gone_is_retired_and_says_so(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    room.edit(talk(hello=node(choice("kind", GOOD), choice("rude", BAD)), again=None))
    assert "`again` is gone" in retired(studio)


def test_a_moment_to_which_no_way_leads_any_more_is_retired(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    room.edit(talk(hello=node(choice("other", GOOD, go="again"), choice("rude", BAD, go="again"))))
    assert "does not come to this moment any more (`hello.kind`" in retired(studio)


def test_a_moment_all_of_whose_replies_are_gone_is_retired(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    room.edit(talk(again=node(choice("one", GOOD), choice("two", BAD))))
    assert "every reply that was offered at `again` is gone" in retired(studio)


def test_what_is_no_mistake_any_more_is_retired(studio: Studio, room: Room) -> None:
    play(studio, "kind", "shrug")
    room.edit(talk(again=node(choice("mend", FAIR), choice("shrug", GOOD))))
    assert "no mistake any more" in retired(studio)


def test_in_a_sitting_what_was_retired_is_told_in_its_turn(studio: Studio, room: Room) -> None:
    play(studio, "rude", "shrug")
    room.edit(talk(again=node(choice("mend", FAIR), choice("shrug", GOOD))))
    retries = Retries(studio)
    one, two = retries.sitting(retries.queue())
    assert isinstance(one, Retry)
    assert isinstance(two, Retired)


def test_a_silence_is_met_again_with_the_replies(studio: Studio, room: Room) -> None:
    room.edit(talk(again=node(choice("mend", GOOD), choice("shrug", BAD), timeout={"after": 20, "go": "lost"}),
                   lost=node(choice("sorry", BAD, go="out"), choice("hm", BAD, go="out"))))  # fmt: skip
    practice = Practice.begin(studio, studio.workspace.load("mending"), mode="practice", seed=1)
    practice.choose("kind")
    practice.time_out()
    practice.choose("sorry")
    assert places(studio) == [("again", "!timeout")]
    met = first(studio)
    assert (met.position.chosen, met.position.chosen_say) == ("!timeout", "")
    assert met.try_("mend").accepted
