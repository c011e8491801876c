"""Exact exploration of a scenario: what can be reached, how, and what every position is worth; and seeded random plays beside it."""

from __future__ import annotations

from branchline.explore.exploration import BUDGET, EndingFound, Exploration, Stuck, explore, judge, loss_of
from branchline.explore.play import Coverage, random_plays
from branchline.explore.walk import Walk, Weighed, walk

__all__ = [
    "BUDGET",
    "Coverage",
    "EndingFound",
    "Exploration",
    "Stuck",
    "Walk",
    "Weighed",
    "explore",
    "judge",
    "loss_of",
    "random_plays",
    "walk",
]
