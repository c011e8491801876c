"""How a fact is held as an integer, the same for conditions, the engine and SOPs."""

from __future__ import annotations

from branchline.content.language import word_code

NUMBER, FLAG, WORD = "number", "flag", "word"


def kind_of(value: float | bool | str) -> str:  # noqa: FBT001  # a fact may be a flag
    """`flag`, `number` or `word`, by the value's own type."""
    if isinstance(value, bool):
        return FLAG
    return WORD if isinstance(value, str) else NUMBER


def held(kind: str, value: float | bool | str) -> int:  # noqa: FBT001  # a fact may be a flag
    """The integer that stands for a fact: hundredths of a number, 0 or 1 of a flag, a code of a word."""
    if kind == WORD:
        return word_code(str(value))
    return round(float(value) * 100) if kind == NUMBER else int(bool(value))
