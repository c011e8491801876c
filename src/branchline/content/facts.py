"""How facts and variables are held as integers and shown again, the same for conditions, the engine and SOPs."""

from __future__ import annotations

from branchline.content.language import Domain, FactType, Flag, Words, word_code

Value = int | float | bool | str
"""What a fact or a variable may hold."""

TIER = "tier"
"""The fact that holds the learner's tier."""
LEAD = 9
"""The number that stands for tier `lead`, above every numbered tier."""


def tier_number(tier: str) -> int:
    """1, 2, … of a numbered tier, `LEAD` of `lead`; ValueError of anything else."""
    return LEAD if tier == "lead" else int(tier)


def kind_of(value: Value) -> FactType:
    """The type of a fact, by the value's own type."""
    if isinstance(value, bool):
        return FactType.FLAG
    return FactType.WORD if isinstance(value, str) else FactType.NUMBER


def held(kind: FactType, value: Value) -> int:
    """The integer that stands for a fact: hundredths of a number, 0 or 1 of a flag, a code of a word."""
    if kind is FactType.WORD:
        return word_code(str(value))
    return round(float(value) * 100) if kind is FactType.NUMBER else int(bool(value))


def shown(domain: Domain, number: int) -> Value:
    """The value that an integer stands for in a variable's domain."""
    if isinstance(domain, Flag):
        return bool(number)
    return domain.words[number] if isinstance(domain, Words) else number


def spelled(value: Value) -> str:
    """A fact as people read it: decimals with two places, flags as yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
