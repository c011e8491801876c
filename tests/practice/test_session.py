from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from branchline.errors import ActionRefused, UsageError
from branchline.journal.verify import verify_session
from branchline.practice import Practice
from rooms import Room
from tiny import authored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from branchline.practice import Studio


def ids(practice: Practice) -> list[str]:
    return [offered.id for offered in practice.offered()]


def waits(practice: Practice) -> tuple[float | None, bool]:
    return practice.time_limit, practice.must_wait


def test_a_session_freezes_what_could_change_later(begin: Callable[..., Practice]) -> None:
    practice = begin(mode="expert", seed=12, untimed=True)
    started = practice.started
    assert (started.mode, started.seed, started.tier, started.untimed) == ("expert", 12, "1", True)
    assert (started.weights, started.pass_mark) == (practice.scenario.weights, practice.scenario.pass_mark)
    assert started.content_hash == practice.scenario.content_hash
    assert dict(started.facts) == {**practice.scenario.facts, "tier": 1}


def test_the_best_way_through_is_told_and_scored(begin: Callable[..., Practice], studio: Studio) -> None:
    practice = begin()
    practice.choose("kind")
    practice.choose("explain", (0,))
    assert practice.finished
    assert practice.ended is not None
    assert practice.ended.id == "sunny"
    found = practice.score()
    assert (found.empathy, found.sop, found.outcome, found.composite, found.passed) == (100, 100, 100, 100, True)
    assert [(line.speaker, line.text) for line in practice.transcript().lines] == [
        ("customer", "You charged me twice."),
        ("learner", "I say kind."),
        ("customer", "And now?"),
        ("learner", "I say explain."),
        ("note", "End: Sunny"),
    ]
    assert verify_session(studio.journal, practice.session_id).ok


def test_feedback_says_what_a_reply_earned(begin: Callable[..., Practice]) -> None:
    practice = begin()
    earned = practice.choose("fair")
    assert earned is not None
    assert (earned.choice, earned.word, earned.e, earned.best) == ("hello.fair", "neutral", 0.5, False)
    assert (earned.best_say, earned.best_because) == ("I say kind.", "Because of kind.")
    assert (earned.trust, earned.heat) == (0, -2)
    assert ("acknowledge", 1, 2) in earned.dimensions
    best = practice.choose("explain")
    assert best is not None
    assert (best.best, best.best_say, best.steps, best.trust) == (True, "", ("SOP-T/tell",), 11)


def test_the_flags_of_a_reply_are_named(begin: Callable[..., Practice]) -> None:
    earned = begin().choose("rude")
    assert earned is not None
    assert (earned.word, earned.flags) == ("unempathetic", ("blame_customer",))
    assert earned.trust < 0
    assert earned.heat > 0


@pytest.mark.parametrize("mode", ["expert", "exam"])
def test_feedback_and_undo_are_for_practice_mode(begin: Callable[..., Practice], mode: str) -> None:
    practice = begin(mode=mode)
    assert practice.choose("fair") is None
    assert not practice.can_undo
    with pytest.raises(ActionRefused) as refused:
        practice.undo()
    assert refused.value.code == "no-undo"
    assert mode in refused.value.what
    assert len(practice.entries) == 2


def test_an_undo_returns_exactly_to_where_it_was(begin: Callable[..., Practice]) -> None:
    practice = begin()
    before, offered = practice.state, practice.offered()
    assert not practice.can_undo
    practice.choose("rude")
    practice.undo()
    assert practice.state == before
    assert practice.offered() == offered
    with pytest.raises(ActionRefused):
        practice.undo()


def test_after_the_end_nothing_is_taken_back_or_said(begin: Callable[..., Practice]) -> None:
    practice = begin()
    practice.choose("kind")
    practice.choose("explain")
    count = len(practice.entries)
    assert not practice.can_undo
    assert practice.offered() == ()
    acts: list[Callable[[], object]] = [lambda: practice.choose("kind"), practice.undo, practice.time_out, practice.give_up]
    for act in acts:
        with pytest.raises(ActionRefused):
            act()
    practice.suspend()
    practice.open_sop("SOP-T")
    assert len(practice.entries) == count


@pytest.mark.parametrize("word", ["explain", "nothing"])
def test_a_reply_that_is_not_open_changes_nothing(begin: Callable[..., Practice], word: str) -> None:
    practice = begin()
    before = (list(practice.entries), practice.state, practice.transcript())
    with pytest.raises(ActionRefused):
        practice.choose(word)
    assert (list(practice.entries), practice.state, practice.transcript()) == before


def test_choices_are_shuffled_by_the_seed_and_stay(begin: Callable[..., Practice], room: Room) -> None:
    orders = {tuple(ids(begin(seed=seed))) for seed in range(20)}
    assert len(orders) > 1
    assert {frozenset(order) for order in orders} == {frozenset({"kind", "fair", "rude"})}
    practice = begin(seed=3)
    first = practice.offered()
    assert [offered.number for offered in first] == [1, 2, 3]
    practice.open_sop("SOP-T")
    assert practice.offered() == first
    practice.choose("kind")
    practice.undo()
    assert practice.offered() == first
    practice.suspend()
    assert Practice.resume(room.studio(), practice.session_id).offered() == first


def test_a_locked_choice_is_shown_with_its_reason(begin: Callable[..., Practice]) -> None:
    practice = begin()
    practice.choose("kind")
    shown = {offered.id: offered for offered in practice.offered()}
    assert set(shown) == {"explain", "mumble", "refund"}
    assert (shown["refund"].open, shown["refund"].why) == (False, "Above your limit.")
    assert (shown["explain"].open, shown["explain"].why) == (True, "")
    with pytest.raises(ActionRefused) as refused:
        practice.choose("refund")
    assert refused.value.code == "choice-locked"


