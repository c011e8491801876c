"""Calibration: several coaches score the same sessions with one rubric, and see on which items they do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.coaching.agreement import calibrated
from branchline.coaching.rubric import share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.coaching.agreement import Calibration
    from branchline.content.rubric import Rubric


def calibration(rubric: Rubric, sheets: Mapping[str, Mapping[str, Mapping[str, str]]]) -> Calibration:
    """How far the coaches agree, per item over the sessions and over everything, worst items first.

    `sheets` holds by session and coach the level, or `na`, of each item; what a coach has not scored is missing. Levels are compared by the
    share of its weight that an item earns there, so that items with more and fewer levels stand on one scale. All sheets are of this one
    version of the rubric. Raises UsageError as `share` does.
    """
    return calibrated(
        {
            item.id: {
                session: {coach: share(item, levels[item.id]) for coach, levels in given.items() if item.id in levels}
                for session, given in sheets.items()
            }
            for item in rubric.items
        }
    )
