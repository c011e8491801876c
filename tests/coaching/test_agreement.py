"""Agreement: worked examples from print, and laws against definitions written the long way round."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, permutations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.coaching.agreement import (
    Agreement,
    agreement,
    calibrated,
    interval,
    krippendorff_alpha,
    linear,
    nominal,
    ordinal,
    quadratic,
    raw_agreement,
    unweighted,
    weighted_kappa,
    worst_first,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from branchline.coaching.agreement import Difference, Distance, Level, Verdicts

FOUR_OBSERVERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
"""Krippendorff 2011, section D: four observers, twelve units, gaps."""
COHEN_1968 = ((88, 14, 18), (10, 40, 10), (2, 6, 12))
"""Cohen 1968, table 1: 200 diagnoses by two judges."""
ANXIETY = ((3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4), (2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2))
"""The second and third rater of the data set `anxiety` in the documentation of R's `irr`."""

levels = st.integers(0, 4)
pairs_of_levels = st.lists(st.tuples(levels, levels), max_size=12)
gapped = st.lists(st.lists(levels, max_size=5), max_size=8)


def units_of(rows: Sequence[str]) -> list[list[int]]:
    return [[int(mark) for mark in column if mark != "."] for column in zip(*rows, strict=True)]


def pairs_of(table: Sequence[Sequence[int]]) -> list[tuple[Level, Level]]:
    return [(one, other) for one, row in enumerate(table) for other, count in enumerate(row) for _ in range(count)]


def cohen_s_weights(one: Level, other: Level) -> Fraction:
    table = ((0, 1, 3), (1, 0, 6), (3, 6, 0))
    return Fraction(table[int(one)][int(other)])


@pytest.mark.parametrize(("difference", "published"), [(nominal, 0.743), (ordinal, 0.815), (interval, 0.849)])
def test_alpha_of_four_observers_with_gaps_is_as_krippendorff_published(difference: Difference, published: float) -> None:
    assert krippendorff_alpha(units_of(FOUR_OBSERVERS), difference) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(("rows", "published"), [(("0100000010", "1110010000"), 0.095), (("112243335441", "212223335444"), 0.692)])
def test_alpha_of_two_observers_is_as_krippendorff_published(rows: Sequence[str], published: float) -> None:
    assert krippendorff_alpha(units_of(rows), nominal) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(("weight", "published"), [(unweighted, 0.492), (cohen_s_weights, 0.348)])
def test_kappa_is_as_cohen_published(weight: Distance, published: float) -> None:
    assert weighted_kappa(pairs_of(COHEN_1968), weight) == pytest.approx(published, abs=0.0005)


@pytest.mark.parametrize(("weight", "printed"), [(unweighted, 0.4842), (linear, 0.4701)])
def test_kappa_is_as_other_people_s_programs_print_it(weight: Distance, printed: float) -> None:
    # The example of a kappa test in the manual of SAS's FREQ procedure.
    assert weighted_kappa(pairs_of(((0, 4, 1), (0, 8, 0), (0, 1, 5))), weight) == pytest.approx(printed, abs=0.00005)


@pytest.mark.parametrize(("weight", "printed"), [(unweighted, -0.006289308), (linear, 0.1459075), (quadratic, 0.2520325)])
def test_kappa_is_as_r_prints_it_for_its_own_data(weight: Distance, printed: float) -> None:
    # Nobody gave level 5, and `irr` takes no step for it.
    stepped = [tuple(level - (level > 5) for level in pair) for pair in zip(*ANXIETY, strict=True)]
    assert weighted_kappa([(one, other) for one, other in stepped], weight) == pytest.approx(printed, abs=5e-7)


