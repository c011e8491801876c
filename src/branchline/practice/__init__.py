"""One play-through: what every front end drives, over the same engine, scoring and recording.

The names are loaded when they are first asked for, so that opening a Studio does not bring the engine along.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from branchline.journal.model import SessionRow
    from branchline.practice.desk import DeskPractice
    from branchline.practice.feedback import Feedback, Offered
    from branchline.practice.retry import Retries
    from branchline.practice.session import Practice
    from branchline.practice.studio import Studio

__all__ = ["DeskPractice", "Feedback", "Offered", "Practice", "Retries", "Studio", "go_on"]

_HOMES = {
    "DeskPractice": "desk", "Feedback": "feedback", "Offered": "feedback", "Practice": "session", "Retries": "retry", "Studio": "studio",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def go_on(studio: Studio, row: SessionRow, learner: str | None = None) -> Practice | DeskPractice:
    """Go on with a session of either kind; raises what `Practice.resume` does."""
    from branchline.practice.desk import DeskPractice  # noqa: PLC0415  # as above
    from branchline.practice.session import Practice  # noqa: PLC0415

    return (DeskPractice if row.kind == "drill" else Practice).resume(studio, row.id, learner=learner)
