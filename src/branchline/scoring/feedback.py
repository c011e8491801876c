"""What a reply earned, beside the best of those that were open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from branchline.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from branchline.content.compiled import Choice
    from branchline.engine.state import State


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reply earned."""

    choice: str
    """`node.choice`."""
    word: str
    """`empathetic`, `neutral`, `unempathetic` or `unrated`."""
    e: float | None
    because: str
    trust: int
    """Change of trust."""
    heat: int
    """Change of heat."""
    dimensions: tuple[tuple[str, int, int], ...]
    """Name, level and the best reply's level (or the same level, where the best has none) of each dimension that applies."""
    best: bool
    """Whether no open reply was better."""
    best_say: str
    """What the best open reply said, empty where this was it or nothing is rated."""
    best_because: str
    flags: tuple[str, ...]
    critical: str
    steps: tuple[str, ...]
    """`SOP/step` of each step that the reply carried out."""


def feedback(chosen: Choice, opened: Sequence[Choice], before: State, after: State) -> Feedback:
    """What saying `chosen` earned, beside the best of the choices that were open."""
    rated = [choice for choice in opened if choice.e is not None]
    best = max(rated, key=lambda choice: choice.e or 0.0, default=None)
    is_best = best is None or chosen.e is None or chosen.e >= (best.e or 0.0)
    compared = best.levels if best is not None else {}
    return Feedback(
        choice=chosen.name,
        word=chosen.word,
        e=chosen.e,
        because=clean(chosen.because),
        trust=after.trust - before.trust,
        heat=after.heat - before.heat,
        dimensions=tuple((name, level, compared.get(name, level)) for name, level in chosen.levels.items()),
        best=is_best,
        best_say="" if is_best or best is None else clean(best.say.show(before.core)),
        best_because="" if is_best or best is None else clean(best.because),
        flags=chosen.flags,
        critical=chosen.critical,
        steps=tuple(deed.name for deed in chosen.does if deed.step),
    )
