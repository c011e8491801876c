"""What designers write in an SOP: the keys of the front matter, and of pure YAML, as pydantic models."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from branchline.content.scenario import Authored, Expression

Severities = Literal["critical", "major", "minor"]
Kinds = Literal["skip", "late", "value", "extra", "never", "authority", "escalation", "tell"]


def _tier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Tier = Annotated[str, BeforeValidator(_tier)]
Weight = Annotated[int | float, Field(gt=0)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w-]*$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]


class AuthoredOutcome(Authored):
    """One legitimate way to end the SOP; `requires` lists ids of steps and groups."""

    when: Expression | None = None
    requires: list[str]
    title: str = ""


class AuthoredNever(Authored):
    """An act that must not happen, at all or before a step or group."""

    do: str
    before: str | None = None
    when: Expression | None = None
    severity: Severities = "major"
    because: str = ""


class AuthoredEscalation(Authored):
    """When a case must, or must not, be handed on, and to which tier or team."""

    when: Expression | None = None
    to: Tier = ""
    severity: Severities = "major"
    because: str = ""


class AuthoredFact(Authored):
    """A fact that customers must be told, with the forms that count as having said it."""

    value: int | float | str
    say: list[str] = Field(default=[])


class AuthoredLimit(Authored):
    """How much a tier may do on its own; with `when` only in those cases, instead of the plain limit."""

    tier: Tier
    max: int | float
    when: Expression | None = None


class AuthoredApplies(Authored):
    """What the SOP is for."""

    category: str = ""
    channels: list[Literal["phone", "chat", "email", "ticket"]] = Field(default=[])


class AuthoredGroup(Authored):
    """Steps, groups or groups written out here, of which `need` (any_of), or all (all_of), must be done."""

    id: Name | None = None
    any_of: list[Any] | None = None
    all_of: list[Any] | None = None
    need: Annotated[int, Field(ge=1)] | None = None
    weight: Weight = 1
    after: list[str] = Field(default=[])
    ordered: bool = False
    optional: bool = False


class AuthoredAllowance(Authored):
    """An exception that may be logged: its reason code, and what it excuses."""

    allow: str
    text: str = ""
    for_: list[str] = Field(default=[], alias="for")
    kinds: list[Kinds] = Field(default=[])


class AuthoredSop(Authored):
    """The front matter of an SOP; `steps`, `intro` and `rest` stand in pure YAML only."""

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$")]
    title: str
    version: Annotated[int, Field(ge=1)] = 1
    effective: Day = "1970-01-01"
    expires: Day | None = None
    owner: str = ""
    applies_to: AuthoredApplies = AuthoredApplies()
    sla: dict[str, str | int | float | list[str]] = Field(default={})
    limits: dict[str, list[AuthoredLimit] | str] = Field(default={})
    facts: dict[str, AuthoredFact] = Field(default={})
    groups: list[AuthoredGroup] = Field(default=[])
    outcomes: dict[str, AuthoredOutcome] = Field(default={})
    never: list[AuthoredNever] = Field(default=[])
    must_escalate: list[AuthoredEscalation] = Field(default=[])
    must_not_escalate: list[AuthoredEscalation] = Field(default=[])
    exceptions: list[AuthoredAllowance] = Field(default=[])
    verbs: list[str] | dict[str, str] = Field(default=[])
    intro: str = ""
    rest: str = ""
    steps: list[dict[str, Any]] | None = None


_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}


def minutes_of(value: object) -> float | None:
    """The minutes of `15m`, `1h`, `2d`, `90s` or a bare number; None of anything else."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])", value)):
        return float(found.group(1)) * _UNITS[found.group(2)]
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
