from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import DamagedData, UsageError
from branchline.journal.fold import fold
from branchline.journal.transcript import transcript
from branchline.journal.verify import kept_contents, verify_session
from branchline.practice import Practice
from practice_talk import talk

if TYPE_CHECKING:
    from collections.abc import Callable

    from branchline.practice import Studio
    from rooms import Room

Edit = dict[str, Any]


def choices(data: Edit, node: str) -> list[Edit]:
    found: list[Edit] = data["nodes"][node]["choices"]
    return found


def sound(practice: Practice, studio: Studio) -> None:
    """The session can be verified, folded and told from the journal alone, as it stands in the program."""
    verified = verify_session(studio.journal, practice.session_id)
    assert verified.first_difference is None
    entries, contents = studio.journal.entries(practice.session_id), kept_contents(studio.journal)
    assert entries == practice.entries
    assert transcript(entries, contents) == practice.transcript()
    *_, last = fold(entries, contents)
    assert last.after == practice.state
    practice.score()
    assert practice.result()["session"] == practice.session_id


def finished(practice: Practice, studio: Studio) -> Practice:
    """The rest of the conversation, sound before and after."""
    sound(practice, studio)
    while not practice.finished:
        opened = [offered for offered in practice.offered() if offered.open]
        if opened:
            practice.choose(opened[0].id)
        else:
            practice.time_out()
    assert practice.row.status == "completed"
    sound(practice, studio)
    return practice


@pytest.fixture
def stopped(begin: Callable[..., Practice]) -> Practice:
    """A session that stopped after one reply."""
    practice = begin()
    practice.choose("kind")
    practice.suspend()
    return practice


def test_where_nothing_changed_everything_is_as_it_was(stopped: Practice, room: Room) -> None:
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.notices == ()
    assert (again.state, again.offered()) == (stopped.state, stopped.offered())
    assert again.row.status == "active"
    assert again.transcript().lines[-1].text == "You went on."
    finished(again, studio)


def test_a_prefix_of_the_id_is_enough(stopped: Practice, studio: Studio) -> None:
    assert Practice.resume(studio, stopped.session_id[:8]).session_id == stopped.session_id


def test_nobody_goes_on_with_a_session_of_somebody_else(stopped: Practice, room: Room) -> None:
    """Both would tell different things under the same ids of statements."""
    coach = room.studio(BRANCHLINE_LEARNER="coach-1", BRANCHLINE_ROLE="coach")
    before = (coach.journal.entries(stopped.session_id), coach.journal.statements(stopped.session_id))
    with pytest.raises(UsageError) as refused:
        Practice.resume(coach, stopped.session_id)
    assert refused.value.code == "not-yours"
    assert "BRANCHLINE_LEARNER=l-1" in refused.value.hint
    assert (coach.journal.entries(stopped.session_id), coach.journal.statements(stopped.session_id)) == before
    assert Practice.resume(coach, stopped.session_id, learner="l-1").session_id == stopped.session_id


def test_a_killed_session_goes_on_from_its_journal(begin: Callable[..., Practice], room: Room) -> None:
    practice = begin()
    practice.choose("fair")
    assert practice.row.status == "active"
    studio = room.studio()
    again = Practice.resume(studio, practice.session_id)
    assert (again.state, again.offered(), again.transcript().lines[:-1]) == (
        practice.state,
        practice.offered(),
        practice.transcript().lines,
    )
    finished(again, studio)


def test_changed_texts_are_said_and_nothing_is_lost(stopped: Practice, room: Room) -> None:
    data = talk()
    data["nodes"]["middle"]["lines"] = [{"customer": "And what now?"}]
    choices(data, "middle")[0]["say"] = "Let me explain better."
    room.edit(data)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.notices == ("Its texts changed since you stopped; all of your 1 replies still stand.",)
    assert again.state.node == "middle"
    assert "Let me explain better." in {offered.say for offered in again.offered()}
    assert again.row.content_hash == again.scenario.content_hash != stopped.row.content_hash
    assert again.row.logic_hash == stopped.row.logic_hash
    finished(again, studio)


def test_edited_logic_that_can_be_replayed_keeps_every_reply(stopped: Practice, room: Room) -> None:
    data = talk()
    choices(data, "hello")[0]["effects"] = ["trust +7"]
    room.edit(data)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.notices == ("It was edited since you stopped; all of your 1 replies still stand.",)
    assert again.state.trust == stopped.state.trust + 7
    finished(again, studio)


def test_a_removed_choice_is_given_up_and_named(stopped: Practice, room: Room) -> None:
    data = talk()
    del choices(data, "hello")[0]
    room.edit(data)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    (notice,) = again.notices
    assert "0 of your 1 replies still stand" in notice
    assert "Given up: hello.kind." in notice
    assert again.state.node == "hello"
    assert [line.standing for line in again.transcript().lines if line.choice == "kind"] == [False]
    assert again.score().empathy is None
    assert again.result()["path"] == []
    assert finished(again, studio).result()["notices"] == [notice]


