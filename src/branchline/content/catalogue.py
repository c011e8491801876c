# ruff: noqa: RUF012  # a model copies its defaults
"""`scenarios/desk.yaml`: everything that a particular company's desk can do and knows, as it is written.

Spelling, where the format leaves it open:

- `tiers`: by name, lowest first, `{title, minutes}`; numbered tiers and `lead` are ranks, every other name is a team that tickets can be
  escalated to. `minutes` is how long an answer (an approval) takes there.
- An argument of a verb is `1..3`, `money`, `number`, `text`, `flag`, a list of words, or `{is: …, optional: true}`.
- `when` reads record fields (`payment.state`), the ticket (`ticket.priority`), `case.…`, `tier` and the verb's own arguments. `refuse` is
  what the tool says where it does not hold. `shows` is what it displays once it has worked; `{payment.state}` stands for the value.
- An effect is `record.field = value`, `+ value` or `- value`; a value is an argument, a record field, a number, `true`, `false` or a word.
- `authority` names the limit in the cited SOPs; the first `money` argument is what is measured, over the whole ticket, so that splitting
  an amount does not help. Without a `money` argument a limit of 0 forbids the act.
- A macro is a draft: `apply_macro` sets its `fields` and `tags` and puts its `text` into the reply, `public_reply` without a text sends
  it. Sent, it tells its `tells`, carries out its `acts`, and sets its `status` where the ticket may have it. `asks` says that it asks.
- `sla` policies: `when` is a mapping of ticket fields or a condition (`priority == urgent`), targets are minutes or `15m`, `4h`, `2d`;
  the first match counts. `minutes` reprices ticket verbs for the whole desk.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from branchline.content.desk_types import Argument, Catalogue, Macro, SlaPolicy, Value
from branchline.content.scenario import Authored, Expression

_UNITS = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 1440.0}


def _minutes(value: object) -> object:
    """`45s`, `2m`, `4h`, `2d` or a plain number of minutes, as minutes; anything else is left for the shape check to refuse."""
    if isinstance(value, str) and (found := re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*([smhd])", value)):
        return float(found.group(1)) * _UNITS[found.group(2)]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _tier(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Minutes = Annotated[float, BeforeValidator(_minutes)]
Duration = Annotated[Minutes, Field(ge=0, le=100_000)]
Tier = Annotated[str, BeforeValidator(_tier)]
Word = Annotated[str, BeforeValidator(_tier)]


class AuthoredArgument(Authored):
    """An argument that need not be given."""

    is_: str | list[Word] = Field(alias="is")
    optional: bool = True


class AuthoredVerb(Authored):
    """One thing that the company's tools can do."""

    title: str = ""
    args: dict[str, str | list[Word] | AuthoredArgument] = {}
    minutes: Duration = 1.0
    authority: str = ""
    when: Expression | None = None
    refuse: str = ""
    effects: list[str] = []
    shows: str = ""


class AuthoredMacro(Authored):
    """A prepared reply."""

    title: str = ""
    text: str = ""
    tags: list[str] = []
    fields: dict[str, int | float | bool | str] = {}
    tells: list[str] = []
    acts: list[str] = []
    status: Literal["pending", "hold", "solved", "open"] | None = None
    asks: bool = False
    wrong: str = ""


class AuthoredTier(Authored):
    """A tier or a team."""

    title: str = ""
    minutes: Duration = 5.0


class AuthoredArea(Authored):
    """An area of the category tree with its kinds."""

    title: str = ""
    sub: dict[str, str] = {}


class AuthoredPolicy(Authored):
    """Targets for some tickets."""

    name: str
    when: dict[str, Value] | Expression | None = None
    first_reply: Duration | None = None
    next_reply: Duration | None = None
    resolve: Duration | None = None
    agent_work: Duration | None = None


class AuthoredApproval(Authored):
    """Who answers requests for approval, and after how many minutes where the tier does not say."""

    by: Tier = "lead"
    after: Duration | None = None


class AuthoredCatalogue(Authored):
    """`scenarios/desk.yaml`."""

    format: Literal[1]
    title: str = ""
    tiers: dict[str, AuthoredTier] = {}
    verbs: dict[str, AuthoredVerb] = {}
    minutes: dict[str, Duration] = {}
    macros: dict[str, AuthoredMacro] = {}
    categories: dict[str, AuthoredArea] = {}
    dispositions: dict[str, dict[str, str]] = {}
    exceptions: dict[str, str] = {}
    sla: list[AuthoredPolicy] = []
    approval: AuthoredApproval = AuthoredApproval()
    texts: dict[str, str] = {}


def catalogue_of(authored: AuthoredCatalogue, policies: tuple[SlaPolicy, ...], macros: list[str] | None) -> Catalogue:
    """The catalogue as the engine reads it; `policies` with their conditions compiled, of the macros those listed (None: all)."""
    wait = authored.tiers.get(authored.approval.by)
    after = authored.approval.after
    return Catalogue(
        title=authored.title,
        verbs={name: verb.title or name.replace("_", " ") for name, verb in authored.verbs.items()},
        macros={name: macro_of(name, macro) for name, macro in authored.macros.items() if macros is None or name in macros},
        categories={
            f"{area}/{kind}" if kind else area: title
            for area, known in authored.categories.items()
            for kind, title in (known.sub or {"": known.title}).items()
        },
        dispositions=authored.dispositions,
        tiers={name: tier.title or name for name, tier in authored.tiers.items()},
        exceptions=authored.exceptions,
        sla=policies,
        approver=authored.approval.by,
        approval_minutes=after if after is not None else wait.minutes if wait is not None else AuthoredTier().minutes,
        texts=authored.texts,
    )


def macro_of(name: str, macro: AuthoredMacro) -> Macro:
    """A macro as the engine reads it."""
    return Macro(
        name, macro.title or name, macro.text, tuple(macro.tags), tuple(macro.fields.items()), tuple(macro.tells), tuple(macro.acts),
        macro.status or "", macro.asks or "?" in macro.text, macro.wrong,
    )  # fmt: skip


def argument_of(name: str, written: str | list[str] | AuthoredArgument) -> Argument:
    """The argument that a verb's `args` entry describes; ValueError says what is wrong with it."""
    if isinstance(written, AuthoredArgument):
        inner = argument_of(name, written.is_)
        return Argument(name, inner.kind, inner.low, inner.high, inner.words, optional=written.optional)
    if isinstance(written, list):
        if not written:
            raise ValueError("a list of words needs a word")
        return Argument(name, "words", words=tuple(written))
    if found := re.fullmatch(r"(-?\d{1,6})\.\.(-?\d{1,6})", written):
        low, high = int(found.group(1)), int(found.group(2))
        if low > high:
            raise ValueError("a range goes from low to high")
        return Argument(name, "range", low, high)
    if written in {"money", "number", "text", "flag"}:
        return Argument(name, written)
    raise ValueError("an argument is `1..3`, `money`, `number`, `text`, `flag` or a list of words")