def long_alpha(units: Sequence[Sequence[Level]], squared: Callable[[Level, Level, Sequence[Level]], Fraction]) -> Fraction | None:
    """One less the mean difference within units over that among all pairable levels, pair by pair."""
    pairable = [given for given in units if len(given) > 1]
    pool = [level for given in pairable for level in given]
    expected = [squared(one, other, pool) for one, other in permutations(pool, 2)]
    if not sum(expected, Fraction(0)):
        return None
    within = sum((squared(one, other, pool) / (len(given) - 1) for given in pairable for one, other in permutations(given, 2)), Fraction(0))
    return 1 - (within / len(pool)) / (sum(expected, Fraction(0)) / len(expected))


def long_nominal(one: Level, other: Level, _pool: Sequence[Level]) -> Fraction:
    return Fraction(one != other)


def long_ordinal(one: Level, other: Level, pool: Sequence[Level]) -> Fraction:
    low, high = min(one, other), max(one, other)
    between = sum(low <= level <= high for level in pool)
    return (between - Fraction(pool.count(low) + pool.count(high), 2)) ** 2


def long_interval(one: Level, other: Level, _pool: Sequence[Level]) -> Fraction:
    return (Fraction(one) - Fraction(other)) ** 2


LONG = ((nominal, long_nominal), (ordinal, long_ordinal), (interval, long_interval))


@given(gapped, st.sampled_from(LONG))
def test_alpha_is_its_definition_pair_by_pair(units: list[list[int]], metric: tuple[Difference, Callable[..., Fraction]]) -> None:
    difference, squared = metric
    expected = long_alpha(units, squared)
    assert krippendorff_alpha(units, difference) == (None if expected is None else pytest.approx(float(expected), abs=1e-12))


@given(pairs_of_levels, st.sampled_from([unweighted, linear, quadratic]))
def test_kappa_is_its_definition_over_every_pair_of_raters_levels(pairs: list[tuple[int, int]], weight: Distance) -> None:
    chance = [weight(one, other) for (one, _), (_, other) in product(pairs, repeat=2)]
    expected = sum(chance, Fraction(0))
    found = weighted_kappa(pairs, weight)
    if not expected:
        assert found is None
    else:
        observed = sum((weight(one, other) for one, other in pairs), Fraction(0)) / len(pairs)
        assert found == pytest.approx(float(1 - observed / (expected / len(chance))), abs=1e-12)


@given(st.lists(levels, min_size=2, max_size=8).filter(lambda given: len(set(given)) > 1), st.integers(2, 5))
def test_perfect_agreement_is_one(given_levels: list[int], raters: int) -> None:
    units = [[level] * raters for level in given_levels]
    assert [krippendorff_alpha(units, difference) for difference, _ in LONG] == [1.0, 1.0, 1.0]
    assert raw_agreement(units) == 1.0
    same: list[tuple[Level, Level]] = [(level, level) for level in given_levels]
    assert [weighted_kappa(same, weight) for weight in (unweighted, linear, quadratic)] == [1.0, 1.0, 1.0]


@given(gapped, st.randoms(use_true_random=False), st.sampled_from([nominal, ordinal, interval]))
def test_the_order_of_raters_and_units_changes_not_a_digit(units: list[list[int]], chance: object, difference: Difference) -> None:
    mixed = [chance.sample(given, len(given)) for given in units]  # type: ignore[attr-defined]  # hypothesis names no type for it
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # as above
    assert krippendorff_alpha(mixed, difference) == krippendorff_alpha(units, difference)
    assert raw_agreement(mixed) == raw_agreement(units)


@given(pairs_of_levels, st.randoms(use_true_random=False), st.sampled_from([unweighted, linear, quadratic]))
def test_the_two_raters_may_change_places(pairs: list[tuple[int, int]], chance: object, weight: Distance) -> None:
    turned = [(other, one) for one, other in pairs]
    chance.shuffle(turned)  # type: ignore[attr-defined]  # hypothesis names no type for it
    assert weighted_kappa(turned, weight) == weighted_kappa(pairs, weight)


