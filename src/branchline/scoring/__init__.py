"""Scores that mean something: from a session's events to a Score whose every lost point is explained."""

from __future__ import annotations

from branchline.scoring.model import Critical, Deduction, Score
from branchline.scoring.score import score

__all__ = ["Critical", "Deduction", "Score", "score"]
