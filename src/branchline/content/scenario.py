"""Scenario and part as designers write them: frozen models of one YAML file, shape only; `compile` checks the meaning."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

DIMENSION_NAMES = ("acknowledge", "understand", "explore", "ownership", "clarity", "tone")
CHANNELS = ("phone", "chat", "email", "ticket")

Flag = Literal["false_promise", "blame_customer", "policy_shield", "fake_empathy", "over_apology"]
Level = Literal[0, 1, 2, "na"]
Channel = Literal["phone", "chat", "email", "ticket"]
Outcome = Literal["resolved", "pending", "escalated", "refused", "lost"]
Value = int | float | bool | str


def _as_text(value: object) -> object:
    """A guard may be written as a bare `true` or a number; it is text all the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _seconds(value: object) -> object:
    """`45s`, `2m` or a plain number of seconds, as seconds; anything else is left for the shape check to refuse."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m)", value)):
        return float(found.group(1)) * (60 if found.group(2) == "m" else 1)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


Expression = Annotated[str, BeforeValidator(_as_text)]
Seconds = Annotated[float, BeforeValidator(_seconds), Field(gt=0, le=3600)]


def _empty(kind: type[list[Any] | dict[str, Any]], alias: str | None = None) -> Any:
    """A field that is an empty `kind` where it is not written; pydantic would make a deep copy of a default each time."""
    return Field(default_factory=kind, alias=alias, json_schema_extra={"default": kind()})


class Authored(BaseModel):
    """A mapping in a content file: unknown keys are refused, values are taken as they are written."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=True, defer_build=True)


class AuthoredTarget(Authored):
    """One of several ways on; the first whose guard holds is taken."""

    go: str
    when: Expression | None = None


class AuthoredLock(Authored):
    """Why a choice is shown and cannot be taken."""

    when: Expression
    why: str


class AuthoredEmpathy(Authored):
    """Levels on the six dimensions: 0, 1, 2 or `na` where the moment cannot show it."""

    acknowledge: Level = "na"
    understand: Level = "na"
    explore: Level = "na"
    ownership: Level = "na"
    clarity: Level = "na"
    tone: Level = "na"


class AuthoredChoice(Authored):
    """One thing the learner may say."""

    id: str
    say: str
    empathy: AuthoredEmpathy | None = None
    flags: list[Flag] = _empty(list)
    critical: Literal["customer", "business", "compliance"] | None = None
    does: list[str | dict[str, Any]] = _empty(list)
    effects: list[Expression] = _empty(list)
    when: Expression | None = None
    locked_when: AuthoredLock | None = None
    solves: bool = False
    repeats: bool = False
    transfers: bool = False
    sticky: bool = False
    go: str | list[AuthoredTarget]
    because: str = ""
    renamed_from: str | None = None


class AuthoredLine(Authored):
    """What the learner reads: exactly one speaker with its text."""

    customer: str | None = None
    desk: str | None = None
    narrator: str | None = None
    when: Expression | None = None


class AuthoredTimeout(Authored):
    """What happens when nothing is said for that long."""

    after: Seconds
    go: str | list[AuthoredTarget]


class AuthoredBranch(Authored):
    """One branch of a random draw."""

    weight: Annotated[int, Field(ge=1, le=1000)]
    go: str


class AuthoredNode(Authored):
    """One moment: choices, or a way on (`go`), or a draw (`chance`), or a part (`call`)."""

    claim: str = ""
    on_enter: list[Expression] = _empty(list)
    lines: list[AuthoredLine] = _empty(list)
    choices: list[AuthoredChoice] = _empty(list)
    timeout: AuthoredTimeout | None = None
    go: str | list[AuthoredTarget] | None = None
    chance: list[AuthoredBranch] = _empty(list)
    call: str | None = None
    with_: dict[str, Value] = _empty(dict, alias="with")
    renamed_from: str | None = None
    note: str = ""


class AuthoredEnding(Authored):
    """Where a conversation stops."""

    title: str
    outcome: Outcome
    value: Annotated[int, Field(ge=0, le=100)] | None = None


class AuthoredContact(Authored):
    """An earlier contact on the customer card."""

    when: str
    channel: str
    text: str


Percent = Annotated[int, Field(ge=0, le=100)]


class AuthoredCustomer(Authored):
    """Who is on the other side."""

    name: str
    account: str = ""
    plan: str = ""
    tenure_months: Annotated[int, Field(ge=0)] | None = None
    trust: Percent = 50
    heat: Percent = 30
    volatility: Literal["calm", "normal", "quick"] = "normal"
    needs: list[str] = _empty(list)
    history: list[AuthoredContact] = _empty(list)


class AuthoredWords(Authored):
    """A variable that holds one of a few words."""

    one_of: Annotated[list[str], Field(min_length=1, max_length=50)]
    start: str | None = None


class AuthoredRange(Authored):
    """A variable that holds a whole number of a small range."""

    range: Annotated[str, Field(pattern=r"^-?\d{1,6}\.\.-?\d{1,6}$")]
    start: int | None = None


AuthoredVariable = Literal["flag"] | AuthoredWords | AuthoredRange


class AuthoredReview(Authored):
    """Who judged the content: nobody yet (`draft`), or real reviewers with their ratings."""

    status: Literal["draft", "in_review", "approved"] = "draft"
    by: str = ""
    date: str = ""
    raters: dict[str, dict[str, list[int | Literal["na", "gap"]]]] = _empty(dict)
    """By `node.choice` and dimension the levels that experts gave it, one each and always in the same order.

    `na` stands where it cannot show, `gap` where one gave nothing.
    """


class AuthoredScenario(Authored):
    """`scenarios/conversations/<id>.yaml`."""

    format: Literal[1]
    id: str
    version: Annotated[int, Field(ge=1)] = 1
    title: str
    summary: str = ""
    channel: Channel
    language: str = "en"
    level: Annotated[int, Field(ge=1, le=5)] = 1
    minutes: Annotated[int, Field(ge=1, le=180)] = 10
    skills: list[str] = _empty(list)
    sops: list[str] = _empty(list)
    case: dict[str, Value] = _empty(dict)
    customer: AuthoredCustomer
    variables: dict[str, AuthoredVariable] = _empty(dict)
    start: str
    nodes: dict[str, AuthoredNode]
    endings: dict[str, AuthoredEnding]
    pass_mark: Annotated[int, Field(ge=1, le=100)] = 80
    review: AuthoredReview = AuthoredReview()


class AuthoredPart(Authored):
    """`scenarios/parts/<id>.yaml`: nodes that several scenarios share; it ends with `go: return`."""

    format: Literal[1]
    id: str
    title: str = ""
    params: dict[str, AuthoredVariable] = _empty(dict)
    start: str
    nodes: dict[str, AuthoredNode]


class AuthoredText(Authored):
    """One translated text, with the hash of the source text it was made from."""

    of: str
    text: str


class AuthoredTranslation(Authored):
    """`scenarios/conversations/<id>.<language>.yaml`: texts by id."""

    format: Literal[1]
    translates: str
    language: str
    texts: dict[str, AuthoredText]
