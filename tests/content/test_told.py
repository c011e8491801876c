from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.told import says, words_of


@pytest.mark.parametrize("text", ["89", "89.00", "€89.00", "EUR 89", "89,00 €", "You get 89.0 back.", "USD 89"])
def test_an_amount_is_the_same_however_it_is_written(text: str) -> None:
    assert says(text, [words_of("89.00")])


@pytest.mark.parametrize("text", ["within five   days", "in 5 Days.", "5-days", "FIVE\ndays"])
def test_number_words_case_and_spaces_do_not_matter(text: str) -> None:
    assert says(text, [words_of("5 days")])


@pytest.mark.parametrize("text", ["890", "189.00", "89.50", "8 9", "1,089.00", ""])
def test_another_number_is_not_it(text: str) -> None:
    assert not says(text, [words_of("89")])


def test_thousands_are_read_with_and_without_a_comma() -> None:
    assert words_of("1,000.00") == words_of("1000") == ("1000",)


def test_addresses_stay_whole() -> None:
    assert words_of("203.0.113.42") == ("203.0.113.42",)


def test_words_must_stand_together() -> None:
    assert not says("five working days", [words_of("5 days")])


def test_a_form_without_words_says_nothing() -> None:
    assert not says("anything", [(), words_of("€")])


@given(st.text(), st.text(), st.text())
def test_a_form_is_found_wherever_it_stands_between_other_words(before: str, form: str, after: str) -> None:
    words = words_of(form)
    assert says(f"{before} {form} {after}", [words]) == bool(words)
