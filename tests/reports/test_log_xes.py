from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from branchline.errors import ContentError
from branchline.reports.log_map import LogMap

if TYPE_CHECKING:
    from collections.abc import Callable

    Reads = Callable[..., Any]


def event(name: str, *more: str) -> str:
    return f'<event><string key="concept:name" value="{name}"/>{"".join(more)}</event>\n'


def trace(name: str, *parts: str) -> str:
    return f'<trace>\n<string key="concept:name" value="{name}"/>\n{"".join(parts)}</trace>\n'


def log(*traces: str) -> str:
    return f'<?xml version="1.0"?>\n<log xmlns="http://www.xes-standard.org/">\n{"".join(traces)}</log>\n'


def acts(found: Any) -> list[tuple[str, str]]:
    return [each for each in found.acts if each[1]]


def test_traces_are_cases_their_attributes_facts_and_those_of_events_fields(read: Reads) -> None:
    time = '<date key="time:timestamp" value="2026-10-01T10:00:00Z"/>'
    attributes = '<float key="amount" value="89.00"/>', '<boolean key="late" value="true"/>', time
    found = read("xes", log(trace("C-1", '<boolean key="captured" value="false"/>', event("refund", *attributes))))
    facts, act = found.events
    assert (facts.case, facts.action, facts.facts) == ("C-1", "", {"captured": False})
    assert (act.case, act.action, act.fields, act.time, act.line) == ("C-1", "refund", {"amount": 89.0, "late": True}, 1790848800, 5)
    assert found.problems.count == 0


def test_a_prefix_of_the_namespace_makes_no_difference(read: Reads) -> None:
    text = log(trace("C-1", event("x"))).replace("<log xmlns=", "<log xmlns:x=").replace("<", "<x:")
    text = text.replace("<x:/", "</x:").replace("<x:?", "<?")
    assert acts(read("xes", text)) == [("C-1", "x")]


def test_only_what_is_complete_counts(read: Reads) -> None:
    life = '<string key="lifecycle:transition" value="{}"/>'
    found = read("xes", log(trace("C-1", event("a", life.format("start")), event("a", life.format("COMPLETE")), event("b"))))
    assert acts(found) == [("C-1", "a"), ("C-1", "b")]


def test_nested_attributes_belong_to_no_event(read: Reads) -> None:
    inner = '<string key="amount" value="1"><string key="concept:name" value="inner"/></string>'
    listed = '<list key="l"><values><int key="n" value="2"/></values></list>'
    found = read("xes", log(trace("C-1", event("a", inner, listed))))
    assert found.events[1].action == "a"
    assert found.events[1].fields == {"amount": "1"}


def test_what_names_nothing_is_listed(read: Reads) -> None:
    nameless = '<event><date key="time:timestamp" value="2026-10-01"/></event>\n'
    late = event("z", '<date key="time:timestamp" value="never"/>')
    found = read("xes", log("<trace>\n" + event("a") + "</trace>\n", trace("C-2", nameless, late, event("b"))))
    assert acts(found) == [("C-2", "b")]
    assert found.bad == [4, 8, 9]


def test_a_file_that_breaks_off_is_read_up_to_there(read: Reads) -> None:
    text = log(trace("C-1", event("a")), trace("C-2", event("b")))
    found = read("xes", text[: text.index("C-2")])
    assert acts(found) == [("C-1", "a")]
    assert found.problems.count == 1
    assert "the rest is not read" in found.problems.first[0].reason
    assert "what comes before is judged" in found.problems.notes[0]


BOMB = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize("declared", [BOMB, "<!DOCTYPE log>", '<!DOCTYPE log SYSTEM "file:///etc/passwd">'])
def test_a_document_type_is_refused(read: Reads, declared: str) -> None:
    with pytest.raises(ContentError, match="document type"):
        read("xes", log(trace("C-1", event("a"))).replace("<log", f"{declared}<log"))


def test_a_mapping_names_other_attributes(read: Reads) -> None:
    mapping = LogMap(case="number", action="did", values={"amount": "sum"}, facts={"captured": "paid"}, ok="result")
    named = '<string key="did" value="refund"/><float key="sum" value="2.5"/>'
    attributes = named, '<string key="result" value="failed"/><int key="x" value="1"/>'
    text = log(trace("nobody", '<id key="number" value="17"/><boolean key="paid" value="true"/>', event("other", *attributes)))
    facts, act = read("xes", text, mapping).events
    assert (facts.case, facts.facts) == ("17", {"captured": True})
    assert (act.action, act.fields, act.ok) == ("refund", {"amount": 2.5}, False)


def test_progress_counts_the_bytes_of_the_file(read: Reads) -> None:
    text = log(*(trace(f"C-{number}", event("a")) for number in range(2000)))
    found = read("xes", text)
    assert found.bytes == len(text)
    assert len(acts(found)) == 2000
