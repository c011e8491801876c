"""What designers write: scenarios, parts, drills, SOPs, as frozen and checked models; the only place that parses YAML and Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from branchline.content.drill_files import load_drill
    from branchline.content.load import load_scenario, load_sop
    from branchline.content.rubric_files import load_rubric

__all__ = ["load_drill", "load_rubric", "load_scenario", "load_sop"]


def __getattr__(name: str) -> object:
    """Public names, imported when first used: reading content costs pydantic and yaml."""
    if name == "load_drill":
        from branchline.content.drill_files import load_drill  # noqa: PLC0415  # the reason is above

        return load_drill
    if name == "load_rubric":
        from branchline.content.rubric_files import load_rubric  # noqa: PLC0415  # the reason is above

        return load_rubric
    if name in __all__:
        from branchline.content import load  # noqa: PLC0415  # the reason is above

        return getattr(load, name)
    raise AttributeError(name)
