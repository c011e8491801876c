"""What coaches and learners say, as statements and back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from branchline.journal.coaching_events import CommentMade, RetryRetired
from branchline.journal.codec import CODEC_VERSION
from branchline.journal.received import Received
from branchline.journal.store import Journal
from branchline.journal.streams import COACHING, KINDS, StreamEntry
from branchline.recording import CoachingRecording, stream_row
from branchline.xapi.adopt_coaching import adopt_coaching
from branchline.xapi.coaching import at_event, build_coaching, coaching_of
from branchline.xapi.pull import _activity
from branchline.xapi.statements import build
from xapi_coached import Stopped, coached, streams, told
from xapi_moments import IDENTITY, Player

if TYPE_CHECKING:
    from pathlib import Path

    from branchline.content.compiled import Scenario


@pytest.fixture
def player(charged_twice: Scenario) -> Player:
    return Player(charged_twice).play()


def test_every_remark_comes_back_from_its_statement_as_it_was(player: Player) -> None:
    for kind, said in streams(player).items():
        row = replace(stream_row(kind, player.row, author="coach-1", role="coach", clock=Stopped()), learner=IDENTITY.name)
        for (event, _), stored in zip(said, told(row, said), strict=True):
            found = coaching_of(json.loads(stored.json))
            assert found is not None
            back, entry = found
            assert back == row
            assert entry.event == event or "�" in stored.json or "\\ufffd" in stored.json


def test_an_lrs_that_knows_one_kind_of_number_gives_the_same_remarks(player: Player) -> None:
    for stored in coached(player):
        assert coaching_of(json.loads(stored.json, parse_int=float)) == coaching_of(json.loads(stored.json))


def test_a_comment_is_about_the_statement_of_its_moment(player: Player) -> None:
    moment = player.moments[1]
    first = json.loads(build(moment)[0].json)
    target = at_event(player.row.id, moment.entry.seq, moment.entry.event)
    assert target.object == {"objectType": "StatementRef", "id": first["id"]}
    assert target.registration == first["context"]["registration"]


def test_every_event_of_play_has_its_statement_under_the_role_that_references_name(player: Player) -> None:
    for moment in player.moments:
        target = at_event(player.row.id, moment.entry.seq, moment.entry.event)
        assert target.object["id"] == build(moment)[0].id


def test_what_is_private_or_nobody_s_deed_is_not_told(player: Player) -> None:
    row = stream_row(COACHING, player.row, author="coach-1", role="coach", clock=Stopped())
    target = at_event(player.row.id, 1, player.events[0])
    private = StreamEntry(1, "2026-03-01T10:00:00.000Z", CommentMade(player.row.id, 1, "", "Hm.", shared=False), shared=False)
    assert build_coaching(row, private, IDENTITY, target) == []
    assert build_coaching(row, replace(private, event=RetryRetired(player.row.id, 1, "gone"), shared=True), IDENTITY, target) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(id="0d1c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c99"),
        lambda s: s.pop("actor"),
        lambda s: s["context"].pop("extensions"),
        lambda s: s.update(context=None),
        lambda s: next(iter(s["context"]["extensions"].values())).update(kind="scenario"),
        lambda s: next(iter(s["context"]["extensions"].values())).update(event={"type": "choice-made"}),
        lambda s: next(iter(s["context"]["extensions"].values())).pop("seq"),
        lambda s: next(iter(s["context"]["extensions"].values())).update(at="soon"),
        lambda s: next(iter(s["context"]["extensions"].values())).update(started="9999-12-31T23:59:59Z"),
    ],
)
def test_a_statement_that_is_not_as_it_was_sent_is_no_remark(player: Player, change: Any) -> None:
    statement = json.loads(coached(player)[0].json)
    assert coaching_of(statement) is not None
    change(statement)
    assert coaching_of(statement) is None


def test_remarks_that_came_from_an_lrs_stand_in_the_journal_once(player: Player, tmp_path: Path) -> None:
    came = [_activity(json.loads(each.json), each.json) for each in coached(player)]
    with Journal.open(tmp_path / "j.db") as journal, Received.open(tmp_path / "j.db") as received:
        received.keep([each for each in came if each is not None], {})
        assert adopt_coaching(journal, received) == len(came)
        assert adopt_coaching(journal, received) == 0
        assert sum(len(journal.streams.remarks(kind)) for kind in KINDS) == len(came)
        assert received.of_learner(IDENTITY.name) == []
        assert journal.waiting(100, now="2030-01-01T00:00:00Z") == []


def test_a_remark_that_calls_itself_after_a_session_keeps_no_other_from_coming(player: Player, tmp_path: Path) -> None:
    row = stream_row(COACHING, player.row, author="coach-1", role="coach", clock=Stopped())
    target = at_event(player.row.id, 1, player.events[0])
    said = [(CommentMade(player.row.id, 1, "", "One.", shared=True), target)]
    texts = [each.json for known in (replace(row, id=player.row.id), row) for each in told(known, said)]
    with Journal.open(tmp_path / "j.db") as journal, Received.open(tmp_path / "j.db") as received:
        journal.write(player.row.id, row=player.row, content=("c", {}), statements=[])
        received.keep([found for text in texts if (found := _activity(json.loads(text), text)) is not None], {})
        assert adopt_coaching(journal, received) == 1
        assert [each.id for each in journal.streams.remarks(COACHING)] == [f"{row.id}:1"]
        assert journal.session(player.row.id).kind == player.row.kind
        assert received.coaching() == []


def test_a_recorded_remark_and_its_statement_stand_together(player: Player, tmp_path: Path) -> None:
    with Journal.open(tmp_path / "j.db") as journal:
        row = stream_row(COACHING, player.row, author="l-4711", role="coach", clock=Stopped())
        recording = CoachingRecording(journal, IDENTITY, Stopped(), row)
        assert journal.streams.rows(COACHING) == []
        target = at_event(player.row.id, 1, player.events[0])
        first = recording.record(CommentMade(player.row.id, 1, "", "One.", shared=True), target)
        second = recording.record(CommentMade(player.row.id, 1, "", "Two.", shared=False), target, shared=False)
        assert [each.id for each in journal.streams.remarks(COACHING, player.row.id)] == [first.id, second.id]
        assert first.at < second.at
        assert [each.seq for each in journal.statements(row.id)] == [1]


def test_what_a_later_version_said_waits_until_it_can_be_read(player: Player, tmp_path: Path) -> None:
    later, now = (json.loads(each.json) for each in coached(player)[:2])
    next(iter(later["context"]["extensions"].values())).update(codec=CODEC_VERSION + 1)
    with Journal.open(tmp_path / "j.db") as journal, Received.open(tmp_path / "j.db") as received:
        received.keep([found for each in (later, now) if (found := _activity(each, json.dumps(each))) is not None], {})
        assert adopt_coaching(journal, received) == 1
        assert [own for own, _ in received.coaching()] == [later["id"]]
