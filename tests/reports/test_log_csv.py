from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import ConfigurationError
from branchline.reports.log_map import LogMap

if TYPE_CHECKING:
    from collections.abc import Callable

    Reads = Callable[..., Any]

HEAD = "case,action,time,amount\n"


def test_a_row_is_an_event_with_its_values(read: Reads) -> None:
    found = read("csv", HEAD + "C-1,refund,2026-10-01T10:00:00Z,89.00\n")
    (event,) = found.events
    assert (event.case, event.action, event.ok, event.line) == ("C-1", "refund", True, 2)
    assert event.fields == {"amount": 89.0}
    assert event.time == 1790848800
    assert found.problems.count == 0


def test_empty_cells_say_nothing_and_values_have_their_types(read: Reads) -> None:
    (event,) = read("csv", "case,action,a,b,c,d,e\nC-1,x,,007,12,true,1e3\n").events
    assert event.fields == {"b": "007", "c": 12, "d": True, "e": "1e3"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_delimiters_line_ends_and_marks_make_no_difference(read: Reads, delimiter: str, end: str, mark: bytes) -> None:
    text = end.join(delimiter.join(row) for row in (("Case", "Activity", "note"), ("C-1", "x", "a b"), ("C-2", "y", ""))) + end
    assert read("csv", mark + text.encode()).acts == [("C-1", "x"), ("C-2", "y")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_log_in_utf_16_with_a_mark_is_read(read: Reads, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    found = read("csv", mark + "case,action\r\nC-1,Grüße\r\n".encode(encoding))
    assert found.acts == [("C-1", "Grüße")]


def test_cells_may_hold_line_ends_and_later_rows_keep_their_line(read: Reads) -> None:
    found = read("csv", 'case,action,text\nC-1,x,"one\ntwo\nthree"\nC-2,y,z\nC-3\n')
    assert [(event.case, event.line) for event in found.events] == [("C-1", 2), ("C-2", 5)]
    assert found.events[0].fields["text"] == "one\ntwo\nthree"
    assert found.bad == [6]


@pytest.mark.parametrize(
    "row", ["C-1,x", "C-1,x,1,2,3", ",x,,", "C-1,,,", "C-1,x,yesterday,", "C-1,x,2026-13-45,1"],
)  # fmt: skip
def test_a_row_that_says_nothing_is_listed_and_the_rest_is_read(read: Reads, row: str) -> None:
    found = read("csv", f"{HEAD}C-0,a,,\n{row}\nC-2,b,,\n")
    assert found.acts == [("C-0", "a"), ("C-2", "b")]
    assert found.bad == [3]
    assert found.problems.count == 1


def test_all_malformed_rows_are_counted_and_twenty_listed(read: Reads) -> None:
    found = read("csv", HEAD + "broken\n" * 50 + "C-1,x,,\n")
    assert found.problems.count == 50
    assert found.bad == list(range(2, 22))
    assert found.acts == [("C-1", "x")]


def test_bytes_that_are_no_text_are_listed_and_only_cost_the_row_where_they_name_it(read: Reads) -> None:
    found = read("csv", b"case,action,note\nC-1,x,caf\xe9\nC-2,caf\xe9,\nC-3,y,\n")
    assert found.acts == [("C-1", "x"), ("C-3", "y")]
    assert found.events[0].fields["note"] == "caf\N{REPLACEMENT CHARACTER}"
    assert {2, 3} <= set(found.bad)


def test_nul_and_lone_returns_are_never_fatal(read: Reads) -> None:
    found = read("csv", b"case,action,note\nC-1,x,a\x00b\nC-2,y,a\rb\nC-3,z,\n")
    assert ("C-1", "x") in found.acts
    assert ("C-3", "z") in found.acts


def test_a_cell_longer_than_any_text_costs_its_row_alone(read: Reads) -> None:
    found = read("csv", f'case,action,note\nC-1,x,"{"n" * 5000}"\nC-2,y,ok\n', most=1000)
    assert found.problems.count >= 1
    assert ("C-2", "y") in found.acts
    assert all(len(str(value)) <= 1000 for event in found.events for value in event.fields.values())


def test_a_quotation_mark_left_open_is_no_error(read: Reads) -> None:
    found = read("csv", 'case,action,note\nC-1,x,ok\nC-2,y,"open\nC-3,z,1\n')
    assert found.acts[0] == ("C-1", "x")


def test_a_column_that_stands_twice_is_told_and_the_first_counts(read: Reads) -> None:
    found = read("csv", "case,action,amount,amount\nC-1,x,1,2\n")
    assert found.events[0].fields == {"amount": 1}
    assert "`amount` stands twice" in found.problems.notes[0]


def test_a_row_of_facts_is_no_act(read: Reads) -> None:
    (event,) = read("csv", "case,action,captured\nC-1,case,true\n").events
    assert (event.action, event.facts) == ("", {"captured": True})


def test_columns_that_begin_with_case_are_facts(read: Reads) -> None:
    (event,) = read("csv", "case:concept:name,concept:name,case:captured,amount\nC-1,x,true,3\n").events
    assert (event.case, event.action, event.facts, event.fields) == ("C-1", "x", {"captured": True}, {"amount": 3})


def test_a_mapping_names_columns_values_facts_and_refusals(read: Reads) -> None:
    mapping = LogMap(
        case="Ticket", action="Did", time="When", time_format="%d.%m.%Y %H:%M", ok="Result", refused=frozenset({"denied"}),
        values={"amount": "Sum"}, facts={"captured": "Paid"},
    )  # fmt: skip
    text = "Ticket;Did;When;Result;Sum;Paid;Other\n7;refund;01.10.2026 10:00;Denied;12.50;yes;x\n"
    (event,) = read("csv", text, mapping).events
    assert (event.case, event.action, event.ok, event.time) == ("7", "refund", False, 1790848800)
    assert (event.fields, event.facts) == ({"amount": 12.5}, {"captured": True})


@pytest.mark.parametrize(
    ("head", "mapping", "word"),
    [
        ("ticket_number,action", LogMap(), "ticket_number"),
        ("case,did", LogMap(), "action"),
        ("Ticket,Did", LogMap(case="Tickt", action="Did"), "`Ticket`"),
        ("case,action,Sum", LogMap(values={"amount": "Summ"}), "`Sum`"),
        ("case,action", LogMap(time="When"), "When"),
    ],
)
def test_a_missing_column_is_a_configuration_error_that_says_which_there_are(read: Reads, head: str, mapping: LogMap, word: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read("csv", f"{head}\nC-1,x,1\n", mapping)
    assert caught.value.code == "log-columns"
    assert word in f"{caught.value.what} {caught.value.hint}"


@pytest.mark.parametrize("content", [b"", b"\n", b"\xef\xbb\xbf", b"case,action\n"])
def test_a_log_without_rows_has_no_event(read: Reads, content: bytes) -> None:
    assert read("csv", content).events == []


def test_progress_counts_the_bytes_of_the_file(read: Reads) -> None:
    content = (HEAD + "C-1,x,,1\n" * 10_000).encode()
    assert read("csv", content).bytes == len(content)
