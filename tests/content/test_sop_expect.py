# ruff: noqa: E501  # one line for each case reads better than six

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.sop_expect import read_expected, unsafe
from branchline.content.sop_model import Expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("amount = case.duplicate_amount ± 0.01", Expected("amount", "equal", (), "case.duplicate_amount", 0.01)),
        ("amount = 89.00 +- 1", Expected("amount", "equal", (89.0,), "", 1.0)),
        ("count = 5", Expected("count", "equal", (5,))),
        ("done = true", Expected("done", "equal", (True,))),
        ("where = the folder", Expected("where", "equal", ("the folder",))),
        ("method in {original, bank}", Expected("method", "in", ("original", "bank"))),
        ("level in {1, 2}", Expected("level", "in", (1, 2))),
        ("phone ~ [+]?[0-9 ]{6,15}", Expected("phone", "pattern", ("[+]?[0-9 ]{6,15}",))),
        ("name is Dana  Okafor", Expected("name", "text", ("Dana  Okafor",))),
        ("name is customer.name", Expected("name", "text", (), "customer.name")),
    ],
)
def test_each_form_is_read(text: str, expected: Expected) -> None:
    assert read_expected(text) == ((expected,), [])


def test_forms_are_joined_by_semicolons() -> None:
    found, wrong = read_expected("a = 1; b in {x};")
    assert ([each.field for each in found], wrong) == (["a", "b"], [])


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [("a", 0, 1), ("a = 1; b", 7, 8), ("a =", 0, 3), ("a in x", 0, 6), ("a in {}", 0, 7), ("a = x ± 1", 0, 9), ("a ~ (", 0, 5), ("a = 1;; b = 2", 6, 6)],
)  # fmt: skip
def test_what_cannot_be_read_is_told_at_its_place(text: str, start: int, end: int) -> None:
    ((at, until, message),) = read_expected(text)[1]
    assert (at, until) == (start, end)
    assert message


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*", "(a|b)+", "((a*)b)*", "(?=a)", "(?i)a", r"(a)\1", "a" * 201, "(", "(a*)*", "a*b*c*d*", "(a{2}){3}"])  # fmt: skip
def test_patterns_that_could_take_long_are_refused(pattern: str) -> None:
    assert unsafe(pattern)


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}-\d+", "a|b", "(ab)+", r"\d+(\.\d\d)?", "[]*+]+", r"\(x\)\*", "(?:ab){2}", ""])
def test_plain_patterns_are_allowed(pattern: str) -> None:
    assert unsafe(pattern) == ""


@given(st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    found, wrong = read_expected(text)
    assert found or wrong
    assert all(0 <= part.start <= part.end <= len(text) for part in wrong)
