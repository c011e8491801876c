from __future__ import annotations

import pytest

from branchline.content.language import (
    Constant,
    FactType,
    Flag,
    Range,
    Ref,
    RefKind,
    Scope,
    Slot,
    Truth,
    Words,
    analyse,
    compared_limit,
    compile_condition,
    compile_effects,
    gaps,
    parse_condition,
    parse_effect,
    shadowed,
    word_code,
)

SCOPE = Scope(
    variables={"ready": Flag(), "mood": Words(("calm", "cross")), "patience": Range(0, 5), "wide": Range(0, 1_000_000)},
    facts={"case.amount": FactType.NUMBER, "case.limit": FactType.NUMBER, "case.kind": FactType.WORD},
)


def truth(text: str) -> Truth:
    return analyse(parse_condition(text, SCOPE), SCOPE)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("patience > 9", "`patience > 9`, but patience is 0..5"),
        ("ready and patience > 9", "`patience > 9`, but patience is 0..5"),
        ("ready and not ready", "`ready` and `not ready` are never true together"),
        ("ready and patience > 3 and patience < 2", "`patience > 3` and `patience < 2` are never true together"),
        ("not (mood in {calm, cross})", "`mood in {calm, cross}`, and mood is calm or cross"),
        ("trust > 100", "`trust > 100`, but trust is 0..100"),
        ("turns > 3 and turns < 2", "`turns > 3` and `turns < 2` are never true together"),
        ("case.amount > 50 and case.amount < 20", "`case.amount > 50.00` and `case.amount < 20.00` are never true together"),
        ("case.kind == a and case.kind == b", "`case.kind == a` and `case.kind == b` are never true together"),
        ("false", "`false` is never true"),
    ],
)
def test_a_contradiction_is_told_with_its_reason(text: str, reason: str) -> None:
    assert truth(text) == Truth(always=False, never=True, reason=reason)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("patience >= 0", "`patience >= 0`, and patience is 0..5"),
        ("ready or mood != calm or mood != cross", "one of `mood != calm` and `mood != cross` is always true"),
        ("turns >= 0", "`turns >= 0`, and turns is 0 or more"),
        ("case.amount > case.limit or case.amount <= case.limit",
         "one of `case.amount > case.limit` and `case.amount <= case.limit` is always true"),
    ],
)  # fmt: skip
def test_a_tautology_is_told_with_its_reason(text: str, reason: str) -> None:
    assert truth(text) == Truth(always=True, never=False, reason=reason)


@pytest.mark.parametrize(
    "text", ["ready", "wide > 999999", "turns > 500", "trust + heat > 199", "visited(x) and not chose(x.y)", "case.kind == a"]
)
def test_what_depends_is_neither(text: str) -> None:
    assert truth(text) == Truth(always=False, never=False)


def test_a_table_with_too_many_rows_claims_nothing() -> None:
    assert truth("wide * 2 < 0") == Truth(always=False, never=False)
    assert gaps([parse_condition("wide * 2 > 3", SCOPE)], SCOPE) is None


def test_a_gap_names_only_what_matters() -> None:
    guards = [parse_condition(text, SCOPE) for text in ("mood == cross", "patience > 0", "mood == cross and ready")]
    assert gaps(guards, SCOPE) == "mood is calm and patience is 0"


def test_guards_that_cover_everything_have_no_gap() -> None:
    guards = [parse_condition(text, SCOPE) for text in ("mood == cross", "patience > 2", "not (patience >= 3)")]
    assert gaps(guards, SCOPE) is None


def test_the_gap_of_no_guards_is_every_case() -> None:
    assert gaps([], SCOPE) == "in every case"


def test_a_guard_behind_a_wider_one_is_shadowed() -> None:
    guards = [parse_condition(text, SCOPE) for text in ("patience > 2", "patience > 3", "ready", "patience == 0", "patience > 9")]
    assert shadowed(guards, SCOPE) == (1,)


def test_counters_are_limited_by_what_they_are_compared_with() -> None:
    exprs = [parse_condition(text, SCOPE) for text in ("turns > 3 or 7 >= turns", "turns - 2 < patience", "times(a) == 4", "ready")]
    assert compared_limit(exprs, Ref(RefKind.TURNS)) == 7
    assert compared_limit(exprs, Ref(RefKind.TIMES, "a")) == 4
    assert compared_limit(exprs, Ref(RefKind.TIMES, "b")) == 0
    assert compared_limit([parse_effect("trust = turns", SCOPE)], Ref(RefKind.TURNS)) == 100


def test_word_codes_are_the_same_everywhere() -> None:
    assert word_code("captured") == 0x4836A29D


def test_facts_fold_into_the_closure() -> None:
    facts = {"case.amount": 8_900, "case.kind": word_code("refund")}
    expr = parse_condition("case.amount == 89 and case.kind == refund and ready", SCOPE)
    test = compile_condition(expr, lambda ref: Constant(facts[ref.name]) if ref.kind is RefKind.FACT else Slot(0))
    assert test((1,)) is True
    assert test((0,)) is False


def test_an_effect_on_what_never_changes_is_refused() -> None:
    with pytest.raises(ValueError, match="trust never changes here"):
        compile_effects([parse_effect("trust +1", SCOPE)], lambda _: Constant(5))


def test_no_effects_change_nothing() -> None:
    core = [1, 2]
    compile_effects([], lambda _: Slot(0))(core)
    assert core == [1, 2]
