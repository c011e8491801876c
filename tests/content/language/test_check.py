from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.content.language import (
    CODES,
    FactType,
    Flag,
    LanguageError,
    Problem,
    Range,
    Ref,
    RefKind,
    Scope,
    Words,
    parse_condition,
    parse_effect,
    refs,
    render,
    render_effect,
    writes,
)

SCOPE = Scope(
    variables={
        "verified": Flag(),
        "payment": Words(("captured", "authorised", "call-back")),
        "offers": Range(0, 3),
        "captured": Flag(),
        "wait-time": Range(0, 9),
    },
    facts={"case.duplicate_amount": FactType.NUMBER, "case.kind": FactType.WORD, "vip": FactType.FLAG},
    nodes=frozenset({"opening", "history/ask"}),
    choices=frozenset({"opening.own-it"}),
    steps=frozenset({"SOP-BIL-02/refund"}),
    constants={"days": 2, "state": "captured", "strict": False},
)
PIECES = [
    *["verified", "payment", "offers", "captured", "turns", "trust", "case.kind", "case.duplicate_amount", "days", "state", "history/ask"],
    *["and", "or", "not", "in", "is", "true", "AND", "visited(", "times(opening)", "chose(", "done(", "min(", "max", "set ", "clear "],
    *["(", ")", "{", "}", ",", "+", "-", "*", "/", "==", "=", "!=", "<", ">=", "!", "&&", "||", "≤", "'", '"', ".", "0", "1.5", "99", " "],
]


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(LanguageError) as caught:
        parse_condition(text, SCOPE)
    return caught.value.problems


def effect_problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(LanguageError) as caught:
        parse_effect(text, SCOPE)
    return caught.value.problems


def mended(text: str, found: tuple[Problem, ...]) -> str:
    for problem in reversed(found):
        assert problem.fix is not None, problem
        text = text[: problem.start] + problem.fix + text[problem.end :]
    return text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("verified", "verified"),
        ("not verified and payment==captured", "not verified and payment == captured"),
        ("0 < offers <= 3", "0 < offers <= 3"),
        ("(verified and vip) and captured", "verified and vip and captured"),
        ("verified and (vip or captured)", "verified and (vip or captured)"),
        ("offers-1 > 2", "offers - 1 > 2"),
        ("wait-time-1 > 2", "wait-time - 1 > 2"),
        ("payment == call-back", "payment == call-back"),
        ("payment not in {captured, call-back}", "payment not in {captured, call-back}"),
        ("visited(history/ask) or times( opening ) > 2", "visited(history/ask) or times(opening) > 2"),
        ("chose(opening.own-it) and done(SOP-BIL-02/refund)", "chose(opening.own-it) and done(SOP-BIL-02/refund)"),
        ("case.duplicate_amount > 50", "case.duplicate_amount > 50.00"),
        ("case.duplicate_amount > 50.5 + offers", "case.duplicate_amount > 50.50 + offers"),
        ("case.kind == drops-off", "case.kind == drops-off"),
        ("case.kind in {2, lead}", "case.kind in {2, lead}"),
        ("min(offers, days) == 2 and payment == state", "min(offers, 2) == 2 and payment == captured"),
        ("verified == strict", "verified == false"),
        ("(offers > 1) == verified", "(offers > 1) == verified"),
        ("offers - (1 - 2) * 3 > -1", "offers - (1 - 2) * 3 > -1"),
        ("not (offers > 1 or vip)", "not (offers > 1 or vip)"),
    ],
)
def test_a_condition_has_one_normal_form(text: str, normal: str) -> None:
    assert render(parse_condition(text, SCOPE)) == normal


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("verified = true", "C003"),
        ("verified && vip", "C004"),
        ("verified&&vip", "C004"),
        ("!verified", "C004"),
        ("verified || !vip", "C004"),
        ("payment is captured", "C005"),
        ("payment is not captured", "C005"),
        ("verifed", "C006"),
        ("case.duplicate_amout > 3", "C006"),
        ("visited(openin)", "C006"),
        ("chose(opening.own_it)", "C006"),
        ("done(SOP-BIL-02/refunds)", "C006"),
        ("visitd(opening)", "C006"),
        ("verified == 1", "C007"),
        ("payment == authorized", "C011"),
        ("payment == 'captured'", "C013"),
        ('visited("opening")', "C013"),
        ("offers ≥ 2", "C014"),
        ("offers => 2", "C014"),
        ("offers <> 2", "C014"),
        ("verified AND NOT vip", "C014"),
        ("verified == True", "C014"),
        ("(verified and vip", "C002"),
        ("verified)", "C002"),
    ],
)
def test_a_common_slip_names_its_code_and_its_fix_parses(text: str, code: str) -> None:
    found = problems(text)
    assert code in {problem.code for problem in found}
    parse_condition(mended(text, found), SCOPE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "C001"),
        (" \t\n", "C001"),
        ("verified vip", "C002"),
        ("offers >", "C002"),
        ("offers in {}", "C002"),
        ("visited()", "C002"),
        ("visited(opening, opening)", "C002"),
        ("min(offers) > 1", "C002"),
        ("offers / 2 > 1", "C002"),
        ("offers", "C007"),
        ("offers and verified", "C007"),
        ("verified + 1 > 0", "C007"),
        ("payment == offers", "C011"),
        ("payment == case.kind", "C007"),
        ("payment == 3", "C011"),
        ("payment == 1.5", "C007"),
        ("case.duplicate_amount * case.duplicate_amount > 1", "C007"),
        ("offers in {turns}", "C007"),
        ("offers > 1000000000000", "C012"),
        ("offers > " + "*".join(["999999999999"] * 20), "C012"),
        ("offers > 1.5", "C017"),
        ("case.duplicate_amount > 1.555", "C017"),
        ("payment < captured", "C018"),
        ("verified < vip", "C018"),
        ("turns > case.duplicate_amount", "C016"),
        ("turns > times(opening)", "C016"),
        ("0 - turns > 3", "C016"),
    ],
)
def test_a_condition_that_means_nothing_is_refused_with_its_code(text: str, code: str) -> None:
    assert code in {problem.code for problem in problems(text)}


