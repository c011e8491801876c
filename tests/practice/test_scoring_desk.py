"""Sessions scored with a rubric, and what stays true of a review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from branchline.coaching.rubric import Marked
from branchline.errors import ActionRefused, UsageError
from branchline.journal.exchange import export_session, import_session, parse_session
from branchline.journal.verify import verify_session
from branchline.practice import Practice, scoring_desk
from branchline.xapi.adopt_coaching import adopt_coaching
from branchline.xapi.pull import _activity
from rooms import Room
from rubrics import TEXT
from scored_room import ScoredRoom, review

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.coaching.scorecard import Scorecard
    from branchline.coaching.thread import RubricReview
    from branchline.practice import Studio

LATE = [Marked("loss", "1", "Only the second time."), Marked("next-step", "yes"), Marked("verified", "kept")]


@pytest.fixture
def room(tmp_path: Path) -> ScoredRoom:
    return ScoredRoom(tmp_path)


def scored(studio: Studio, session: str, marks: list[Marked] | None = None, *, shared: bool = True) -> RubricReview:
    rubric = studio.workspace.rubric("card")
    return scoring_desk.review_with(studio, review(studio, session), rubric, marks or LATE, text="Good end.", shared=shared)


def card(studio: Studio, found: RubricReview) -> Scorecard:
    read = scoring_desk.card_of(studio, review(studio, found.event.session), found)
    assert read is not None
    return read


def test_a_review_is_kept_with_its_total_and_the_machine_beside_it(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    found = scored(coach, session)
    assert (found.author, found.event.total, found.event.text) == ("coach-1", 75.0, "Good end.")
    (again,) = scoring_desk.reviews_of(coach, session)
    assert again == found
    assert [(each.mark.level, each.suggests, each.overridden) for each in card(coach, again).items] == [
        ("1", "2", True), ("yes", None, False), ("kept", "kept", False),
    ]  # fmt: skip


def test_another_level_than_the_machine_s_needs_a_reason_and_without_one_nothing_is_recorded(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    with pytest.raises(UsageError) as refused:
        scored(coach, session, [Marked("loss", "1", " "), *LATE[1:]])
    assert refused.value.code == "reason-missing"
    assert scoring_desk.reviews_of(coach, session) == ()


def test_an_edit_of_the_rubric_changes_no_review_that_was_made_before(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    old = scored(coach, session)
    before = card(coach, old)
    text = TEXT.replace("version: 3", "version: 4").replace("weight: 50", "weight: 10").replace("weight: 30", "weight: 70")
    room.rubric_file.write_text(text.replace("A formula.", "Something else."))
    later = room.person("coach-2")
    new = scored(later, session)
    assert (old.event.total, new.event.total) == (75.0, 95.0)
    (first, second) = scoring_desk.reviews_of(later, session)
    assert card(later, first) == before
    assert (card(later, first).items[0].anchor, card(later, second).items[0].anchor) == ("A formula.", "Something else.")
    assert (first.event.rubric_version, second.event.rubric_version) == (3, 4)
    room.rubric_file.unlink()
    assert card(later, first) == before


def test_a_coach_s_later_review_takes_the_place_of_the_earlier_and_both_stay(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    scored(coach, session)
    scored(coach, session, [Marked("loss", "2"), *LATE[1:]])
    found = scoring_desk.reviews_of(coach, session)
    assert [(each.event.total, each.latest) for each in found] == [(75.0, False), (100.0, True)]


def test_a_private_review_is_seen_by_coaches_alone_and_told_to_nobody(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    found = scored(coach, session, shared=False)
    assert scoring_desk.reviews_of(room.person("robin", "learner"), session) == ()
    assert len(scoring_desk.reviews_of(room.person("coach-2"), session)) == 1
    assert coach.journal.statements(found.id.partition(":")[0]) == []
    assert parse_session(export_session(coach.journal, session)).streams == ()


def test_nobody_scores_their_own_session(room: ScoredRoom) -> None:
    session = room.play()
    with pytest.raises(ActionRefused) as refused:
        scored(room.person("robin"), session)
    assert refused.value.code == "own-session"


def test_a_rubric_for_the_other_kind_or_a_session_that_has_not_ended_is_refused(room: ScoredRoom) -> None:
    session, coach = room.play(), room.person("coach-1")
    room.rubric_file.write_text(TEXT.replace("conversations", "drills").replace("acknowledge", "record"))
    with pytest.raises(UsageError) as refused:
        scored(coach, session)
    assert refused.value.code == "rubric-other-kind"
    room.rubric_file.write_text(TEXT)
    going = Practice.begin(coach, coach.workspace.load(room.name), mode="practice", seed=7)
    with pytest.raises(UsageError) as refused:
        scored(coach, going.session_id)
    assert refused.value.code == "not-ended"


def test_an_exported_session_takes_its_review_and_its_rubric_along(room: ScoredRoom, tmp_path: Path) -> None:
    session, coach = room.play(), room.person("coach-1")
    found = scored(coach, session)
    text = export_session(coach.journal, session)
    elsewhere = Room(tmp_path / "elsewhere", {"id": "other"}).studio(BRANCHLINE_ROLE="learner", BRANCHLINE_LEARNER="robin")
    import_session(elsewhere.journal, text)
    (there,) = scoring_desk.reviews_of(elsewhere, session)
    assert there == found
    assert card(elsewhere, there) == card(coach, found)
    assert verify_session(elsewhere.journal, session).ok
    assert export_session(elsewhere.journal, session) == text


def test_the_learner_s_machine_reads_a_review_from_its_statement(room: ScoredRoom, tmp_path: Path) -> None:
    session, coach = room.play(), room.person("coach-1")
    played = export_session(coach.journal, session)
    found = scored(coach, session)
    (statement,) = coach.journal.statements(found.id.partition(":")[0])
    told = json.loads(statement.json)
    assert told["result"]["score"] == {"scaled": 0.75, "raw": 75.0, "min": 0, "max": 100}
    elsewhere = Room(tmp_path / "elsewhere", {"id": "other"}).studio(BRANCHLINE_ROLE="learner", BRANCHLINE_LEARNER="robin")
    import_session(elsewhere.journal, played)
    journal = elsewhere.journal
    received = journal.received()
    activity = _activity(told, statement.json)
    assert activity is not None
    received.keep([activity], {})
    adopt_coaching(journal, received)
    (there,) = scoring_desk.reviews_of(elsewhere, session)
    assert there.event == found.event
