"""Q: whether a coach can apply a rubric, and whether everything in it can have an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from branchline.content.rubric import PARTS_OF
from branchline.text import clean_line

if TYPE_CHECKING:
    from branchline.authoring.check.report import Report
    from branchline.content.findings import Places
    from branchline.content.rubric_files import AuthoredItem, AuthoredRubric


def rules(authored: AuthoredRubric, places: Places, report: Report) -> None:
    """Q101 to Q104."""
    if "cap" in authored.model_fields_set and not any(item.critical for item in authored.items):
        report.add("Q101", places.span(("cap",)), "Nothing is critical, so the cap never holds.", "Mark an item with `critical: true`.")
    for number, item in enumerate(authored.items):
        _machine(authored, item, number, places, report)
        _anchors(item, number, places, report)
    if authored.review.status != "approved":
        span = places.span(("review", "status")) if places.span(("review",)) != places.span(()) else places.span(("id",))
        message = f"`{clean_line(authored.id)}` is not yet agreed by experts ({authored.review.status.replace('_', ' ')})."
        report.add("Q104", span, message, "It can be used, and says so, until real reviewers approve it.")


def _machine(authored: AuthoredRubric, item: AuthoredItem, number: int, places: Places, report: Report) -> None:
    if item.machine is not None and item.machine not in PARTS_OF[authored.applies_to]:
        message = f"The score of {authored.applies_to} has no `{item.machine}`, so nothing ever stands beside `{clean_line(item.id)}`."
        hint = f"They have {', '.join(sorted(PARTS_OF[authored.applies_to]))}."
        report.add("Q102", places.span(("items", number, "machine")), message, hint)


def _anchors(item: AuthoredItem, number: int, places: Places, report: Report) -> None:
    path = ("items", number)
    if not item.ask.strip():
        report.add(
            "Q103", places.span((*path, "ask")), f"`{clean_line(item.id)}` asks nothing.", "Write the question that a coach answers."
        )
    seen: set[str] = set()
    for place, level in enumerate(item.levels):
        anchor = " ".join(level.anchor.split()).casefold()
        span = places.span((*path, "levels", place))
        if not anchor:
            message = f"The level `{clean_line(level.level)}` of `{clean_line(item.id)}` has no anchor."
            report.add("Q103", span, message, "Say what a coach sees in a session of that level.")
        elif anchor in seen:
            message = f"Two levels of `{clean_line(item.id)}` have the same anchor."
            report.add("Q103", span, message, "Say what tells them apart.")
        seen.add(anchor)
