"""Conditions of SOPs decided over the facts that are known of a case: true, false, or not to be told."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from branchline.content.facts import TIER, held, kind_of, tier_number
from branchline.content.language import FactType, LanguageError, RefKind, parse_condition
from branchline.content.language.fold import fold
from branchline.content.language.tree import Literal
from branchline.content.sop_guards import names_in, scope_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from branchline.content.facts import Value
    from branchline.content.language import Expr, Ref


class Given(NamedTuple):
    """One known fact as it is held."""

    name: str
    kind: FactType
    value: int


def given(names: Iterable[str], facts: Mapping[str, Value], tier: str) -> tuple[Given, ...]:
    """The known ones among `names`; the tier is known wherever it is a tier."""
    found = []
    for name in names:
        if name in facts:
            value = facts[name]
        elif name == TIER and (tier == "lead" or tier.isdecimal()):
            value = tier_number(tier)
        else:
            continue
        kind = kind_of(value)
        try:
            found.append(Given(name, kind, held(kind, value)))
        except (ValueError, OverflowError):
            continue
    return tuple(found)


@lru_cache(maxsize=16384)
def truth(text: str, known: tuple[Given, ...]) -> bool | None:
    """Whether the condition holds, as far as the known facts decide it; None where they do not, or where it is none."""
    wanted = {name for name, _ in names_in(text)}
    kinds = tuple((fact.name, fact.kind) for fact in known if fact.name in wanted)
    expr = _tree(text, kinds)
    if expr is None:
        return None
    values = {fact.name: fact.value for fact in known}

    def value(ref: Ref) -> int | None:
        return values.get(ref.name) if ref.kind is RefKind.FACT else None

    decided = fold(expr, value)
    return bool(decided.value) if isinstance(decided, Literal) else None


@lru_cache(maxsize=4096)
def _tree(text: str, kinds: tuple[tuple[str, FactType], ...]) -> Expr | None:
    try:
        return parse_condition(text, scope_of([text], dict(kinds)))
    except LanguageError:
        return None
