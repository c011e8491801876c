"""Written YAML reads back as what was written."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.writing import block
from branchline.content.source import read_text
from branchline.text import clean

TEXTS = st.one_of(
    st.sampled_from(["true", "null", "no", "12:30", "0123", "a: b", "- x", "", " ", "!timeout", "draw~1", "{", "é😀", "# x", "a\nb"]),
    st.text(alphabet=st.characters(exclude_categories=["Cs", "Cn"]), max_size=20).map(clean).filter(lambda text: "\ufffe" not in text),
)
LEAVES = st.one_of(TEXTS, st.booleans(), st.integers(-1000, 1000), st.decimals(-999, 999, places=2).map(float), st.none())
VALUES = st.recursive(LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)), max_leaves=8)


@given(st.dictionaries(st.from_regex(r"[a-z]{2,8}", fullmatch=True), VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back_equal(data: dict[str, Any]) -> None:
    source = read_text(block(data), "written")
    assert source.diagnostics == []
    assert source.data == data