def test_only_what_cannot_be_replayed_is_given_up(begin: Callable[..., Practice], room: Room) -> None:
    practice = begin()
    practice.choose("fair")
    practice.time_out()
    practice.suspend()
    data = talk()
    del data["nodes"]["middle"]["timeout"]
    room.edit(data)
    studio = room.studio()
    again = Practice.resume(studio, practice.session_id)
    (notice,) = again.notices
    assert "1 of your 2 replies still stand" in notice
    assert "Given up: middle!timeout." in notice
    assert (again.state.node, again.result()["path"]) == ("middle", ["hello.fair"])
    assert again.score().effort == 0
    again.undo()
    assert again.state.node == "hello"
    finished(again, studio)


def test_a_renamed_node_and_choice_are_found_by_their_former_ids(stopped: Practice, room: Room) -> None:
    data = talk()
    nodes = data["nodes"]
    nodes["greeting"] = {**nodes.pop("hello"), "renamed_from": "hello"}
    nodes["centre"] = {**nodes.pop("middle"), "renamed_from": "middle"}
    choices(data, "greeting")[0] |= {"id": "warm", "renamed_from": "kind"}
    for choice in choices(data, "greeting"):
        choice["go"] = "centre"
    room.edit({**data, "start": "greeting"})
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.notices == ("It was edited since you stopped; all of your 1 replies still stand.",)
    assert again.state.node == "centre"
    assert again.score().empathy == 100
    finished(again, studio)


@pytest.mark.parametrize("broken", ["format: 1\nid: tiny\nnodes: [", "id: tiny\n"])
def test_a_broken_scenario_goes_on_as_it_was_begun(stopped: Practice, room: Room, broken: str) -> None:
    room.edit(broken)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    (notice,) = again.notices
    assert "cannot be loaded" in notice
    assert (again.state, again.scenario.content_hash) == (stopped.state, stopped.scenario.content_hash)
    finished(again, studio)


def test_a_scenario_that_is_gone_goes_on_as_it_was_begun(stopped: Practice, room: Room) -> None:
    room.file.unlink()
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.state == stopped.state
    assert finished(again, studio).notices


def test_an_edit_that_leads_the_replies_to_an_ending_ends_the_session(stopped: Practice, room: Room) -> None:
    data = talk()
    choices(data, "hello")[0]["go"] = "rainy"
    room.edit(data)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    assert again.finished
    assert again.row.status == "completed"
    assert again.score().outcome == 40
    sound(again, studio)


def test_a_session_survives_two_edits(stopped: Practice, room: Room) -> None:
    first, second = talk(), talk()
    choices(first, "hello")[0]["effects"] = ["trust +7"]
    room.edit(first)
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    again.choose("explain", (1,)) if again.state.node == "sky" else again.time_out()
    again.suspend()
    del choices(second, "hello")[0]
    room.edit(second)
    studio = room.studio()
    last = Practice.resume(studio, stopped.session_id)
    assert "Given up: hello.kind, middle!timeout." in last.notices[0]
    finished(last, studio)


def test_the_weights_and_the_pass_mark_of_the_start_go_on_deciding(stopped: Practice, room: Room) -> None:
    data = talk()
    room.edit({**data, "pass_mark": 1})
    studio = room.studio()
    again = Practice.resume(studio, stopped.session_id)
    again.choose("mumble", (1,))
    assert again.score().composite == pytest.approx(0.4 * 50 + 0.4 * 50 + 0.2 * 40)
    assert not again.score().passed


def test_a_session_that_has_ended_is_not_resumed(begin: Callable[..., Practice], room: Room) -> None:
    practice = begin()
    practice.choose("kind")
    practice.choose("explain")
    with pytest.raises(UsageError) as refused:
        Practice.resume(room.studio(), practice.session_id)
    assert refused.value.code == "session-ended"


def test_of_two_programs_on_one_session_the_second_is_told_and_nothing_is_lost(begin: Callable[..., Practice], room: Room) -> None:
    first = begin()
    studio = room.studio()
    second = Practice.resume(studio, first.session_id)
    before = (first.state, list(first.entries), first.transcript())
    second.choose("kind")
    with pytest.raises(DamagedData) as refused:
        first.choose("rude")
    assert refused.value.code == "session-moved-on"
    assert (first.state, list(first.entries), first.transcript()) == before
    sound(second, studio)
    third = Practice.resume(room.studio(), first.session_id)
    assert third.state == second.state
    finished(third, room.studio())


def test_a_session_deleted_meanwhile_is_not_written_again(begin: Callable[..., Practice], room: Room) -> None:
    practice = begin()
    with room.studio().journal as journal:
        journal.delete(practice.session_id)
        with pytest.raises(DamagedData):
            practice.choose("kind")
        assert journal.sessions() == []