@given(gapped, st.integers(-9, 9), st.integers(1, 9))
def test_interval_alpha_knows_no_zero_and_no_unit(units: list[list[int]], shift: int, scale: int) -> None:
    moved = [[shift + scale * level for level in given] for given in units]
    assert krippendorff_alpha(moved, interval) == krippendorff_alpha(units, interval)


@given(gapped)
def test_ordinal_alpha_sees_nothing_but_the_order(units: list[list[int]]) -> None:
    stretched = [[level**3 - 7 for level in given] for given in units]
    assert krippendorff_alpha(stretched, ordinal) == krippendorff_alpha(units, ordinal)


@given(gapped, levels)
def test_a_unit_that_one_rater_rated_changes_nothing(units: list[list[int]], lone: int) -> None:
    assert krippendorff_alpha([*units, [lone], []], ordinal) == krippendorff_alpha(units, ordinal)


@given(gapped)
def test_raw_agreement_is_the_share_of_pairs_that_agree(units: list[list[int]]) -> None:
    pairs = [pair for given_levels in units for pair in combinations(given_levels, 2)]
    assert raw_agreement(units) == (sum(one == other for one, other in pairs) / len(pairs) if pairs else None)


@pytest.mark.parametrize("units", [[], [[1], [2]], [[1, 1], [1, 1, 1]]])
def test_alpha_without_pairs_or_without_variation_is_undefined(units: list[list[int]]) -> None:
    assert [krippendorff_alpha(units, difference) for difference, _ in LONG] == [None, None, None]


@pytest.mark.parametrize("pairs", [[], [(2, 2), (2, 2)]])
def test_kappa_without_pairs_or_without_expected_disagreement_is_undefined(pairs: list[tuple[Level, Level]]) -> None:
    assert weighted_kappa(pairs) is None


def test_not_applicable_is_an_answer_to_raw_agreement_and_a_gap_to_the_coefficients() -> None:
    verdicts: Verdicts = {"a": {"ann": None, "ben": 1}, "b": {"ann": 2, "ben": 2}, "c": {"ann": 0, "ben": 0}, "d": {"ann": 1}}
    found = agreement(verdicts, "tone")
    assert found == Agreement("tone", 2, 3, pytest.approx(2 / 3), 1.0, 1.0)
    assert found.coefficient == found.kappa


def test_three_raters_are_told_by_alpha() -> None:
    found = agreement({"a": {"ann": 0, "ben": 1, "cat": 0}, "b": {"ann": 2, "cat": 2}})
    assert (found.raters, found.units, found.kappa) == (3, 2, None)
    assert found.coefficient == found.alpha == krippendorff_alpha([[0, 1, 0], [2, 2]], ordinal)


def test_items_stand_worst_first_and_undefined_ones_by_raw_agreement() -> None:
    def item(name: str, raw: float | None, alpha: float | None) -> Agreement:
        return Agreement(name, 3, 5, raw, None, alpha)

    items = [item("silent", None, None), item("same", 1.0, None), item("good", 0.9, 0.8), item("na", 0.1, None), item("bad", 0.6, -0.2)]
    assert [found.item for found in worst_first(items)] == ["bad", "na", "good", "same", "silent"]
    assert worst_first(reversed(items)) == worst_first(items)


def test_a_calibration_takes_items_apart_and_together() -> None:
    items: dict[str, Verdicts] = {
        "tone": {"s1": {"ann": 2, "ben": 2, "cat": 2}, "s2": {"ann": 0, "ben": 0, "cat": 0}},
        "close": {"s1": {"ann": 2, "ben": 0, "cat": 1}, "s2": {"ann": 0, "ben": 2}},
    }
    found = calibrated(items)
    assert [each.item for each in found.items] == ["close", "tone"]
    assert found.items[1].alpha == 1.0
    assert (found.overall.item, found.overall.units) == ("", 4)
    assert found.overall.alpha == krippendorff_alpha([list(given.values()) for units in items.values() for given in units.values()])  # type: ignore[misc]  # no level is missing here
