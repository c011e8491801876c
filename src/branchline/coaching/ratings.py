"""What experts think of a scenario's replies: how far they agree, and whether the scenario counts for a certificate.

Several experts give each reply a level on each dimension of empathy. How far they agree is Krippendorff's alpha with the ordinal
difference: per dimension over the replies, and overall over every pair of reply and dimension. Where they do not agree, the levels are one
author's taste, and a certificate cannot rest on them. Nobody invents ratings: without them a scenario counts and is marked so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from branchline.coaching.agreement import agreement, worst_first
from branchline.content.compiled import DIMENSIONS

if TYPE_CHECKING:
    from branchline.coaching.agreement import Agreement, Verdicts
    from branchline.content.compiled import Ratings

ENOUGH = 0.67
"""The least alpha at which a scenario with ratings counts for a certificate (Krippendorff's bar for tentative conclusions)."""


class Rated(Protocol):
    """What may carry experts' ratings: a Scenario, or its Listing."""

    @property
    def raters(self) -> Ratings:
        """The levels that experts gave."""


class Standing(StrEnum):
    """What the ratings of a scenario come to."""

    NOT_YET = "not yet rated"
    """No two experts have given the same reply a level of the same dimension."""
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

    @property
    def standing(self) -> Standing:
        """Whether that is enough."""
        if not self.replies:
            return Standing.NOT_YET
        return Standing.BELOW if self.overall.alpha is None or self.overall.alpha < ENOUGH else Standing.ENOUGH

    @property
    def counts(self) -> bool:
        """Whether a play of it may count for a certificate; one that is not yet rated does, and is marked."""
        return self.standing is not Standing.BELOW

    @property
    def mark(self) -> str:
        """For people, on one line; alpha is cut to two digits, so that no 0.669 reads as enough."""
        if self.standing is Standing.NOT_YET:
            return str(Standing.NOT_YET)
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
    )


def _verdicts(ratings: Ratings, dimension: str) -> Verdicts:
    """What each rater gave each reply of one dimension; raters are known by their place."""
    rows = ((name, given[dimension]) for name, given in ratings.items() if dimension in given)
    return {name: {str(place): level for place, level in enumerate(levels)} for name, levels in rows}


def _levels(given: tuple[int | None, ...]) -> int:
    return sum(level is not None for level in given)
