"""What experts think of a scenario's replies: how far they agree, and whether the scenario counts for a certificate.

Several experts give each reply a level on each dimension of empathy. How far they agree is Krippendorff's alpha with the ordinal
difference: per dimension over the replies, and overall over every pair of reply and dimension. Where they do not agree, the levels are one
author's taste, and a certificate cannot rest on them. Nor can it on a few cells: every reply with authored levels is to be rated by two or
more on every dimension that applies. Nobody invents ratings: without any a scenario counts and is marked so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from branchline.coaching.agreement import agreement, worst_first
from branchline.content.compiled import DIMENSIONS, NA_LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.coaching.agreement import Agreement, Verdicts
    from branchline.content.compiled import Ratings

ENOUGH = 0.67
"""The least alpha at which a scenario with ratings counts for a certificate (Krippendorff's bar for tentative conclusions)."""


class Rated(Protocol):
    """What may carry experts' ratings: a Scenario, or its Listing."""

    @property
    def raters(self) -> Ratings:
        """The levels that experts gave."""

    @property
    def asked(self) -> Mapping[str, frozenset[str]]:
        """The dimensions of each reply that has authored levels, by `node.choice`."""


class Standing(StrEnum):
    """What the ratings of a scenario come to."""

    NOT_YET = "not yet rated"
    """No two experts have given the same reply a level of the same dimension."""
    PARTLY = "partly rated"
    """Some are rated, but not every reply on every dimension that applies."""
    BELOW = "below"
    """Alpha is below 0.67, or cannot be told because all levels are the same."""
    ENOUGH = "enough"
    """Alpha is 0.67 or more."""


@dataclass(frozen=True, slots=True)
class Rating:
    """How far the experts who rated a scenario agree."""

    overall: Agreement
    dimensions: tuple[Agreement, ...]
    """Of each dimension that somebody rated, worst first."""
    replies: int
    """Replies to which at least two experts gave a level of the same dimension."""
    whole: int
    """Replies with authored levels that at least two experts rated on every dimension that applies."""
    asked: int
    """Replies with authored levels."""

    @property
    def standing(self) -> Standing:
        """Whether that is enough."""
        if not self.replies:
            return Standing.NOT_YET
        if self.whole < self.asked:
            return Standing.PARTLY
        return Standing.BELOW if self.overall.alpha is None or self.overall.alpha < ENOUGH else Standing.ENOUGH

    @property
    def counts(self) -> bool:
        """Whether a play of it may count for a certificate; one that nobody has rated does, and is marked."""
        return self.standing in {Standing.NOT_YET, Standing.ENOUGH}

    @property
    def mark(self) -> str:
        """For people, on one line; alpha is cut to two digits, so that no 0.669 reads as enough."""
        if self.standing is Standing.NOT_YET:
            return str(Standing.NOT_YET)
        if self.standing is Standing.PARTLY:
            return f"{Standing.NOT_YET} ({self.whole} of {self.asked} replies)"
        if self.overall.alpha is None:
            return "rated, agreement unknown: all levels are the same"
        shown = f"{math.floor(self.overall.alpha * 100) / 100:.2f}"
        return f"rated, alpha {shown}" if self.counts else f"rated, alpha {shown}: below {ENOUGH}, not for certificates"


def rated(content: Rated) -> Rating:
    """The Rating of a scenario by the ratings that it carries."""
    ratings = content.raters
    verdicts = {dimension: _verdicts(ratings, dimension) for dimension in DIMENSIONS}
    together = {f"{name} {dimension}": given for dimension, replies in verdicts.items() for name, given in replies.items()}
    return Rating(
        agreement(together),
        worst_first(agreement(replies, dimension) for dimension, replies in verdicts.items() if replies),
        sum(any(_levels(given) > 1 for given in rated_reply.values()) for rated_reply in ratings.values()),
        sum(_whole(ratings.get(name, {}), dimensions) for name, dimensions in content.asked.items()),
        len(content.asked),
    )


def _verdicts(ratings: Ratings, dimension: str) -> Verdicts:
    """What each rater gave each reply of one dimension; raters are known by their place, and who left a gap gave nothing."""
    rows = ((name, given[dimension]) for name, given in ratings.items() if dimension in given)
    return {name: _answers(levels) for name, levels in rows}


def _answers(given: tuple[int | None, ...]) -> dict[str, int | None]:
    return {str(place): None if level == NA_LEVEL else level for place, level in enumerate(given) if level is not None}


def _whole(given: Mapping[str, tuple[int | None, ...]], dimensions: Iterable[str]) -> bool:
    """Whether two gave a level on each dimension, or said that it does not apply; and a level on one at least."""
    rows = [given.get(dimension, ()) for dimension in dimensions]
    return any(_levels(row) > 1 for row in rows) and all(_levels(row) > 1 or row.count(NA_LEVEL) > 1 for row in rows)


def _levels(given: tuple[int | None, ...]) -> int:
    return sum(level not in {None, NA_LEVEL} for level in given)
