from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branchline.xapi.page import page_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PAGES = st.fixed_dictionaries({"statements": st.lists(JSON, max_size=4)}, optional={"more": JSON, "x": JSON, "": JSON})


@settings(max_examples=60, deadline=None)
@given(page=PAGES, indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_a_page_is_read_as_json_is_and_each_text_is_its_statement(*, page: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    body = json.dumps(page, indent=indent, ensure_ascii=ascii_only)
    found = page_of(f"\ufeff {body}\r\n")
    assert found is not None
    assert [statement for statement, _ in found[0]] == page["statements"]
    assert [json.loads(text) for _, text in found[0]] == page["statements"]
    assert all(text in body for _, text in found[0])
    assert found[1] == (page.get("more") if isinstance(page.get("more"), str) else "")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='{}[]:,"statements1 ', max_size=30) | PAGES.map(json.dumps).map(lambda body: body[: len(body) // 2]))
def test_what_is_no_json_is_no_page(body: str) -> None:
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    is_page = isinstance(data, dict) and isinstance(data.get("statements"), list)
    assert (page_of(body) is not None) == is_page


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"statements": {}}',
        '{"statements": [1,]}',
        '{"statements": [1],}',
        '{"statements": [1 2]}',
        '{"statements": []} x',
        '{"statements": [',
        '{1: 2, "statements": []}',
        "[" * 100_000,
        '{"statements": [' + "[" * 100_000,
    ],
)
def test_each_way_of_being_none_is_noticed(body: str) -> None:
    assert page_of(body) is None


def test_of_two_members_with_one_name_the_last_counts_as_in_json() -> None:
    assert page_of('{"statements": [1], "statements": [2]}') == ([(2, "2")], "")
