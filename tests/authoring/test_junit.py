"""JUnit XML parses whatever the failures hold."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.junit import junit
from branchline.authoring.playtest import Failure, TestResult
from branchline.content.diagnostic import Span


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_text_gives_xml_that_parses(name: str, message: str) -> None:
    failure = Failure("ending", message, "a", "b", Span(name, 3, 1, 3, 2), message)
    suite = ET.fromstring(junit([TestResult(name, "x", (failure,)), TestResult("good", "x", ())]))  # noqa: S314  # our own output
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    cases = suite.findall("testcase")
    assert [case.find("failure") is not None for case in cases] == [True, False]
    assert cases[1].get("name") == "good"
