"""Nothing that points at a person is left, the same thing is always the same word, and the rest stays as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from branchline.coaching.redaction import CUSTOMER, Kept, Known, Redaction, known_names, pseudonym
from branchline.content import load_drill
from reviewed import telling

DRILLS = sorted((Path(__file__).parents[2] / "scenarios" / "drills").glob("*.yaml"))
NAMES = st.lists(st.text("qxzjvkäéøßжшあ", min_size=4, max_size=9), min_size=1, max_size=3).map(
    lambda words: " ".join(map(str.capitalize, words))
)
ANYTHING = st.text() | st.text("0123456789 +-().@/ab_", max_size=60)


def redaction(*names: str, learner: str = "sam.miller") -> Redaction:
    return Redaction([Known(name, CUSTOMER) for name in names], learner=learner, pseudonym="L-1234abcd")


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[^\W\d_]+", text.casefold()))


@given(NAMES, ANYTHING, ANYTHING)
@example("Zoë Quist", "dana@", ".example")
def test_doing_it_twice_changes_nothing_more(name: str, before: str, after: str) -> None:
    names = redaction(name)
    once = names.text(f"{before}{name}{after} {name}")
    assert names.text(once) == once


@given(NAMES, st.sampled_from([str, str.upper, str.lower, str.title]))
def test_no_part_of_a_name_is_left_however_it_is_written(name: str, written: type[str]) -> None:
    text = f"I am {written(name)}, yes: {written(name.rsplit(maxsplit=1)[-1])}'s shop (ask for {written(name.split(maxsplit=1)[0])}!)"
    left = words_of(redaction(name).text(text))
    assert not left & {part.casefold() for part in name.split()}


@given(NAMES, st.text("bcdfghlmnprst ", max_size=40))
def test_a_text_without_names_and_numbers_stays_as_it_is(name: str, text: str) -> None:
    assert redaction(name).text(text) == text


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Zoë Quist-Varga is here", "Customer is here"),
        ("ms. QUIST-VARGA", "ms. Customer"),
        ("Zoe", "Customer"),
        ("dear Varga,", "dear Customer,"),
        ("zoë_quist-varga", "Customer"),
        ("Z\u200boë", "Customer"),
        ("Zoe\u0308", "Customer"),
        ("Zoës", "Zoës"),
        ("sam.miller said", "L-1234abcd said"),
    ],
)
def test_a_name_is_found_as_people_write_it(said: str, expected: str) -> None:
    assert redaction("Zoë Quist-Varga").text(said) == expected


def test_an_apostrophe_may_be_any_or_none() -> None:
    assert redaction("Nora O'Brien").text("O’Brien, OBrien, o'brien") == "Customer, Customer, Customer"


@pytest.mark.parametrize(
    ("name", "said", "expected"),
    [
        ("An Dover", "An said an apple; dover", "Customer said an apple; Customer"),
        ("Will Dover", "Will will. WILL!", "Customer will. Customer!"),
        ("Zoë", "zoë, ZOE", "Customer, Customer"),
    ],
)
def test_a_part_that_is_a_word_is_found_only_as_a_name(name: str, said: str, expected: str) -> None:
    assert redaction(name).text(said) == expected


def test_a_name_without_spaces_around_it_is_found_where_a_script_has_none() -> None:
    assert redaction("王小明").text("我是王小明先生") == "我是Customer先生"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("write to a.b+c@shop.example, or A.B+C@SHOP.example", "write to email-1, or email-1"),
        ("+49 30 1234567", "phone-1"),
        ("(030) 123 45 67.", "phone-1."),
        ("0171 2345678, again 0171-234 56 78", "phone-1, again phone-1"),
        ("555-0199", "phone-1"),
        ("212-555-0199", "phone-1"),
        ("4111 1111 1111 1111", "card-1"),
        ("89.00 4111-1111-1111-1111", "89.00 card-1"),
        ("378282246310005", "card-1"),
        ("1234 5678 9012 3456", "card-1"),
        ("DE89 3704 0044 0532 0130 00", "iban-1"),
        ("customer 123456789", "customer phone-1"),
    ],
)
def test_addresses_and_numbers_are_found_wherever_they_stand(said: str, expected: str) -> None:
    assert redaction().text(said) == expected


@pytest.mark.parametrize(
    "said",
    [
        "Two times 89.00 on the 14th, invoice IN-9120, 09:16.",
        "2026-03-02T09:00:00.000Z",
        "2 March 2026, 02.03.2026, 2026/03/02",
        "203.0.113.42 and 64 orders",
        "00000000-0000-4000-8000-123456789012",
        "f" * 32 + "0123456789" * 3,
        "lines 3-17, 100 of 100, 1.000.000",
    ],
)
def test_dates_amounts_and_hashes_stay(said: str) -> None:
    assert redaction().text(said) == said


def test_the_same_is_the_same_word_and_another_is_another() -> None:
    assert redaction().text("a@x.example b@x.example a@x.example") == "email-1 email-2 email-1"


def test_who_wrote_about_it_is_numbered_whatever_the_name_is() -> None:
    names = redaction()
    assert [names.person(name) for name in ("coach-7", "x", "coach-7", "sam.miller")] == ["Coach-1", "Coach-2", "Coach-1", "L-1234abcd"]


@given(st.text(), st.text(), st.binary(min_size=32, max_size=32))
def test_a_pseudonym_is_the_same_for_the_same_learner_and_key_alone(one: str, other: str, key: bytes) -> None:
    assume(one != other)
    assert pseudonym(one, key) == pseudonym(one, key)
    assert pseudonym(one, key) != pseudonym(one, key + b"!")
    assert pseudonym(one, key) != pseudonym(other, key)


def test_what_is_known_of_a_customer_comes_from_the_scenario() -> None:
    known = known_names([telling()], ["Sam Miller"], ["coach-7"])
    assert {each.text for each in known} >= {"Zoë Quist-Varga", "AC-20417", "Sam Miller", "coach-7"}


@pytest.mark.parametrize("path", DRILLS, ids=lambda path: path.stem)
def test_no_customer_of_a_bundled_drill_is_left_in_its_texts(path: Path) -> None:
    drill = load_drill(path)
    names = Redaction(known_names([drill]))
    name = str(dict(zip(drill.fields, drill.values, strict=True))["customer.name"])
    told = " ".join(names.text(message.text) for message in drill.conversation)
    assert not words_of(told) & {part.casefold() for part in re.split(r"\W+", name) if len(part) > 3}
    assert "@" not in told


def test_names_that_are_kept_stay() -> None:
    names = Kept("sam.miller")
    assert names.text("Zoë, +49 30 1234567") == "Zoë, +49 30 1234567"
    assert (names.learner, names.person("coach-7")) == ("sam.miller", "coach-7")
