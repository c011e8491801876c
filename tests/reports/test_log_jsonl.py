from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from branchline.reports.log_map import LogMap

if TYPE_CHECKING:
    from collections.abc import Callable

    Reads = Callable[..., Any]


def line(**given: Any) -> str:
    return json.dumps({"case": "C-1", "action": "x", **given}) + "\n"


def test_a_line_is_an_event(read: Reads) -> None:
    (event,) = read("jsonl", line(time="2026-10-01T12:00:00+02:00", fields={"amount": 89.0, "why": None, "tags": ["a"]}, ok=False)).events
    assert (event.case, event.action, event.ok, event.line, event.time) == ("C-1", "x", False, 1, 1790848800)
    assert event.fields == {"amount": 89.0, "tags": '["a"]'}


def test_numbers_as_times_are_minutes_or_seconds_or_milliseconds(read: Reads) -> None:
    events = read("jsonl", line(time=2) + line(time=1790848800) + line(time=1790848800000) + line()).events
    assert [event.time for event in events] == [120, 1790848800, 1790848800, None]


def test_a_case_line_says_facts_and_is_no_act(read: Reads) -> None:
    (event,) = read("jsonl", line(action="case", fields={"captured": True})).events
    assert (event.action, event.fields, event.facts) == ("", {}, {"captured": True})


def test_the_facts_that_a_reply_told_may_be_listed(read: Reads) -> None:
    (event,) = read("jsonl", line(tells=["refund_days", "amount"])).events
    assert event.fields == {"tells": "refund_days,amount"}


@pytest.mark.parametrize(
    "bad",
    [
        b"{", b"[1]", b"17", b"null", b'"text"', b"not json", b'{"action": "x"}', b'{"case": "C"}', b'{"case": "", "action": "x"}',
        b'{"case": "C", "action": 5.5}', b'{"case": true, "action": "x"}', b'{"case": "C", "action": "x", "fields": [1]}',
        b'{"case": "C", "action": "x", "time": "soon"}', b'{"case": "C", "action": "x", "time": {}}',
        b'{"case": "C", "action": "x", "time": NaN}',
        b'{"case": "caf\xe9", "action": "x"}', b"\x00\x00", b"[" * 100_000, b'{"case": "C", "action": "x", "time": 1' + b"0" * 5000 + b"}",
    ],
)  # fmt: skip
def test_a_line_that_says_nothing_is_listed_and_the_rest_is_read(read: Reads, bad: bytes) -> None:
    found = read("jsonl", line().encode() + bad + b"\n\n" + line(case="C-2").encode())
    assert found.acts == [("C-1", "x"), ("C-2", "x")]
    assert found.bad == [2]
    assert found.events[1].line == 4


def test_a_line_without_end_is_skipped_in_pieces(read: Reads) -> None:
    content = (line(fields={"text": "n" * 9000}) + line(case="C-2")).encode()
    found = read("jsonl", content, most=1000)
    assert found.acts == [("C-2", "x")]
    assert found.bad == [1]
    assert found.events[0].line == 2
    assert found.bytes == len(content)


def test_marks_and_line_ends_make_no_difference(read: Reads) -> None:
    assert read("jsonl", b"\xef\xbb\xbf" + line().strip().encode() + b"\r\n").acts == [("C-1", "x")]


def test_case_ids_may_be_numbers_and_may_hold_anything(read: Reads) -> None:
    found = read("jsonl", line(case=17) + '{"case": "\\ud800\\u0000", "action": "x"}\n')
    assert [event.case for event in found.events] == ["17", "\ud800\x00"]


def test_a_mapping_names_other_keys(read: Reads) -> None:
    mapping = LogMap(case="ticket", action="did", time="at", ok="result", values={"amount": "sum"}, facts={"captured": "paid"})
    text = json.dumps({"ticket": 4, "did": "refund", "at": 1, "result": "failed", "sum": 3.5, "fields": {"paid": True, "other": 1}})
    (event,) = read("jsonl", text, mapping).events
    assert (event.case, event.action, event.ok, event.time) == ("4", "refund", False, 60)
    assert (event.fields, event.facts) == ({"amount": 3.5}, {"captured": True})
