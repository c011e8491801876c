"""Laws over generated expressions: closures, normal form, counters and truth tables agree with a plain reading of the tree."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from branchline.content.language import (
    Bit,
    Constant,
    Effect,
    Expr,
    FactType,
    Flag,
    LanguageError,
    Operation,
    Place,
    Range,
    Ref,
    RefKind,
    Scope,
    Slot,
    Words,
    analyse,
    compared_limit,
    compile_condition,
    compile_effect,
    compile_effects,
    gaps,
    parse_condition,
    parse_effect,
    refs,
    render,
    render_effect,
    word_code,
)
from branchline.content.language.tree import All, Arithmetic, Compare, Extreme, Literal, Member, Negate, Not, Read, Scaled, Some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOODS = ("calm", "cross", "gone-away")
SCOPE = Scope(
    variables={"ready": Flag(), "late": Flag(), "mood": Words(MOODS), "patience": Range(0, 3), "offers": Range(-2, 2)},
    facts={"case.amount": FactType.NUMBER, "case.paid": FactType.NUMBER, "case.kind": FactType.WORD, "vip": FactType.FLAG},
    nodes=frozenset({"opening", "part/ask"}),
    choices=frozenset({"opening.own-it"}),
    steps=frozenset({"SOP-BIL-02/refund"}),
    constants={"days": 2, "wanted": "calm", "strict": True},
)
TURNS, TIMES = Ref(RefKind.TURNS), Ref(RefKind.TIMES, "opening")
KINDS = [word_code(word) for word in ("refund", "drops-off", "other")]
VALUES: dict[Ref, range | list[int]] = {
    Ref(RefKind.VARIABLE, "ready"): range(2),
    Ref(RefKind.VARIABLE, "late"): range(2),
    Ref(RefKind.VARIABLE, "mood"): range(3),
    Ref(RefKind.VARIABLE, "patience"): range(4),
    Ref(RefKind.VARIABLE, "offers"): range(-2, 3),
    Ref(RefKind.FACT, "case.amount"): [-100, 0, 149, 150, 151, 300, 10_000],
    Ref(RefKind.FACT, "case.paid"): [-50, 0, 150, 200],
    Ref(RefKind.FACT, "case.kind"): KINDS,
    Ref(RefKind.FACT, "vip"): range(2),
    Ref(RefKind.TRUST): range(101),
    Ref(RefKind.HEAT): range(101),
    TURNS: range(80),
    TIMES: range(80),
    Ref(RefKind.VISITED, "part/ask"): range(2),
    Ref(RefKind.CHOSE, "opening.own-it"): range(2),
    Ref(RefKind.DONE, "SOP-BIL-02/refund"): range(2),
}
ORDER = list(VALUES)
COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def meaning(expr: Expr, state: dict[Ref, int]) -> int:  # noqa: C901, PLR0911 - one arm for each kind of node
    """The plain reading that the closures must agree with."""
    match expr:
        case Literal():
            return expr.value
        case Read():
            return state[expr.ref]
        case Not():
            return int(not meaning(expr.operand, state))
        case All():
            return int(all(meaning(operand, state) for operand in expr.operands))
        case Some():
            return int(any(meaning(operand, state) for operand in expr.operands))
        case Compare():
            found = [meaning(operand, state) for operand in expr.operands]
            return int(all(COMPARISONS[sign](a, b) for sign, (a, b) in zip(expr.operators, pairwise(found), strict=True)))
        case Member():
            return int((meaning(expr.operand, state) in [value.value for value in expr.values]) != expr.negated)
        case Negate():
            return -meaning(expr.operand, state)
        case Scaled():
            return 100 * meaning(expr.operand, state)
        case Arithmetic():
            left, right = meaning(expr.left, state), meaning(expr.right, state)
            return {"+": left + right, "-": left - right, "*": left * right}[expr.operator]
        case Extreme():
            return {"min": min, "max": max}[expr.function](meaning(operand, state) for operand in expr.operands)


signs = st.sampled_from(list(COMPARISONS))
small = st.integers(-3, 6).map(str)
numbers = st.recursive(
    small | st.sampled_from(["patience", "offers", "days"]),
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner),
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*"), inner),
        inner.map("-({})".format),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
    ),
    max_leaves=4,
)
counting = st.sampled_from(
    ["turns", "times(opening)", "turns + times(opening)", "turns - 2", "max(turns, patience)", "turns * 2", "min(turns, 4) + 1"]
)
amounts = st.sampled_from(["case.amount", "case.paid + 1.5", "case.amount * 2", "-case.paid", "min(case.amount, offers)"])
plain_leaves = st.one_of(
    st.sampled_from(["ready", "late", "strict", "true", "visited(part/ask)", "chose(opening.own-it)", "done(SOP-BIL-02/refund)"]),
    st.sampled_from(
        ["mood == calm", "cross != mood", "mood in {calm, gone-away}", "mood not in {cross}", "mood == wanted", "ready == late"]
    ),
    st.builds("{} {} {}".format, numbers, signs, numbers),
    st.builds("{} {} {} {} {}".format, numbers, signs, numbers, signs, numbers),
    st.builds("{} {} {{{}, {}}}".format, numbers, st.sampled_from(["in", "not in"]), small, small),
    st.builds("{} {} {}".format, counting, signs, numbers),
    st.builds("{} {} turns".format, small, signs),
)
fact_leaves = st.one_of(
    st.sampled_from(
        ["vip", "case.kind == refund", "case.kind in {refund, drops-off}", "case.amount in {1.5, 3}", "trust > 50", "trust + heat < 90"]
    ),
    st.builds("{} {} {}".format, amounts, signs, amounts),
    st.builds("{} {} {}".format, amounts, signs, numbers),
)


def conditions(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            inner.map("not ({})".format),
            inner.map("not {}".format),
            st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner),
            st.builds("({}) {} ({})".format, inner, st.sampled_from(["and", "or", "==", "!="]), inner),
        ),
        max_leaves=5,
    )


states = st.fixed_dictionaries({ref: st.sampled_from(values) for ref, values in VALUES.items()})
anything = conditions(plain_leaves | fact_leaves)
effects = st.one_of(
    st.sampled_from(["set ready", "clear ready", "mood = cross", "ready = offers > 0 or late", "trust = turns", "heat +turns"]),
    st.builds("{} {}{}".format, st.sampled_from(["offers", "patience", "trust", "heat"]), st.sampled_from("+-"), st.integers(0, 40)),
    st.builds("{} = {}".format, st.sampled_from(["offers", "patience"]), numbers),
    st.builds("{} -({})".format, st.sampled_from(["offers", "patience"]), numbers),
)


def parsed(text: str) -> Expr:
    return parse_condition(text, SCOPE)


def slots(ref: Ref) -> Place:
    return Slot(ORDER.index(ref))


def packed(state: dict[Ref, int]) -> tuple[tuple[int, ...], Callable[[Ref], Place]]:
    """The state with flags as bits of the last number and facts as constants."""
    bits = [ref for ref in ORDER if VALUES[ref] == range(2) and ref.kind is not RefKind.FACT]
    mask = sum(state[ref] << index for index, ref in enumerate(bits))

    def place(ref: Ref) -> Place:
        if ref.kind is RefKind.FACT:
            return Constant(state[ref])
        return Bit(len(ORDER), bits.index(ref)) if ref in bits else Slot(ORDER.index(ref))

    return (*(0 if ref in bits else state[ref] for ref in ORDER), mask), place


def cases(expr: Expr, turns: int) -> Iterator[dict[Ref, int]]:
    """Every state that `expr` can tell apart, counters below `turns`."""
    read = sorted(refs(expr))
    columns = [range(turns) if ref in {TURNS, TIMES} else VALUES[ref] for ref in read]
    return (dict(zip(read, row, strict=True)) for row in product(*columns))


@given(anything, states)
def test_a_compiled_condition_means_what_its_tree_says(text: str, state: dict[Ref, int]) -> None:
    expr = parsed(text)
    expected = bool(meaning(expr, state))
    core, place = packed(state)
    assert compile_condition(expr, slots)(tuple(state[ref] for ref in ORDER)) is expected
    assert compile_condition(expr, place)(core) is expected


@given(anything)
def test_the_normal_form_reads_back_as_the_same_tree(text: str) -> None:
    expr = parsed(text)
    assert parse_condition(render(expr), SCOPE) == expr


@given(anything, states)
def test_a_counter_held_one_above_its_limit_changes_no_answer(text: str, state: dict[Ref, int]) -> None:
    expr = parsed(text)
    held = {ref: min(value, compared_limit([expr], ref) + 1) if ref in {TURNS, TIMES} else value for ref, value in state.items()}
    assert meaning(expr, held) == meaning(expr, state)


@settings(max_examples=60, deadline=None)
@given(conditions(plain_leaves))
def test_the_truth_table_agrees_with_trying_every_case(text: str) -> None:
    expr = parsed(text)
    limit = max(compared_limit([expr], TURNS), compared_limit([expr], TIMES))
    assume(limit < 30)
    found = {meaning(expr, case) for case in cases(expr, limit + 3)}
    truth = analyse(expr, SCOPE)
    assert (truth.always, truth.never) == (found == {1}, found == {0})
    assert bool(truth.reason) == (len(found) == 1)


@given(anything, states)
def test_what_is_called_certain_holds_in_every_state(text: str, state: dict[Ref, int]) -> None:
    expr = parsed(text)
    truth, value = analyse(expr, SCOPE), meaning(expr, state)
    assert not (truth.always and not value)
    assert not (truth.never and value)


@settings(max_examples=60, deadline=None)
@given(conditions(plain_leaves), conditions(plain_leaves))
def test_a_gap_is_named_exactly_when_there_is_one(first: str, second: str) -> None:
    guards = [parsed(first), parsed(second)]
    together = Some(tuple(guards))
    limit = max(compared_limit(guards, TURNS), compared_limit(guards, TIMES))
    assume(limit < 12)
    gap = gaps(guards, SCOPE)
    assert (gap is None) == all(meaning(together, case) for case in cases(together, limit + 3))
    if gap not in {None, "in every case"}:
        named = parse_condition(str(gap).replace(" is ", " == "), SCOPE)
        assert analyse(All((named, together)), SCOPE).never
        assert not analyse(named, SCOPE).never


@given(st.lists(effects, min_size=1, max_size=4), states)
def test_effects_apply_in_order_and_stay_in_the_domain(texts: list[str], state: dict[Ref, int]) -> None:
    done: list[Effect] = []
    for text in texts:
        try:
            done.append(parse_effect(text, SCOPE))
        except LanguageError as error:
            assert {problem.code for problem in error.problems} <= {"C002", "C012"}  # noqa: PT017 - other texts are legal
    expected = dict(state)
    for effect in done:
        assert parse_effect(render_effect(effect), SCOPE) == effect
        value = meaning(effect.value, expected) + (expected[effect.target] if effect.operation is Operation.ADD else 0)
        value = min(max(value, effect.low), effect.high)
        assert compile_effect(effect, slots)(tuple(expected[ref] for ref in ORDER)) == value
        expected[effect.target] = value
    core, place = packed(state)
    mutable = list(core)
    compile_effects(done, place)(mutable)
    assert tuple(mutable) == packed(expected)[0]
