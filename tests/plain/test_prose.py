"""Wrapping by what a terminal counts, and play-throughs as prose."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.compiled import Customer
from branchline.plain import prose
from branchline.practice import Feedback, Offered
from branchline.text import NARROWEST, clean, width, wrap


@given(st.text(), st.integers(NARROWEST, 100))
def test_no_line_is_wider_than_the_terminal(text: str, columns: int) -> None:
    assert all(width(line) <= columns for line in wrap(text, columns, "  ").split("\n"))


@given(st.text(), st.integers(0, 100))
def test_wrapping_loses_no_character_but_spaces(text: str, columns: int) -> None:
    assert "".join(wrap(text, columns).split()) == "".join(clean(text).split())


def test_wide_characters_count_two_columns() -> None:
    assert wrap("漢字 " * 8, 20).split("\n")[0] == "漢字 漢字 漢字 漢字"


def test_a_paragraph_that_fits_keeps_its_spaces() -> None:
    assert wrap("  u  undo", 40) == "  u  undo"


@pytest.mark.parametrize("unsafe", ["\x1b[2J", "\u202e", "\x07", "\ufeff"])
def test_nothing_a_terminal_would_obey_comes_through(unsafe: str) -> None:
    assert unsafe not in wrap(f"before {unsafe} after", 40)


def test_a_locked_reply_has_no_number_but_its_reason() -> None:
    assert prose.reply(Offered(1, "a", "Refund it.", open=True, why="")) == "1. Refund it."
    assert "2." not in prose.reply(Offered(2, "b", "Refund it.", open=False, why="not verified yet"))
    assert "not verified yet" in prose.reply(Offered(2, "b", "Refund it.", open=False, why="not verified yet"))


def test_the_card_leaves_out_what_nobody_wrote() -> None:
    customer = Customer("Robin", "", "Basic", None, 50, 50, "normal", (), ())
    assert prose.card(customer) == "Customer: Robin\nPlan: Basic"


def test_feedback_names_each_dimension_with_what_was_possible() -> None:
    earned = Feedback(
        choice="a.b",
        word="neutral",
        e=0.5,
        because="It is late.",
        trust=-3,
        heat=4,
        dimensions=(("acknowledge", 0, 2), ("tone", 2, 2)),
        best=False,
        best_say="Hello.",
        best_because="It is early.",
        flags=("false_promise",),
        critical="customer",
        steps=("SOP-A/note",),
    )
    told = prose.feedback(earned, 40, 60)
    assert "acknowledge: missed (well done was possible)" in told
    assert "tone: well done\n" in told
    assert "Critical error (customer)." in told
    assert "false promise" in told
    assert '"Hello." It is early.' in told
    assert "Trust 40 (-3), heat 60 (+4)" in told
