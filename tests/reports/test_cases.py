from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from branchline.reports.cases import HELD, MOST_EVENTS, cases
from branchline.reports.log import LogEvent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def logged(rows: Iterable[tuple[str, str, float | None]]) -> list[LogEvent]:
    return [LogEvent(case, action, time, {"n": line}, line % 3 > 0, {}, line) for line, (case, action, time) in enumerate(rows, 2)]


def seen(events: Sequence[LogEvent], held: int = HELD) -> list[tuple[str, list[LogEvent]]]:
    return [(found.name, list(found.events)) for found in cases(events, held=held)]


TIMES = st.none() | st.floats(0, 9, allow_nan=False)
ROWS = st.lists(st.tuples(st.sampled_from(["C-1", "C-2", "c\x00", "\ud800", "Ä"]), st.sampled_from(["a", "b", ""]), TIMES), max_size=30)


@given(ROWS, st.integers(0, 40))
def test_how_much_is_held_in_memory_changes_nothing(rows: list[tuple[str, str, float | None]], held: int) -> None:
    events = logged(rows)
    assert seen(events, held=held) == seen(events)


@given(ROWS)
def test_every_event_is_in_its_case_once_and_cases_come_as_they_begin(rows: list[tuple[str, str, float | None]]) -> None:
    events = logged(rows)
    found = seen(events, held=5)
    assert [name for name, _ in found] == list(dict.fromkeys(name for name, _, _ in rows))
    assert all(event.case == name for name, of_case in found for event in of_case)
    assert sorted(event.line for _, of_case in found for event in of_case) == [event.line for event in events]


def test_a_case_is_put_in_the_order_of_time_where_every_act_has_one() -> None:
    timed = logged([("C", "late", 9), ("C", "", None), ("C", "early", 1), ("C", "also late", 9)])
    assert [event.action for _, found in seen(timed) for event in found] == ["", "early", "late", "also late"]
    untimed = logged([("C", "first", 9), ("C", "second", None), ("C", "third", 1)])
    assert [event.action for _, found in seen(untimed) for event in found] == ["first", "second", "third"]


def test_grouped_cases_are_taken_as_they_come() -> None:
    drawn = 0

    def rows() -> Iterable[LogEvent]:
        nonlocal drawn
        for event in logged((f"C-{number // 2}", "a", None) for number in range(10)):
            drawn += 1
            yield event

    first = next(iter(cases(rows(), grouped=True)))
    assert (first.name, len(first.events)) == ("C-0", 2)
    assert drawn == 3


def test_a_case_of_very_many_events_is_cut_and_says_so() -> None:
    events = logged(("C", "a", None) for _ in range(MOST_EVENTS + 1))
    (found,) = cases(events)
    assert (len(found.events), found.cut) == (MOST_EVENTS, True)
    (whole,) = cases(events[:-1])
    assert (len(whole.events), whole.cut) == (MOST_EVENTS, False)
