"""Where the statements stand, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.text import clean_line
from branchline.tui.words import count

if TYPE_CHECKING:
    from branchline.practice import Studio


KEPT_HERE = "No LRS configured; statements are kept here."


def lrs_line(studio: Studio, unreachable_since: str = "") -> tuple[bool, str]:
    """Whether all is well with the LRS, and how it stands in one line; `unreachable_since` is a local time of day or empty."""
    settings = studio.settings
    if not studio.paths.database.exists():
        return True, "LRS configured; no statement waits." if settings.lrs_endpoint else KEPT_HERE
    from branchline.xapi.outbox import standing  # noqa: PLC0415

    found = standing(studio.journal)
    waiting = f"{count(found.waiting, 'statement')} waiting"
    if not settings.lrs_endpoint:
        return True, KEPT_HERE.replace(".", f" ({found.waiting}).") if found.waiting else KEPT_HERE
    dead = f"; {count(found.dead, 'statement')} refused" if found.dead else ""
    if found.paused:
        return False, f"{waiting}, delivery paused: {clean_line(found.paused)}{dead}"
    if found.waiting and (unreachable_since or found.last_error):
        since = f" since {unreachable_since}" if unreachable_since else ""
        why = "" if unreachable_since else f" ({clean_line(found.last_error)})"
        return False, f"{waiting}, LRS unreachable{since}{why}{dead}"
    return not found.dead, (waiting if found.waiting else f"All statements delivered ({found.delivered})") + dead + "."