def test_silence_leads_on_and_can_be_all_there_is(begin: Callable[..., Practice]) -> None:
    practice = begin()
    assert waits(practice) == (None, False)
    with pytest.raises(ActionRefused):
        practice.time_out()
    practice.choose("kind")
    assert waits(practice) == (20, False)
    practice.time_out()
    assert practice.state.node == "alone"
    assert waits(practice) == (5, True)
    assert practice.offered() == ()
    practice.time_out((1,))
    assert practice.ended is not None
    assert practice.ended.id == "rainy"


def test_an_untimed_session_has_no_limits_and_can_still_wait(begin: Callable[..., Practice]) -> None:
    practice = begin(untimed=True)
    practice.choose("kind")
    assert waits(practice) == (None, False)
    practice.time_out()
    assert waits(practice) == (None, True)


@pytest.mark.parametrize(("branch", "ending"), [(0, "sunny"), (1, "rainy")])
def test_a_named_draw_overrides_the_seed(begin: Callable[..., Practice], studio: Studio, branch: int, ending: str) -> None:
    practice = begin()
    practice.choose("kind")
    practice.choose("mumble", (branch,))
    assert practice.ended is not None
    assert practice.ended.id == ending
    assert verify_session(studio.journal, practice.session_id).ok


def test_chance_before_the_first_decision_follows_the_seed_unless_it_is_named(tmp_path: Path) -> None:
    studio = fanned(tmp_path)
    scenario = studio.workspace.load("tiny")
    seeded = [Practice.begin(studio, scenario, mode="practice", seed=5).state.node for _ in range(3)]
    assert len(set(seeded)) == 1
    named = Practice.begin(studio, scenario, mode="practice", seed=5, draws=(4,))
    assert named.state.node == "f"
    assert verify_session(studio.journal, named.session_id).ok


def test_nobody_draws_again_by_taking_back(tmp_path: Path) -> None:
    studio = fanned(tmp_path)
    for seed in range(5):
        practice = Practice.begin(studio, studio.workspace.load("tiny"), mode="practice", seed=seed)
        first = practice.state.node
        practice.choose("again")
        second = practice.state.node
        practice.undo()
        assert practice.state.node == first
        practice.choose("again")
        assert practice.state.node == second


def fanned(tmp_path: Path) -> Studio:
    """Chance leads to one of five nodes, each of which leads back to chance."""
    again = {"choices": [{"id": "again", "say": "Again.", "go": "a", "sticky": True}, {"id": "on", "say": "On.", "go": "end"}]}
    fan = {"a": {"chance": [{"weight": 1, "go": name} for name in "bcdef"]}, **dict.fromkeys("bcdef", again)}
    return Room(tmp_path / "fan", authored(fan)).studio()


def test_in_an_exam_no_draw_is_named(begin: Callable[..., Practice]) -> None:
    practice = begin(mode="exam")
    practice.choose("kind")
    with pytest.raises(ActionRefused) as refused:
        practice.choose("explain", (0,))
    assert refused.value.code == "draw-in-exam"
    assert practice.state.node == "middle"


def test_an_exam_is_retaken_after_a_day_and_with_another_seed(begin: Callable[..., Practice], room: Room) -> None:
    begin(mode="exam", seed=1)
    with pytest.raises(ActionRefused) as refused:
        begin(mode="exam", seed=2)
    assert refused.value.code == "exam-too-soon"
    assert "2026-03-02 09:00 UTC" in refused.value.hint
    assert begin(mode="practice", seed=1).mode == "practice"
    assert begin(mode="exam", seed=1, learner="l-2").row.learner == "l-2"
    room.clock.move(24 * 3600 - 1)
    with pytest.raises(ActionRefused):
        begin(mode="exam", seed=2)
    room.clock.move(1)
    with pytest.raises(ActionRefused) as repeated:
        begin(mode="exam", seed=1)
    assert "seed" in repeated.value.what
    assert begin(mode="exam", seed=2).started.seed == 2


def test_an_sop_that_was_opened_is_noted(begin: Callable[..., Practice]) -> None:
    practice = begin()
    practice.open_sop("SOP-T")
    assert practice.transcript().lines[-1].text == "You looked into SOP-T."
    with pytest.raises(ActionRefused):
        practice.open_sop("SOP-X")


def test_giving_up_ends_the_session(begin: Callable[..., Practice], studio: Studio) -> None:
    practice = begin()
    practice.choose("kind")
    practice.give_up()
    assert practice.finished
    assert practice.ended is None
    found = practice.score()
    assert (found.empathy, found.composite, found.passed) == (100, None, False)
    assert verify_session(studio.journal, practice.session_id).ok
    with pytest.raises(UsageError) as refused:
        Practice.resume(studio, practice.session_id)
    assert refused.value.code == "session-ended"


def test_stopping_twice_is_stopping_once(begin: Callable[..., Practice]) -> None:
    practice = begin()
    practice.suspend()
    practice.suspend()
    assert [type(entry.event).__name__ for entry in practice.entries] == ["SessionStarted", "SessionSuspended"]


def test_a_conversation_that_never_stops_ends_at_once(tmp_path: Path) -> None:
    room = Room(tmp_path / "short", authored({"a": {"lines": [{"narrator": "Nobody is there."}], "go": "end"}}))
    studio = room.studio()
    practice = Practice.begin(studio, studio.workspace.load("tiny"), mode="practice", seed=1)
    assert practice.finished
    assert practice.row.status == "completed"
    assert practice.score().outcome == 100
    assert verify_session(studio.journal, practice.session_id).ok


def test_without_a_seed_each_session_has_its_own(begin: Callable[..., Practice]) -> None:
    assert len({begin(seed=None).started.seed for _ in range(5)}) == 5
