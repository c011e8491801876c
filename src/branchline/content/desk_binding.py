"""Conditions and effects of the desk bound to one drill's facts: text → closures over a row, and record effects."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from branchline.content.desk_types import Argument, RecordEffect, Term, Test, Value
from branchline.content.facts import kind_of
from branchline.content.language import FactType, LanguageError, Ref, Scope, Slot, compile_condition, parse_condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from branchline.content.language import Problem

_EFFECT = re.compile(r"\s*([A-Za-z_]\w*\.[A-Za-z_]\w*)\s*([=+-])\s*(.+?)\s*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_KINDS = {"range": FactType.NUMBER, "money": FactType.NUMBER, "number": FactType.NUMBER, "flag": FactType.FLAG}


def argument_kind(argument: Argument) -> FactType:
    """How an argument is held in a row."""
    return _KINDS.get(argument.kind, FactType.WORD)


def bind(text: str, names: Sequence[str], kinds: Mapping[str, FactType]) -> Test | tuple[Problem, ...]:
    """The condition over a row in the order of `names`, or what is wrong with it."""
    places = {name: index for index, name in enumerate(names)}

    def place(ref: Ref) -> Slot:
        return Slot(places[ref.name])

    try:
        return compile_condition(parse_condition(text, Scope({}, kinds, frozenset(), frozenset(), frozenset())), place)
    except LanguageError as error:
        return error.problems
    except KeyError:
        return bind("", names, kinds)


def effect_parts(text: str) -> tuple[str, str, str]:
    """Target, operator and value of an effect as written; ValueError where it has another form."""
    found = _EFFECT.fullmatch(text)
    if found is None:
        raise ValueError("an effect reads `record.field = value`, `+ value` or `- value`")
    return found.group(1), found.group(2), found.group(3)


def effect_of(text: str, fields: Sequence[str], kinds: Mapping[str, FactType], arguments: Sequence[Argument] = ()) -> RecordEffect:
    """The effect over the drill's record fields; ValueError where it cannot be read, names an unknown field, or would change its kind."""
    target, sign, written = effect_parts(text)
    if target not in fields:
        raise ValueError(f"there is no record field `{target}`")
    term, kind = _term(written, fields, kinds, arguments)
    due = kinds[target]
    if due is FactType.WORD and not term.argument and term.place < 0:
        term, kind = Term(written.strip("\"'")), FactType.WORD
    if kind is not due or (sign != "=" and due is not FactType.NUMBER):
        raise ValueError(f"`{target}` holds a {due}, and `{sign} {written}` would make it something else")
    return RecordEffect(fields.index(target), sign, term)


def neutral(text: str, arguments: Sequence[Argument]) -> Value:
    """What a field that only an effect names holds before: False, 0 or empty, by what it will be given."""
    _, sign, written = effect_parts(text)
    argument = next((known for known in arguments if known.name == written), None)
    if argument is not None:
        kind = argument_kind(argument)
        return False if kind is FactType.FLAG else 0.0 if argument.kind == "money" else 0 if kind is FactType.NUMBER else ""
    value = literal(written)
    return False if isinstance(value, bool) else 0 if sign != "=" or isinstance(value, int | float) else ""


def literal(written: str) -> Value:
    """A constant: a number, `true`, `false`, or a word."""
    if written in {"true", "false"}:
        return written == "true"
    if _NUMBER.fullmatch(written):
        return float(written) if "." in written else int(written)
    return written.strip("\"'")


def _term(written: str, fields: Sequence[str], kinds: Mapping[str, FactType], arguments: Sequence[Argument]) -> tuple[Term, FactType]:
    argument = next((known for known in arguments if known.name == written), None)
    if argument is not None:
        return Term(argument=written), argument_kind(argument)
    if written in fields:
        return Term(place=fields.index(written)), kinds[written]
    value = literal(written)
    return Term(value), kind_of(value)


def kinds_of(values: Mapping[str, Value]) -> dict[str, FactType]:
    """The type of each fact, by its value."""
    return {name: kind_of(value) for name, value in values.items()}
