"""The actions of a plan as a calendar that other programs read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from branchline.coaching.calendar import LONGEST, calendar, escaped, fold
from branchline.coaching.plan import DONE, GIVEN_UP, Action, Plan
from branchline.text import clean

GOLDEN = Path(__file__).parent / "plan.ics"
AT, LATER = "2026-03-02T09:00:00.123Z", "2026-03-09T16:30:00.000Z"
STREAM = "7d1c5b1e-7a55-4b7e-9d0a-1f6f2f3a9c99"
ACTIONS = (
    Action(
        f"{STREAM}:2", "Play “Charged twice”; name the loss first, then look", "2026-03-31", ("charged-twice", "SOP-BIL-02"), "coach", AT
    ),
    Action(f"{STREAM}:3", "Read the card\nand the examples", "", (), "robin", AT),
    Action(f"{STREAM}:4", "Work the refund drill 🙂 without the guide", "2026-12-31", (), "coach", AT, DONE, "Done, 92.", "robin", LATER),
    Action(f"{STREAM}:5", "Listen to a call", "2026-04-01", (), "coach", AT, GIVEN_UP, "", "robin", LATER),
    Action(f"{STREAM}:6", "Tell the team", "", (), "coach", AT, DONE, "", "robin", LATER),
)
PLAN = Plan(f"{STREAM}:1", "coach-1", "robin", AT, ("Acknowledge first", "Keep \\ and ; apart"), (("s-1", 4),), "", ACTIONS)


def test_it_is_the_golden_file_to_the_byte() -> None:
    assert calendar(PLAN).encode() == GOLDEN.read_bytes()


def test_somebody_else_s_parser_reads_what_was_meant() -> None:
    found = Calendar.from_ical(calendar(PLAN))
    assert (str(found["VERSION"]), str(found["PRODID"])) == ("2.0", "-//Branchline//Coaching//EN")
    parts = {str(part["UID"]): part for part in found.walk() if part.name in {"VEVENT", "VTODO"}}
    assert [part.name for part in parts.values()] == ["VEVENT", "VTODO", "VEVENT", "VEVENT", "VTODO"]
    assert all(not part.errors for part in found.walk())
    first = parts[f"{STREAM}-2@branchline"]
    assert str(first["SUMMARY"]) == ACTIONS[0].text
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (date(2026, 3, 31), date(2026, 4, 1))
    assert str(first["DESCRIPTION"]).split("\n")[:3] == [
        "Practise: charged-twice, SOP-BIL-02", "Goal: Acknowledge first", "Goal: Keep \\ and ; apart",
    ]  # fmt: skip
    assert [str(part["STATUS"]) for part in parts.values()] == ["CONFIRMED", "NEEDS-ACTION", "CONFIRMED", "CANCELLED", "COMPLETED"]
    assert [int(part["SEQUENCE"]) for part in parts.values()] == [0, 0, 1, 1, 1]
    assert str(parts[f"{STREAM}-3@branchline"]["SUMMARY"]) == "Read the card\nand the examples"
    assert parts[f"{STREAM}-4@branchline"].decoded("DTEND") == date(2027, 1, 1)
    assert f"{parts[f'{STREAM}-4@branchline'].decoded('DTSTAMP'):%Y-%m-%dT%H:%M:%SZ}" == "2026-03-09T16:30:00Z"


@given(st.text(max_size=300))
def test_any_text_comes_back_from_a_parser_and_no_line_is_too_long(text: str) -> None:
    said = clean(text.replace("\r\n", "\n")).replace("\t", " ")
    action = Action(f"{STREAM}:2", text, "2026-03-31", (), "coach", AT)
    written = calendar(Plan(f"{STREAM}:1", "coach", "robin", AT, (), (), "", (action,)))
    assert all(len(line.encode()) <= LONGEST for line in written.split("\r\n"))
    assert "\n" not in written.replace("\r\n", "")
    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]) == said


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300))
def test_folding_loses_nothing_and_tears_no_character(line: str) -> None:
    parts = list(fold(line))
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])
    assert all(len(part.encode()) <= LONGEST for part in parts)


def test_what_means_something_in_a_calendar_is_escaped() -> None:
    assert escaped("a,b;c\\d\ne\r\nf\x1b[31m") == "a\\,b\\;c\\\\d\\ne\\nf\ufffd[31m"


def test_a_plan_without_actions_is_a_calendar_too() -> None:
    assert Calendar.from_ical(calendar(Plan(f"{STREAM}:1", "coach", "robin", AT, (), (), ""))).subcomponents == []


def test_an_action_of_the_last_of_all_days_has_no_day_after_it() -> None:
    action = Action(f"{STREAM}:2", "Look back", "9999-12-31", (), "coach", AT)
    (event,) = Calendar.from_ical(calendar(Plan(f"{STREAM}:1", "coach", "robin", AT, (), (), "", (action,)))).walk("VEVENT")
    assert event.decoded("DTSTART") == date(9999, 12, 31)
    assert "DTEND" not in event


def test_a_time_with_an_offset_is_told_in_utc() -> None:
    action = Action(f"{STREAM}:2", "Look", "2026-03-31", (), "coach", "2026-03-02T11:00:00.000+02:00")
    assert "DTSTAMP:20260302T090000Z" in calendar(Plan(f"{STREAM}:1", "coach", "robin", AT, (), (), "", (action,)))
