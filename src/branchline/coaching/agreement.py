"""Agreement among raters: raw, Cohen's weighted kappa for two, Krippendorff's alpha for any number and with gaps.

Sources of the formulas:

- J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960), and "Weighted kappa:
  nominal scale agreement with provision for scaled disagreement or partial credit", Psychological Bulletin 70 (1968).
- K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), and "Content Analysis: An Introduction to Its Methodology",
  chapter on reliability.

Levels are numbers in the order of their scale. All sums are exact fractions, so that the order of raters and of what they rated changes
nothing, not even the last digit. A coefficient is None where it is undefined; each function says when that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, combinations

Level = int | float | Fraction
"""A level as its place on the scale."""

Verdicts = Mapping[str, Mapping[str, Level | None]]
"""By unit (what was rated: a session, a reply) and rater the level given; None says “not applicable”, a missing rater said nothing."""

Distance = Callable[[Level, Level], Fraction]
"""How far apart two levels are: 0 for equal ones, symmetric."""

Difference = Callable[[Mapping[Level, int]], Distance]
"""A scale's squared difference of two levels, made from how often each level was given; alpha takes one."""


def nominal(counts: Mapping[Level, int]) -> Distance:  # noqa: ARG001  # the form of every Difference
    """Levels are names: 1 where they differ (Krippendorff 2011, nominal metric)."""
    return _differs


def ordinal(counts: Mapping[Level, int]) -> Distance:
    """Levels have an order and no distances: (Σ n_g over c ≤ g ≤ k − (n_c + n_k) / 2)² (Krippendorff 2011, ordinal metric)."""
    ranks: dict[Level, Fraction] = {}
    below = 0
    for level in sorted(counts):
        # Σ n_g from c to k less half of both ends is the distance between the middles of the two levels' ranks.
        ranks[level] = below + Fraction(counts[level], 2)
        below += counts[level]
    return lambda one, other: (ranks[one] - ranks[other]) ** 2


def interval(counts: Mapping[Level, int]) -> Distance:  # noqa: ARG001  # the form of every Difference
    """Levels are figures with equal steps: (c − k)² (Krippendorff 2011, interval metric)."""
    return quadratic


def unweighted(one: Level, other: Level) -> Fraction:
    """Cohen 1960: any two levels that differ are as far apart as any others."""
    return _differs(one, other)


def linear(one: Level, other: Level) -> Fraction:
    """Disagreement weight |i − j| (Cohen 1968)."""
    return abs(Fraction(one) - Fraction(other))


def quadratic(one: Level, other: Level) -> Fraction:
    """Disagreement weight (i − j)² (Cohen 1968)."""
    return (Fraction(one) - Fraction(other)) ** 2


def _differs(one: Level, other: Level) -> Fraction:
    return Fraction(one != other)


def raw_agreement(units: Iterable[Sequence[Level | None]]) -> float | None:
    """The share 0..1 of pairs of raters of a same unit who gave the same; “not applicable” (None) is an answer like any other.

    None where no unit has two answers. Chance is not taken out: with few levels, or one that everybody gives, it is high by itself.
    """
    pairs = [one == other for given in units for one, other in combinations(given, 2)]
    return sum(pairs) / len(pairs) if pairs else None


def weighted_kappa(pairs: Sequence[tuple[Level, Level]], weight: Distance = quadratic) -> float | None:
    """Cohen's kappa of two raters, one pair of levels a unit: 1 − Σ w·observed / Σ w·expected (Cohen 1968, formula for disagreements).

    Expected is the product of the two raters' own distributions. `unweighted` gives Cohen's kappa of 1960; distances are those between
    the levels as numbers, so that a level that nobody gave still counts as a step. None where there is no pair, and where both raters
    gave one and the same level throughout: then no disagreement was to be expected.
    """
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum((weight(one, other) * n * m for one, n in firsts.items() for other, m in seconds.items()), Fraction(0))
    if not expected:
        return None
    observed = sum((weight(one, other) for one, other in pairs), Fraction(0))
    return float(1 - observed * len(pairs) / expected)


