"""The short way to tell that a condition can be either agrees with the truth table."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from branchline.authoring.check.conditions import _depends
from branchline.content.language import Flag, LanguageError, Range, Scope, Words, analyse, parse_condition

SCOPE = Scope(
    {"v": Flag(), "w": Flag(), "o": Range(0, 3), "p": Range(-2, 2), "q": Range(3, 5), "m": Words(("a", "b"))}, {}, None, None, None
)
ATOMS = st.one_of(
    st.sampled_from(
        [
            "v",
            "w",
            "not v",
            "m == a",
            "m != b",
            "visited(x)",
            "times(x) > 1",
            "turns >= 0",
            "o >= p",
            "o != p",
            "p > q",
            "q < o",
            "o == o",
            "true",
        ]
    ),
    st.builds(
        lambda name, sign, value: f"{name} {sign} {value}",
        st.sampled_from(["o", "p", "trust"]),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        st.integers(-3, 4),
    ),
)
TEXTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda one, two: f"({one} and {two})", inner, inner),
        st.builds(lambda one, two: f"({one} or {two})", inner, inner),
        st.builds(lambda one: f"not ({one})", inner),
    ),
    max_leaves=5,
)


@given(TEXTS)
def test_what_plainly_can_be_either_is_neither_always_nor_never_true(text: str) -> None:
    try:
        expr = parse_condition(text, SCOPE)
    except LanguageError:  # a number that the variable cannot hold is refused
        return
    if _depends(expr) is not None:
        truth = analyse(expr, SCOPE)
        assert not truth.always
        assert not truth.never


def test_the_short_way_is_taken_for_what_most_conditions_are() -> None:
    for text in ("v", "not v and o > 1", "o == 2 or w", "visited(x) and trust < 50", "o >= p and v"):
        assert _depends(parse_condition(text, SCOPE)) is not None
    for text in ("v and not v", "o == o", "p < q", "turns > 2"):
        assert _depends(parse_condition(text, SCOPE)) is None
