"""The company's verbs: their arguments, the authority they need, the conditions of the tool, and what they do to the records."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from branchline.content.desk_binding import argument_kind
from branchline.content.facts import held
from branchline.engine.desk_authority import allow
from branchline.engine.desk_verbs import filled, shown
from branchline.engine.desk_work import NOT_NOW, Refusal, Work, invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from branchline.content.desk_types import Argument, Verb
    from branchline.engine.events import Value

_LARGEST = 1e9
_LONGEST = 2_000
_BLANK: Mapping[str, Value] = {"range": 0, "number": 0, "money": 0.0, "flag": False}


def use(work: Work, verb: Verb, given: Mapping[str, Value], text: str) -> dict[str, Value]:
    """Carry a company verb out; its arguments as it understood them."""
    arguments = understood(verb, given, text)
    full = {argument.name: arguments.get(argument.name, _BLANK.get(argument.kind, "")) for argument in verb.arguments}
    row = (*work.row(), *(held(argument_kind(argument), full[argument.name]) for argument in verb.arguments))
    for barrier in verb.barriers:
        if not barrier.holds(row):
            raise Refusal(NOT_NOW, filled(work, _said(barrier.refuse, full)))
    if verb.authority:
        amount = full[verb.amount] if verb.amount is not None else None
        allow(work, verb.authority, None if amount is None else float(amount))
    work.apply(verb.effects, full)
    work.shown = filled(work, _said(verb.shows, full))
    return arguments


def _said(text: str, arguments: Mapping[str, Value]) -> str:
    for name, value in arguments.items():
        text = text.replace(f"{{{name}}}", shown(value))
    return text


def understood(verb: Verb, given: Mapping[str, Value], text: str) -> dict[str, Value]:
    """The arguments as values of their kinds; what is written stands for the one text that was not given."""
    known = {argument.name for argument in verb.arguments}
    if extra := [name for name in given if name not in known]:
        raise invalid(f"{_title(extra[0])}: is no field of “{verb.title}”")
    texts = [argument.name for argument in verb.arguments if argument.kind == "text" and not str(given.get(argument.name, "")).strip()]
    said = {**given, texts[0]: text} if text and len(texts) == 1 else dict(given)
    found: dict[str, Value] = {}
    problems = []
    for argument in verb.arguments:
        value = said.get(argument.name, "")
        if isinstance(value, str) and not value.strip():
            if not argument.optional:
                problems.append(f"{_title(argument.name)}: is required")
        elif (read := _read(argument, value)) is None:
            problems.append(f"{_title(argument.name)}: must be {_due(argument)}")
        else:
            found[argument.name] = read
    if problems:
        raise invalid("; ".join(problems))
    return found


def _read(argument: Argument, value: Value) -> Value | None:  # noqa: PLR0911  # one arm for each kind
    """The value of the argument's kind, or None."""
    written = str(value).strip()
    match argument.kind:
        case "words":
            return written if written in argument.words else None
        case "text":
            return written if len(written) <= _LONGEST else None
        case "flag":
            return {"true": True, "yes": True, "false": False, "no": False}.get(written.casefold())
    if isinstance(value, bool):
        return None
    try:
        number = float(written.replace(",", ""))
    except ValueError:
        return None
    if not math.isfinite(number) or abs(number) > _LARGEST:
        return None
    if argument.kind == "range":
        return int(number) if number.is_integer() and argument.low <= number <= argument.high else None
    if argument.kind == "money":
        return round(number, 2) if number > 0 else None
    return int(number) if number.is_integer() else number


def _due(argument: Argument) -> str:
    match argument.kind:
        case "words":
            return f"one of {', '.join(argument.words)}"
        case "range":
            return f"a whole number from {argument.low} to {argument.high}"
        case "money":
            return "an amount such as 89.00"
        case "flag":
            return "yes or no"
        case "text":
            return f"a text of at most {_LONGEST} characters"
        case _:
            return "a number"


def _title(name: str) -> str:
    return name.replace("_", " ").capitalize()
