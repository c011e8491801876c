"""What is said about a session: who sees it, who may say what, and until when."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from branchline.coaching.review import Review
from branchline.coaching.thread import ACKNOWLEDGED, DISPUTED, OPEN, REJECTED, UPHELD, Comment, thread
from branchline.errors import BranchlineError, UnknownId, UsageError
from branchline.journal.coaching_events import DisputeDecided, SessionReviewed
from branchline.journal.exchange import export_session, import_session
from branchline.journal.store import Journal
from branchline.practice import Studio
from branchline.practice.coaching import Coaching
from branchline.practice.coaching_search import awaiting, coaching_at
from branchline.recording import CoachingRecording, stream_row
from branchline.xapi.coaching import at_event
from tui_ticket import begin as begin_drill
from tui_ticket import studio_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from branchline.practice import Practice
    from rooms import Room

DAY = 86_400.0


class People:
    """The learner `l-1`, two coaches and somebody else, each a program of their own over one journal."""

    def __init__(self, room: Room, session: str) -> None:
        self.room = room
        self.session = session
        self.studios: list[Studio] = []

    def sit(self, name: str, role: str, **more: str) -> Coaching:
        """A sitting of one of them."""
        self.room.clock.move(1)
        studio = self.room.studio(BRANCHLINE_LEARNER=name, BRANCHLINE_ROLE=role, **more)
        self.studios.append(studio)
        return Coaching.of(studio, self.session)

    @property
    def learner(self) -> Coaching:
        return self.sit("l-1", "learner")

    @property
    def coach(self) -> Coaching:
        return self.sit("c-1", "coach")

    def told(self) -> list[dict[str, Any]]:
        """Every statement of what was said, in the order in which it was written."""
        journal = self.studios[0].journal
        streams = journal.streams.rows("coaching", self.session)
        return [json.loads(each.json) for row in streams for each in journal.statements(row.id)]


@pytest.fixture
def people(room: Room, begin: Callable[..., Practice]) -> Iterator[People]:
    practice = begin()
    practice.choose("rude")
    practice.choose("explain", (0,))
    found = People(room, practice.session_id)
    yield found
    for studio in found.studios:
        studio.close()


def refused(code: str, act: Callable[[], object]) -> BranchlineError:
    with pytest.raises(UsageError) as caught:
        act()
    assert caught.value.code == code
    assert caught.value.what
    return caught.value


def test_a_comment_is_pinned_to_a_moment_with_what_was_said_there(people: People) -> None:
    made = people.coach.comment(2, "  Name the loss first. ")
    (found,) = people.learner.thread.comments
    assert found == made
    assert (found.seq, found.quote, found.text, found.author, found.role) == (2, "I say rude.", "Name the loss first.", "c-1", "coach")
    assert [each["verb"]["display"]["en"] for each in people.told()] == ["commented on"]


def test_what_is_private_is_seen_by_coaches_and_its_author_and_told_to_nobody(people: People) -> None:
    coach = people.coach
    private = coach.comment(2, "Look again in June.", shared=False)
    own = people.learner.comment(3, "For myself.", shared=False)
    assert coach.answer(private.id, "Yes.").shared is False
    coach.resolve(private.id)
    coach.reopen(private.id)
    assert {each.text for each in people.sit("c-2", "coach").thread.comments} == {"Look again in June.", "For myself.", "Yes."}
    assert [each.id for each in people.learner.thread.comments] == [own.id]
    assert people.sit("d-1", "designer").thread.comments == ()
    assert {each.author for each in people.learner.thread.audit} == {"l-1"}
    assert people.told() == []
    assert people.learner.awaiting() == ()


def test_a_coach_of_others_is_the_learner_of_their_own_sessions(people: People) -> None:
    people.coach.comment(2, "Look again in June.", shared=False)
    shared = people.coach.comment(2, "Well said.")
    mine = people.sit("l-1", "coach")
    assert [each.id for each in mine.thread.comments] == [shared.id]
    mine.dispute(shared.id, "It was not.")
    refused("not-a-coach", lambda: mine.decide(shared.id, upheld=True, text="Right."))


def test_answers_share_the_moment_and_stand_in_one_thread(people: People) -> None:
    root = people.coach.comment(2, "Name the loss first.")
    first = people.learner.answer(root.id, "I thought I had.")
    second = people.coach.answer(first.id, "Not in words.")
    assert (second.answers, second.seq, second.quote) == (root.id, 2, root.quote)
    assert [each.text for each in people.learner.thread.at(2)] == ["Name the loss first.", "I thought I had.", "Not in words."]
    about = [each["object"]["id"] for each in people.told()]
    assert about[1] == about[2] == people.told()[0]["id"]


def test_a_private_answer_to_a_shared_comment_stays_among_coaches(people: People) -> None:
    root = people.coach.comment(2, "Name the loss first.")
    people.coach.answer(root.id, "Third time now.", shared=False)
    assert len(people.learner.thread.comments) == 1
    assert len(people.told()) == 1


def test_sharing_later_tells_the_comment_whole_with_how_it_stands(people: People) -> None:
    coach = people.coach
    private = coach.comment(2, "Name the loss first.", shared=False)
    coach.resolve(private.id)
    refused("not-yours", lambda: people.sit("c-2", "coach").share(private.id))
    people.room.clock.move(3 * DAY)
    assert coach.share(private.id).shared
    (found,) = people.learner.thread.comments
    assert (found.text, found.resolved) == ("Name the loss first.", True)
    assert found.shared_at > found.at
    sharing, resolving = people.told()
    assert resolving["object"]["id"] == sharing["id"]
    refused("already-shared", lambda: coach.share(private.id))
    refused("an-answer", lambda: coach.share(coach.answer(private.id, "More.", shared=False).id))


def test_the_time_to_dispute_begins_when_the_learner_could_see_it(people: People) -> None:
    private = people.coach.comment(2, "Name the loss first.", shared=False)
    people.room.clock.move(30 * DAY)
    people.coach.share(private.id)
    people.room.clock.move(6 * DAY)
    assert people.learner.dispute(private.id, "I did.").answered.state == DISPUTED


def test_a_comment_is_resolved_and_opened_by_coaches_and_its_author_alone(people: People) -> None:
    coach = people.coach
    comment, own = coach.comment(2, "Name the loss first."), people.learner.comment(2, "Was that too much?")
    answer = coach.answer(comment.id, "As we said.")
    refused("not-yours", lambda: people.learner.resolve(comment.id))
    assert coach.resolve(answer.id).id == comment.id
    refused("already-resolved", lambda: coach.resolve(comment.id))
    assert not coach.reopen(comment.id).resolved
    refused("already-open", lambda: coach.reopen(comment.id))
    assert people.learner.resolve(own.id).resolved


def test_only_the_learner_acknowledges_and_disputes(people: People) -> None:
    comment = people.coach.comment(2, "Name the loss first.")
    for other in (people.coach, people.sit("l-2", "learner")):
        refused("not-the-learner", lambda other=other: other.acknowledge(comment.id))  # type: ignore[misc]
        refused("not-the-learner", lambda other=other: other.dispute(comment.id, "No."))  # type: ignore[misc]
    refused("own-comment", lambda: people.learner.acknowledge(people.learner.comment(2, "Hm.").id))
    assert people.learner.acknowledge(comment.id, "I will.").answered.state == ACKNOWLEDGED


@pytest.mark.parametrize(("upheld", "state"), [(True, UPHELD), (False, REJECTED)])
def test_a_dispute_needs_a_reason_and_is_decided_by_a_coach_who_says_why(people: People, upheld: bool, state: str) -> None:  # noqa: FBT001
    comment = people.coach.comment(2, "You blamed her.")
    refused("no-reason", lambda: people.learner.dispute(comment.id, " "))
    people.learner.dispute(comment.id, "I quoted her.")
    refused("not-a-coach", lambda: people.learner.decide(comment.id, upheld=True, text="Yes."))
    refused("not-a-coach", lambda: people.sit("d-1", "designer").decide(comment.id, upheld=True, text="Yes."))
    refused("no-reason", lambda: people.coach.decide(comment.id, upheld=upheld, text=""))
    decided = people.coach.decide(comment.id, upheld=upheld, text="Line 3.")
    assert (decided.answered.state, decided.answered.text, decided.answered.decision) == (state, "I quoted her.", "Line 3.")
    refused("not-disputed", lambda: people.coach.decide(comment.id, upheld=upheld, text="Again."))
    refused("already-decided", lambda: people.learner.dispute(comment.id, "Still."))
    noted = people.learner.acknowledge(comment.id)
    assert (noted.answered.state, noted.answered.noted) == (state, True)
    refused("already-acknowledged", lambda: people.learner.acknowledge(comment.id))
    assert [each["verb"]["display"]["en"] for each in people.told()] == ["commented on", *["responded to"] * 3]


def test_a_dispute_is_withdrawn_by_acknowledging_after_all(people: People) -> None:
    comment = people.coach.comment(2, "You blamed her.")
    people.learner.dispute(comment.id, "I quoted her.")
    assert people.learner.acknowledge(comment.id, "I see.").answered.state == ACKNOWLEDGED
    assert people.coach.awaiting() == ()
    refused("not-disputed", lambda: people.coach.decide(comment.id, upheld=True, text="Right."))


def test_an_open_dispute_keeps_its_reason(people: People) -> None:
    comment = people.coach.comment(2, "You blamed her.")
    people.learner.dispute(comment.id, "I quoted her.")
    refused("already-disputed", lambda: people.learner.dispute(comment.id, "Line 3."))
    assert people.learner.thread.comments[0].answered.text == "I quoted her."
    people.learner.acknowledge(comment.id)
    assert people.learner.dispute(comment.id, "Line 3.").answered.text == "Line 3."


def test_after_the_days_that_are_set_nothing_is_disputed_any_more(people: People) -> None:
    comment = people.coach.comment(2, "You blamed her.")
    people.room.clock.move(2 * DAY + 60)
    refused("too-late", lambda: people.sit("l-1", "learner", BRANCHLINE_COACHING_DISPUTE_DAYS="2").dispute(comment.id, "No."))
    assert people.learner.dispute(comment.id, "No.").answered.state == DISPUTED


def test_a_review_is_answered_like_a_comment(people: People) -> None:
    coach = people.coach
    studio = people.studios[-1]
    row = stream_row("coaching", coach.row, author="c-1", role="coach", clock=studio.clock)
    recording = CoachingRecording(studio.journal, studio.identity(), studio.clock, row)
    event = SessionReviewed(people.session, "conversation", 1, "f" * 64, (), 80.0, "", shared=True)
    review = recording.record(event, at_event(people.session, 1, coach.review.step(1).entry.event))
    assert [item.id for item in people.learner.awaiting()] == [review.id]
    assert people.learner.dispute(review.id, "Item 3.").answered.state == DISPUTED
    assert people.coach.decide(review.id, upheld=False, text="See line 2.").answered.state == REJECTED
    refused("a-review", lambda: people.coach.answer(review.id, "Hm."))


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_nothing_is_said_with_no_words(people: People, text: str) -> None:
    coach = people.coach
    comment = coach.comment(2, "Hm.")
    refused("empty-text", lambda: coach.comment(2, text))
    refused("empty-text", lambda: coach.answer(comment.id, text))


def test_a_text_is_as_long_as_a_statement_carries_and_always_unicode(people: People) -> None:
    assert len(people.coach.comment(2, "x" * 8000).text) == 8000
    assert "8001" in refused("too-long", lambda: people.coach.comment(2, "x" * 8001)).what
    assert people.coach.comment(2, "broken \ud83d").text == "broken �"


@pytest.mark.parametrize("seq", [0, -1, 6, 10**9])
def test_a_moment_that_is_none_is_named(people: People, seq: int) -> None:
    assert "1 to" in refused("unknown-moment", lambda: people.coach.comment(seq, "Hm.")).hint


def test_nobody_answers_what_they_do_not_see(people: People) -> None:
    private = people.coach.comment(2, "Look again in June.", shared=False)
    for act in (people.learner.answer, people.learner.dispute):
        refused("unknown-comment", lambda act=act: act(private.id, "What?"))  # type: ignore[misc]
    refused("unknown-comment", lambda: people.learner.acknowledge(private.id))
    refused("unknown-comment", lambda: people.coach.answer("elsewhere:1", "Hm."))


def test_a_session_that_was_deleted_meanwhile_takes_no_comment(people: People) -> None:
    coach = people.coach
    coach.comment(2, "Hm.")
    people.studios[-1].journal.delete(people.session)
    with pytest.raises(UnknownId):
        coach.comment(2, "Still there?")
    assert people.studios[-1].journal.streams.rows("coaching") == []


def test_what_answers_comes_later_than_what_it_answers_whatever_the_clocks_say(people: People) -> None:
    comment = people.coach.comment(2, "Name the loss first.")
    people.room.clock.move(-3600)
    people.learner.dispute(comment.id, "I did.")
    (found,) = people.coach.thread.comments
    assert found.answered.state == DISPUTED
    assert found.answered.at > found.at


def test_of_two_decisions_at_once_the_first_stands_wherever_they_come_together(people: People, tmp_path: Path) -> None:
    comment = people.coach.comment(2, "You blamed her.")
    people.learner.dispute(comment.id, "I quoted her.")
    first, second = people.coach, people.sit("c-2", "coach")
    elsewhere = Journal.open(tmp_path / "elsewhere.db")
    import_session(elsewhere, export_session(people.studios[0].journal, people.session))
    first.decide(comment.id, upheld=True, text="Right.")
    people.room.clock.move(1)
    # Over there nobody has heard of that decision yet.
    later = people.studios[-1]
    row = stream_row("coaching", second.row, author="c-2", role="coach", clock=later.clock)
    told = at_event(people.session, 2, second.review.step(2).entry.event)
    CoachingRecording(elsewhere, later.identity(), later.clock, row).record(DisputeDecided(comment.id, upheld=False, text="No."), told)
    import_session(people.studios[0].journal, export_session(elsewhere, people.session))
    import_session(elsewhere, export_session(people.studios[0].journal, people.session))
    for journal in (elsewhere, people.studios[0].journal):
        found = thread(journal.streams.remarks("coaching", people.session))
        assert (found.comments[0].answered.state, found.comments[0].answered.decision) == (UPHELD, "Right.")
        assert [(each.state, each.by, each.text) for each in found.comments[0].answered.overruled] == [(REJECTED, "c-2", "No.")]
        assert len(found.audit) == 4
    elsewhere.close()


def test_a_file_shows_what_was_said_and_takes_nothing_before_it_is_imported(people: People, tmp_path: Path) -> None:
    comment = people.coach.comment(2, "Name the loss first.")
    people.coach.comment(2, "Look again in June.", shared=False)
    exported = export_session(people.studios[0].journal, people.session, private=True)
    folder = tmp_path / "another"
    studio = Studio.open(environ={"BRANCHLINE_HOME": str(folder), "BRANCHLINE_LEARNER": "l-1"}, clock=people.room.clock)
    file = Coaching(studio, Review.exported(exported))
    assert [each.id for each in file.thread.comments] == [comment.id]
    assert [item.id for item in file.awaiting()] == [comment.id]
    assert not folder.joinpath("data").exists()
    refused("not-here", lambda: file.acknowledge(comment.id))
    import_session(studio.journal, exported)
    assert file.acknowledge(comment.id).answered.state == ACKNOWLEDGED
    assert len(file.thread.comments) == 1
    studio.close()


def test_what_waits_for_whom(people: People) -> None:
    comment = people.coach.comment(2, "Name the loss first.")
    other = people.coach.comment(3, "Good.")
    learner, coach = people.learner, people.coach

    def ids(who: Coaching) -> list[str]:
        return [item.id for item in who.awaiting()]

    assert ids(learner) == [comment.id, other.id]
    assert ids(coach) == []
    learner.acknowledge(other.id)
    answer = learner.answer(comment.id, "Where?")
    assert (ids(learner), ids(coach)) == ([], [answer.id])
    again = coach.answer(comment.id, "Line 3.")
    assert (ids(learner), ids(coach)) == ([again.id], [])
    learner.dispute(comment.id, "No.")
    assert ids(coach) == [comment.id]
    coach.decide(comment.id, upheld=True, text="Right.")
    assert ids(learner) == [comment.id, again.id]
    learner.acknowledge(comment.id)
    coach.resolve(comment.id)
    assert (ids(learner), ids(coach)) == ([], [])
    coach.reopen(comment.id)
    assert ids(learner) == [again.id]
    assert people.sit("l-2", "learner").awaiting() == ()


def test_what_waits_is_found_across_sessions(people: People, begin: Callable[..., Practice]) -> None:
    second = begin().session_id
    coach = people.coach
    first = coach.comment(2, "One.")
    studio = people.studios[-1]
    Coaching.of(studio, second).comment(1, "Two.")
    learner = people.room.studio()
    people.studios.append(learner)
    assert [(each.row.id, each.item.seq if isinstance(each.item, Comment) else 0) for each in awaiting(learner)] == [
        (second, 1),
        (people.session, 2),
    ]
    assert awaiting(studio) == []
    people.learner.dispute(first.id, "No.")
    assert [each.item.id for each in awaiting(studio)] == [first.id]


def test_a_comment_is_called_by_number_id_or_beginning(people: People, begin: Callable[..., Practice]) -> None:
    coach = people.coach
    first, second = coach.comment(2, "One."), coach.comment(3, "Two.")
    studio = people.studios[-1]
    stream = first.id.partition(":")[0]
    for call in (f"{people.session}/1", f"{people.session[:8]}/1", first.id):
        assert coaching_at(studio, call)[1].id == first.id
    assert coaching_at(studio, "2", people.session[:8])[1].id == second.id
    refused("ambiguous-comment", lambda: coaching_at(studio, stream[:8]))
    third = Coaching.of(studio, begin().session_id).comment(1, "Three.")
    assert coaching_at(studio, third.id[:8])[1].id == third.id
    for call in ("", "3", "zzzz", f"{people.session}/3", f"{people.session}/0"):
        refused("unknown-comment", lambda call=call: coaching_at(studio, call))  # type: ignore[misc]
    assert coach.thread.comments[0].answered.state == OPEN


def test_what_a_learner_wrote_at_the_desk_stays_out_of_quotes(tmp_path: Path) -> None:
    studio = studio_at(tmp_path, role="coach")
    practice = begin_drill(studio)
    practice.act("internal_note", {"text": "My own words about the customer."})
    coaching = Coaching.of(studio, practice.session_id)
    made = coaching.comment(practice.entries[-1].seq, "Too long.")
    assert made.quote
    assert "My own words" not in made.quote
    statements = [each.json for row in studio.journal.streams.rows("coaching") for each in studio.journal.statements(row.id)]
    assert len(statements) == 1
    assert "My own words" not in statements[0]
    studio.close()
