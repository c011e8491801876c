"""When a mistake comes due to be met again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.spacing import INTERVALS, SHOWN, SKIPPED, SOLVED, Met, Spacing, meetings, retired, spacing
from branchline.journal.coaching_events import RetryMade, RetryRetired
from branchline.journal.streams import Remark

if TYPE_CHECKING:
    from random import Random

SINCE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def met(days: float, outcome: str = SOLVED, *, clean: bool = True, name: str = "") -> Met:
    return Met(SINCE + days * DAY, name or f"m{days}{outcome}", outcome, clean)


def days(found: Spacing) -> float | None:
    """Days after the session from which it is due."""
    return None if found.due is None else (found.due - SINCE) / DAY


def in_time(count: int) -> list[Met]:
    """Met at once, and then each time exactly when it came due."""
    found: list[Met] = []
    for number in range(count):
        due = spacing(SINCE, found).due
        assert due is not None
        found.append(Met(due, str(number), SOLVED))
    return found


outcomes = st.builds(
    Met,
    st.integers(0, 60 * 24).map(lambda hours: SINCE + timedelta(hours=hours)),
    st.integers(0, 10_000).map(str),
    st.sampled_from([SOLVED, SHOWN, SKIPPED]),
    st.booleans(),
)
known = st.lists(outcomes, max_size=12, unique_by=lambda each: each.id)


def test_a_mistake_is_due_at_once_after_its_session() -> None:
    assert spacing(SINCE, []) == Spacing(SINCE, 0, 0)
    assert spacing(SINCE, []).is_due(SINCE)


def test_solved_it_comes_back_after_one_three_seven_and_twenty_one_days_and_then_no_more() -> None:
    assert [days(spacing(SINCE, in_time(count))) for count in range(6)] == [0, 1, 4, 11, 32, None]
    assert spacing(SINCE, in_time(5)).times == 5


def test_solved_before_it_is_due_moves_nothing() -> None:
    assert days(spacing(SINCE, [met(0), met(0.5, name="b"), met(0.9, name="c")])) == 1


def test_a_clock_behind_that_of_the_session_still_counts_the_first_meeting() -> None:
    assert days(spacing(SINCE, [met(-0.5)])) == 0.5


def test_where_the_solution_was_looked_at_the_intervals_begin_anew() -> None:
    assert days(spacing(SINCE, [met(0), met(1), met(4, SHOWN)])) == 5
    assert days(spacing(SINCE, [met(0), met(1), met(4, SHOWN), met(4.1)])) == 5
    assert days(spacing(SINCE, [met(0), met(1), met(4, SHOWN), met(5), met(6)])) == 9


def test_skipped_it_waits_a_day_and_keeps_its_interval() -> None:
    assert days(spacing(SINCE, [met(2, SKIPPED)])) == 3
    assert days(spacing(SINCE, [met(0), met(1), met(4, SKIPPED)])) == 5
    assert days(spacing(SINCE, [met(0), met(1), met(4, SKIPPED), met(5)])) == 12
    assert days(spacing(SINCE, [met(0), met(1), met(1.5, SKIPPED)])) == 4


def test_solved_only_after_a_wrong_try_it_begins_with_the_first_interval() -> None:
    assert days(spacing(SINCE, [met(0), met(1), met(4, clean=False)])) == 5
    assert days(spacing(SINCE, [met(0), met(1), met(4, clean=False), met(5)])) == 8


def test_a_course_may_space_otherwise() -> None:
    assert days(spacing(SINCE, [met(0)], (2, 5))) == 2
    assert spacing(SINCE, [met(0), met(2), met(7)], (2, 5)).due is None
    assert spacing(SINCE, [met(0)], ()).due is None


@given(known, st.randoms(use_true_random=False))
def test_the_order_in_which_meetings_are_known_does_not_matter(found: list[Met], random: Random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert spacing(SINCE, found) == spacing(SINCE, mixed) == spacing(SINCE, [*mixed, *found])


@given(known)
def test_whoever_has_just_met_it_has_not_to_meet_it_again_now(found: list[Met]) -> None:
    stands = spacing(SINCE, found)
    if found and stands.due is not None:
        assert not stands.is_due(max(each.at for each in found))


@given(known)
def test_it_never_waits_longer_than_the_longest_interval_after_the_last_meeting(found: list[Met]) -> None:
    stands = spacing(SINCE, found)
    last = max((each.at for each in found), default=SINCE)
    assert stands.due is None or stands.due <= last + INTERVALS[-1] * DAY


@given(known)
def test_only_five_solved_in_time_can_take_it_out_of_the_queue(found: list[Met]) -> None:
    if spacing(SINCE, found).due is None:
        assert sum(each.outcome == SOLVED for each in found) > len(INTERVALS)


@given(known)
def test_once_out_of_the_queue_it_stays_out(found: list[Met]) -> None:
    late = [each._replace(at=each.at + 100 * DAY, id=f"late {each.id}") for each in found]
    assert spacing(SINCE, [*in_time(5), *late]).due is None


def remark(number: int, event: RetryMade | RetryRetired, at: str = "2026-03-01T10:00:00.000Z") -> Remark:
    return Remark(f"s:{number}", "robin", "learner", at, event, shared=True)


def test_remarks_are_the_meetings_of_their_moments() -> None:
    solved = RetryMade("one", 4, "hello", "rude", ("rude", "kind"), SOLVED, 0.0, "c" * 64)
    shown = RetryMade("one", 6, "news", "wait", (), SHOWN, -1.0, "c" * 64)
    gone = RetryRetired("two", 2, "It is gone.")
    remarks = [remark(1, solved), remark(2, shown), remark(3, shown, "yesterday"), remark(4, gone)]
    found = meetings(remarks)
    assert [(each.outcome, each.clean) for each in found["one", 4]] == [(SOLVED, False)]
    assert [each.outcome for each in found["one", 6]] == [SHOWN]
    assert retired(remarks) == {("two", 2): "It is gone."}