def krippendorff_alpha(units: Iterable[Sequence[Level]], difference: Difference = ordinal) -> float | None:
    """Krippendorff's alpha, 1 − D_o / D_e, over the levels that each unit was given by any number of raters.

    D_o is the mean difference within units, a unit of m levels weighing m; D_e the mean difference of all pairs of pairable levels. Units
    with one level are left out (Krippendorff 2011, "coincidence matrix"). None where no unit has two levels, and where all pairable levels
    are the same: without variation nothing shows that raters tell units apart.
    """
    pairable = [given for given in units if len(given) > 1]
    counts = Counter(chain.from_iterable(pairable))
    distance = difference(counts)
    expected = sum((distance(one, other) * counts[one] * counts[other] for one, other in combinations(counts, 2)), Fraction(0))
    if not expected:
        return None
    observed = sum((_within(given, distance) / (len(given) - 1) for given in pairable), Fraction(0))
    return float(1 - (sum(counts.values()) - 1) * observed / expected)


def _within(given: Sequence[Level], distance: Distance) -> Fraction:
    """The sum of differences over the unordered pairs of one unit."""
    tally = Counter(given)
    return sum((distance(one, other) * tally[one] * tally[other] for one, other in combinations(tally, 2)), Fraction(0))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on one item, or on all items together."""

    item: str
    """Empty for all items together."""
    raters: int
    """Who gave at least one answer."""
    units: int
    """What at least two raters answered for."""
    raw: float | None
    """0..1; None where nothing was answered twice."""
    kappa: float | None
    """Of exactly two raters, over the units that both gave a level; else None, or undefined (see `weighted_kappa`)."""
    alpha: float | None
    """None where undefined (see `krippendorff_alpha`); “not applicable” counts as a gap."""

    @property
    def coefficient(self) -> float | None:
        """Kappa of two raters, alpha of more; None where that is undefined."""
        return self.kappa if self.raters == 2 else self.alpha  # noqa: PLR2004  # kappa is about two


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the raters of a calibration agree."""

    overall: Agreement
    """A unit here is one item of one unit."""
    items: tuple[Agreement, ...]
    """Worst first."""


def agreement(verdicts: Verdicts, item: str = "", *, weight: Distance = quadratic, difference: Difference = ordinal) -> Agreement:
    """The Agreement of those who gave `verdicts`."""
    raters = sorted({rater for given in verdicts.values() for rater in given})
    levels = [[level for level in given.values() if level is not None] for given in verdicts.values()]
    return Agreement(
        item,
        len(raters),
        sum(len(given) > 1 for given in verdicts.values()),
        raw_agreement([tuple(given.values()) for given in verdicts.values()]),
        weighted_kappa(_pairs(verdicts, raters[0], raters[1]), weight) if len(raters) == 2 else None,  # noqa: PLR2004  # kappa is about two
        krippendorff_alpha(levels, difference),
    )


def _pairs(verdicts: Verdicts, one: str, other: str) -> list[tuple[Level, Level]]:
    found = ((given.get(one), given.get(other)) for given in verdicts.values())
    return [(first, second) for first, second in found if first is not None and second is not None]


def calibrated(items: Mapping[str, Verdicts], *, weight: Distance = quadratic, difference: Difference = ordinal) -> Calibration:
    """The Calibration over `items`, each with its verdicts. Items of scales of different length belong on one scale first, 0..1 say."""
    together = {f"{item}\0{unit}": given for item, verdicts in items.items() for unit, given in verdicts.items()}
    each = [agreement(verdicts, item, weight=weight, difference=difference) for item, verdicts in items.items()]
    return Calibration(agreement(together, weight=weight, difference=difference), worst_first(each))


def worst_first(items: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """The items by their coefficient, the least first; where it is undefined raw agreement stands in, and without that an item is last.

    Equals stand by raw agreement, then by name.
    """
    return tuple(sorted(items, key=_badness))


def _badness(found: Agreement) -> tuple[bool, float, float, str]:
    raw = 1.0 if found.raw is None else found.raw
    return found.raw is None, raw if found.coefficient is None else found.coefficient, raw, found.item
