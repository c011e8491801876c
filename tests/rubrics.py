"""A small rubric as plain data and compiled, for tests that score with one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from branchline.content.rubric_files import rubric_from_bundle

if TYPE_CHECKING:
    from branchline.content.rubric import Rubric

TEXT = """\
format: 1
id: card
version: 3
title: A card
applies_to: conversations
cap: 40
items:
  - id: loss
    ask: Was the loss named?
    weight: 50
    machine: acknowledge
    na: true
    levels: [{level: 0, anchor: No.}, {level: 1, anchor: A formula.}, {level: 2, anchor: "Yes, with its cause."}]
  - id: next-step
    ask: Did the customer hear what comes next?
    weight: 30
    na: true
    levels: [{level: no, anchor: No.}, {level: yes, anchor: Yes.}]
  - id: verified
    ask: Was the caller confirmed first?
    weight: 20
    critical: true
    machine: sop
    levels: [{level: broken, anchor: No.}, {level: late, anchor: Late.}, {level: kept, anchor: Yes.}]
review: {status: draft}
"""


def item(item_id: str, weight: int, *, levels: int = 3, **more: Any) -> dict[str, Any]:
    """An item as it is written, with levels 0, 1, …"""
    scale = [{"level": place, "anchor": f"Level {place}."} for place in range(levels)]
    return {"id": item_id, "ask": f"How was {item_id}?", "weight": weight, "levels": scale, **more}


def rubric(*items: dict[str, Any], **more: Any) -> Rubric:
    """The Rubric of these items."""
    data = {"format": 1, "id": "card", "title": "Card", "applies_to": "both", "items": list(items), **more}
    return rubric_from_bundle({"format": 1, "rubric": data})