def test_every_slip_of_a_text_is_reported_at_once() -> None:
    assert [problem.code for problem in problems("verifed && payment = captred")] == ["C006", "C004", "C003", "C011"]


def test_a_wrong_word_is_answered_with_the_legal_ones() -> None:
    (problem,) = problems("payment == refunded")
    assert problem.hint == "It is one of: captured, authorised, call-back."
    assert (problem.start, problem.end) == (11, 19)


def test_an_unknown_node_is_never_answered_with_a_variable() -> None:
    (problem,) = problems("visited(verified)")
    assert problem.fix is None
    assert "verified`?" not in problem.hint


def test_a_word_of_the_other_side_wins_over_a_flag_of_that_name() -> None:
    assert refs(parse_condition("payment == captured and not captured", SCOPE)) == {
        Ref(RefKind.VARIABLE, "payment"),
        Ref(RefKind.VARIABLE, "captured"),
    }


def test_ids_are_not_checked_where_the_scope_does_not_know_them() -> None:
    expr = parse_condition("visited(anywhere) and chose(any.thing) and done(X/y)", Scope({}, {}))
    assert {ref.name for ref in refs(expr)} == {"anywhere", "any.thing", "X/y"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 501, "C008"),
        ("not " * 100_000 + "verified", "C008"),
        ("(" * 499, "C009"),
        ("-" * 499, "C009"),
        ("not " * 120 + "verified", "C009"),
        ("min(" * 120, "C009"),
        ("1+" * 120 + "1 > 0", "C009"),
        ("offers in {" + "1," * 220 + "1}", "C010"),
        ("0" + "<0" * 220, "C010"),
    ],
)
def test_a_limit_is_a_problem_and_never_a_crash(text: str, code: str) -> None:
    assert problems(text)[-1].code == code


def test_declared_numbers_of_any_size_are_reckoned_with() -> None:
    huge = Scope({"big": Range(-(10**400), 10**400)}, {"fact": FactType.NUMBER}, constants={"most": 10**400})
    parse_condition("big * 2 > fact - 1", huge)
    with pytest.raises(LanguageError) as caught:
        parse_condition("big * 2 > fact - most", huge)
    assert [problem.code for problem in caught.value.problems] == ["C012"]


def test_an_escape_sequence_is_not_repeated_in_the_message() -> None:
    assert not any("\x1b" in problem.message + problem.hint for problem in problems("verified \x1b[31m"))


def test_dozens_of_conjuncts_are_flat() -> None:
    parse_condition(" and ".join(["vip"] * 60), SCOPE)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("set verified", "set verified"),
        ("clear verified", "clear verified"),
        ("verified = offers > 2", "verified = offers > 2"),
        ("verified = true", "set verified"),
        ("trust -10", "trust -10"),
        ("heat+15", "heat +15"),
        ("offers - 1", "offers -1"),
        ("offers -days", "offers -2"),
        ("trust -offers", "trust -offers"),
        ("trust -(offers * 2)", "trust -(offers * 2)"),
        ("payment = captured", "payment = captured"),
        ("payment = state", "payment = captured"),
        ("offers = offers * 2 - 1", "offers = offers * 2 - 1"),
    ],
)
def test_an_effect_has_one_normal_form(text: str, normal: str) -> None:
    effect = parse_effect(text, SCOPE)
    assert render_effect(effect) == normal
    assert str(writes(effect)) == text.split()[-1 if text.startswith(("set", "clear")) else 0].split("+", maxsplit=1)[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("trust == 4", "C015"),
        ("trust := 4", "C015"),
        ("offers += 1", "C015"),
        ("offers++", "C015"),
        ("verified", "C015"),
        ("set verified = true", "C015"),
        ("set verifed", "C006"),
        ("offers = 9", "C012"),
        ("payment = authorized", "C011"),
        ("verified = 1", "C007"),
    ],
)
def test_a_slip_in_an_effect_names_its_code_and_its_fix_parses(text: str, code: str) -> None:
    found = effect_problems(text)
    assert [problem.code for problem in found] == [code]
    if text != "set verified = true":
        parse_effect(mended(text, found), SCOPE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "C001"),
        ("trust", "C015"),
        ("+1", "C015"),
        ("trust 10", "C015"),
        ("set offers", "C007"),
        ("payment +1", "C007"),
        ("verified +1", "C007"),
        ("offers = verified", "C007"),
        ("trust +1.5", "C017"),
        ("offers = case.duplicate_amount", "C017"),
        ("case.kind = captured", "C006"),
        ("turns +1", "C006"),
        ("trust +1 +2", "C002"),
    ],
)
def test_an_effect_that_means_nothing_is_refused_with_its_code(text: str, code: str) -> None:
    assert code in {problem.code for problem in effect_problems(text)}


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.lists(st.sampled_from(PIECES)).map(" ".join))
def test_hostile_text_meets_nothing_but_problems_inside_of_it(text: str) -> None:
    for parse in (parse_condition, parse_effect):
        try:
            parse(text, SCOPE)
        except LanguageError as error:
            found = error.problems
        else:
            continue
        assert found
        assert all(0 <= problem.start <= problem.end <= len(text) and problem.code in CODES for problem in found)
