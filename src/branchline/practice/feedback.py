"""What a learner is offered, and what a reply earned."""

from __future__ import annotations

from dataclasses import dataclass

from branchline.scoring.feedback import Feedback, feedback

__all__ = ["Feedback", "Offered", "feedback"]


@dataclass(frozen=True, slots=True)
class Offered:
    """One choice as it is shown: shuffled by the session's seed, numbered from 1."""

    number: int
    id: str
    say: str
    open: bool
    why: str
    """Why it is locked, empty where it is open."""
