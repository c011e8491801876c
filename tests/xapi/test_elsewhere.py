from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.journal.received import Activity
from branchline.text import clean_line
from branchline.xapi.elsewhere import LONGEST, Deed, deed, deeds, outcome
from other_tools import a_course, said


def read(statement: dict[str, Any], language: str = "en") -> Deed:
    return deed(Activity(str(statement.get("id", "x")), "", "", json.dumps(statement)), language)


def test_a_course_of_storyline_and_a_lesson_of_rise_are_told_in_words() -> None:
    found = deeds([Activity(each["id"], "", "", json.dumps(each)) for each in a_course()])
    assert [(each.at[11:16], each.verb, each.activity, each.within, outcome(each), each.tool) for each in found] == [
        ("07:05", "completed", "naming-a-feeling", "", "", ""),
        ("07:04", "passed", "Empathy basics", "", "80 %", "Storyline"),
        ("07:03", "completed", "Empathy basics", "", "", "Storyline"),
        ("07:02", "answered", "Which reply names the feeling?", "Empathy basics", "100 %, successful", "Storyline"),
        ("07:01", "experienced", "Welcome�[2J to �the course", "Empathy basics", "", "Storyline"),
    ]
    assert found[1]._asdict().items() >= {"score": 80.0, "raw": "8 of 10", "success": True, "completion": None}.items()


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("de", "Zuhören"),
        ("DE", "Zuhören"),
        ("de-AT", "Losn"),
        ("de-CH", "Zuhören"),
        ("en", "Listening"),
        ("fr", "Listening"),
        ("it-CH", "Sentire"),
    ],
)
def test_a_name_is_told_in_the_learner_s_language_where_there_is_one(language: str, name: str) -> None:
    names = {"de": "Zuhören", "de-AT": "Losn", "en-GB": "Listening", "it-IT": "Sentire"}
    order = dict(sorted(names.items(), key=lambda each: each[0] != "en-GB"))
    assert read(said(1, "experienced", {"id": "x:1", "definition": {"name": order}}), language).activity == name


@pytest.mark.parametrize(
    ("score", "percent", "raw"),
    [
        ({"scaled": 0.755}, 75.5, "0.755"),
        ({"scaled": -0.5}, 0.0, "-0.5"),
        ({"raw": 7, "min": 5, "max": 10}, 40.0, "7 of 10"),
        ({"raw": 7}, None, "7"),
        ({"raw": 7, "max": 0}, None, "7 of 0"),
        ({"raw": "7", "scaled": True}, None, ""),
        ({}, None, ""),
        ([], None, ""),
    ],
)
def test_a_score_is_put_out_of_a_hundred_only_where_that_is_told(score: Any, percent: float | None, raw: str) -> None:
    found = read(said(1, "answered", {"id": "x:1"}, result={"score": score}))
    assert (found.score, found.raw) == (percent, raw)


@pytest.mark.parametrize(
    ("context", "authority", "tool"),
    [
        ({"platform": "Rise"}, "LMS", "Rise"),
        (
            {"contextActivities": {"category": [{"id": "x:t", "definition": {"type": "http://id.tincanapi.com/activitytype/source"}}]}},
            "",
            "t",
        ),
        ({}, "LMS", "LMS"),
        ({"contextActivities": {"category": {"id": "x:alone"}}}, "", ""),
    ],
)
def test_the_tool_is_told_where_it_tells(context: dict[str, Any], authority: str, tool: str) -> None:
    assert read(said(1, "experienced", {"id": "x:1"}, context=context, authority={"name": authority})).tool == tool


@pytest.mark.parametrize(
    ("iri", "word"),
    [("https://x.example/a/b%20c/", "b c"), ("https://x.example", "x.example"), ("urn:a:b", "a:b"), ("http://[", "http://[")],
)
def test_without_a_name_the_end_of_the_id_stands_for_it(iri: str, word: str) -> None:
    assert read({"id": "1", "verb": {"id": iri}, "object": {"id": iri}})[1:3] == (word, word)


def test_a_statement_within_a_statement_is_about_what_that_one_is_about() -> None:
    inner = {"objectType": "SubStatement", "verb": {"id": "x:v"}, "object": {"id": "x:planned"}}
    assert read({"id": "1", "verb": {"id": "x:plan"}, "object": inner}).activity == "planned"
    assert read({"id": "1", "verb": {"id": "x:plan"}, "object": {"objectType": "Agent", "name": "Jo"}}).activity == "Jo"


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)
PARTS = ("verb", "object", "result", "context", "authority", "timestamp", "stored", "actor")
INNER = (
    "id",
    "display",
    "definition",
    "name",
    "score",
    "scaled",
    "raw",
    "max",
    "platform",
    "contextActivities",
    "category",
    "parent",
    "type",
)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(PARTS), ODD | st.dictionaries(st.sampled_from(INNER), ODD | st.dictionaries(st.sampled_from(INNER), ODD))
    )
)
def test_whatever_a_tool_writes_is_read_and_reaches_a_terminal_harmless(statement: dict[str, Any]) -> None:
    found = read(statement)
    for text in (each for each in found if isinstance(each, str)):
        assert text == clean_line(text)
        assert len(text) <= LONGEST
    assert found.score is None or 0 <= found.score <= 100
