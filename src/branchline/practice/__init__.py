"""One play-through: what every front end drives, over the same engine, scoring and recording."""

from __future__ import annotations

from branchline.practice.feedback import Feedback, Offered
from branchline.practice.session import Practice
from branchline.practice.studio import Studio

__all__ = ["Feedback", "Offered", "Practice", "Studio"]
